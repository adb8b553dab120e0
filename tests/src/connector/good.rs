//! Correct answers of a connector.

use std::time::Duration;

use contract::{Field, FieldKind, InputRepairs, Method, OPERATIONS, Operation, Request};
use serde_json::{Map, Value, json};

use super::{Answered, Asked};

/// The number of items of every record.
const ITEMS: usize = 3;

/// Returns the answer of a correct connector: three items, in German on request, with pagination.
#[must_use]
pub fn good(asked: &Asked) -> Answered {
    let path = asked.path.trim_start_matches("/api/");
    if path == "chat/stakeholders" {
        return chat(asked);
    }
    let Some(operation) = OPERATIONS.into_iter().find(|operation| operation.path == path) else {
        return error(404, "NOT_FOUND");
    };
    if asked.method != method(operation) {
        return error(405, "INVALID_REQUEST");
    }
    let repairs = &mut InputRepairs::default();
    let request = match operation.method {
        Method::Get => Request::from_query(operation, Some(&asked.query), repairs),
        Method::Post => Request::from_body(operation, &asked.body, repairs),
    };
    let Ok(request) = request else { return error(400, "INVALID_REQUEST") };
    let (skip, top) = (request.window.skip as usize, request.window.top as usize);
    let items = (0..ITEMS).skip(skip).take(top).map(|number| item(operation, number, asked));
    let has_more = skip.saturating_add(top) < ITEMS;
    json_of(&json!({"value": items.collect::<Vec<_>>(), "hasMoreResults": has_more}))
}

fn method(operation: &Operation) -> &'static str {
    match operation.method {
        Method::Get => "GET",
        Method::Post => "POST",
    }
}

fn item(operation: &Operation, number: usize, asked: &Asked) -> Value {
    let value = |field: &Field| {
        let value = match field.kind {
            FieldKind::Text => json!(format!("{} {number}", word(asked))),
            FieldKind::Identifier => json!(number.to_string()),
            FieldKind::DateTime => json!(format!("2026-05-1{number}T08:30:00Z")),
            FieldKind::Url => json!(format!("https://hub.contoso.example/{number}")),
            FieldKind::ContentType => json!("content-web"),
            FieldKind::Properties => json!({"Status": word(asked)}),
        };
        (field.name.to_owned(), value)
    };
    Value::Object(operation.outputs.iter().map(value).collect::<Map<_, _>>())
}

fn word(asked: &Asked) -> &'static str {
    if asked.language.starts_with("de") { "Vertrag" } else { "Contract" }
}

fn chat(asked: &Asked) -> Answered {
    if !asked.query.to_lowercase().starts_with("accountname=") {
        return error(400, "INVALID_REQUEST");
    }
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": word(asked)}]});
    let preview = json!({"title": word(asked), "subTitle": "Hub", "url": "https://hub.contoso.example/"});
    json_of(&json!({"adaptiveCards": [{"adaptiveCard": card.to_string(), "previewCardData": preview}]}))
}

fn json_of(body: &Value) -> Answered {
    Answered {
        after: Duration::ZERO,
        status: 200,
        content_type: "application/json; charset=utf-8",
        body: body.to_string(),
    }
}

fn error(status: u16, code: &str) -> Answered {
    Answered { status, ..json_of(&json!({"errorCode": code, "errorMessage": "No.", "activityId": "4b7f"})) }
}
