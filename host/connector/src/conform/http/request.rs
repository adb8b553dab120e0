//! The conversion of a probe into the parts of an HTTP request, with the names that the connector uses.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::conform::Probe;
use crate::conform::definition::InputLocation;
use crate::conform::matching::{AgentRole, Match};
use crate::conform::pairing::Pair;

/// The parts of a request besides its method.
pub(super) struct Parts {
    pub(super) path_and_query: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

/// An input to send.
struct Sent<'a> {
    name: String,
    location: InputLocation,
    value: Value,
    /// Its name in the path's template.
    declared: &'a str,
}

pub(super) fn parts(matched: &Match<'_>, probe: &Probe) -> Parts {
    let mut path = matched.action.path.clone();
    let (mut query, mut form, mut body) = (Vec::new(), Vec::new(), Map::new());
    let mut headers = vec![
        ("accept".to_owned(), "application/json".to_owned()),
        ("accept-language".to_owned(), probe.language.clone()),
        ("x-ms-client-request-id".to_owned(), Uuid::new_v4().to_string()),
        ("x-ms-user-agent".to_owned(), "sales-copilot".to_owned()),
    ];
    for sent in sent(matched, probe) {
        match sent.location {
            InputLocation::Query => query.push(format!("{}={}", encode(&sent.name), encode(&text(&sent.value)))),
            InputLocation::Form => form.push(format!("{}={}", encode(&sent.name), encode(&text(&sent.value)))),
            InputLocation::Path => path = path.replace(&format!("{{{}}}", sent.declared), &encode(&text(&sent.value))),
            InputLocation::Header => headers.push((sent.name, text(&sent.value))),
            InputLocation::Body => {
                body.insert(sent.name, sent.value);
            }
        }
    }
    let has_body = matched.action.inputs.iter().any(|input| input.location == InputLocation::Body);
    let body = if has_body {
        headers.push(("content-type".to_owned(), "application/json; charset=utf-8".to_owned()));
        Some(Value::Object(body).to_string())
    } else if !form.is_empty() {
        headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        Some(form.join("&"))
    } else {
        None
    };
    let question_mark = if query.is_empty() { "" } else { "?" };
    Parts { path_and_query: format!("{path}{question_mark}{}", query.join("&")), headers, body }
}

/// Collects the inputs to send: those of a capability by their pairs, those of a skill by their own names.
fn sent<'a>(matched: &'a Match<'_>, probe: &Probe) -> Vec<Sent<'a>> {
    let cased = |name: &str| if probe.in_capitals { name.to_uppercase() } else { name.to_owned() };
    match matched.role {
        AgentRole::Page(_) => {
            let sent = |pair: &'a Pair| {
                let value = renamed(probe.values.get(pair.parameter)?, &pair.members, probe.in_capitals);
                Some(Sent { name: cased(&pair.name), location: pair.location, value, declared: &pair.name })
            };
            matched.inputs.iter().filter_map(sent).collect()
        }
        AgentRole::Skill | AgentRole::Aside | AgentRole::Unknown => {
            let inputs = matched.action.inputs.iter().filter_map(|input| {
                let value = probe.values.get(&input.name)?.clone();
                Some(Sent { name: cased(&input.name), location: input.location, value, declared: &input.name })
            });
            inputs.collect()
        }
    }
}

/// Renames the members of a value to the connector's names. Members that the connector does not have are left out.
fn renamed(value: &Value, members: &[Pair], in_capitals: bool) -> Value {
    if members.is_empty() {
        return value.clone();
    }
    match value {
        Value::Object(object) => {
            let renamed = members.iter().filter_map(|pair| {
                let value = renamed(object.get(pair.parameter)?, &pair.members, in_capitals);
                let name = if in_capitals { pair.name.to_uppercase() } else { pair.name.clone() };
                Some((name, value))
            });
            Value::Object(renamed.collect())
        }
        Value::Array(entries) => entries.iter().map(|entry| renamed(entry, members, in_capitals)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
