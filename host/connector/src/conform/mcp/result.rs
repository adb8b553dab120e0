//! The judgement of a call's result: its form, its two contents, and what Copilot makes of them.

use serde_json::Value;

use super::client::{MODERN, PlayedClient, PlayedEra};
use super::examination::McpExamination;
use super::modern::check_whole;
use super::tool::ListedTool;
use crate::conform::Rule;

/// The most items that Copilot reads, and the most bytes of text that are sure to fit.
const MOST_ITEMS: usize = 25;
const MOST_BYTES: usize = 16 << 10;

/// The members in which Copilot looks for items, and for the URL of one.
const LISTS: [&str; 6] = ["results", "items", "data", "value", "records", "entries"];
const URLS: [&str; 7] = ["display_url", "displayUrl", "web_url", "webUrl", "url", "link", "href"];

/// Judges a result, of a success or of an error.
pub(super) fn judge(
    play: &mut McpExamination<'_>,
    client: &PlayedClient,
    tool: &ListedTool,
    about: &str,
    result: &Value,
) {
    if client.era == PlayedEra::Modern {
        check_whole(play, about, result, false);
    }
    let Some(texts) = texts(play, &tool.name, about, &result["content"]) else { return };
    for text in &texts {
        if contract::visible(text) != *text {
            play.find(Rule::TextInvisible, &tool.name, format!("{about}: a text of the answer"));
        }
    }
    if result["isError"] == true {
        return judge_error(play, tool, about, result, &texts);
    }
    let jsons: Vec<Value> = texts.iter().filter_map(|text| json_of(text)).collect();
    judge_structured(play, client, tool, about, result, &jsons);
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if bytes > MOST_BYTES {
        play.find(Rule::AnswerHeavy, &tool.name, format!("{about}: {} KiB of text", bytes.div_ceil(1 << 10)));
    }
    if jsons.len() < texts.len() {
        play.find(Rule::TextProse, &tool.name, format!("{about}: a text is no JSON"));
    }
    if let Some(json) = jsons.first() {
        judge_items(play, tool, about, json);
    }
}

/// Returns the texts of the content; tells of content that is malformed.
fn texts<'r>(play: &mut McpExamination<'_>, tool: &str, about: &str, content: &'r Value) -> Option<Vec<&'r str>> {
    let Some(blocks) = content.as_array() else {
        play.find(Rule::CallResult, tool, format!("{about}: `content` is no list"));
        return None;
    };
    let mut texts = Vec::new();
    for block in blocks {
        let needed: &[&str] = match block["type"].as_str() {
            Some("text") => &["text"],
            Some("image" | "audio") => &["data", "mimeType"],
            Some("resource_link") => &["uri", "name"],
            Some("resource") => &[],
            Some(_) | None => {
                let what = format!("{about}: a block has the unknown type {}", block["type"]);
                play.find(Rule::CallResult, tool, what);
                continue;
            }
        };
        if let Some(missing) = needed.iter().find(|member| !block[**member].is_string()) {
            play.find(Rule::CallResult, tool, format!("{about}: a block of {} has no `{missing}`", block["type"]));
        }
        texts.extend(block["text"].as_str().filter(|_| block["type"] == "text"));
    }
    Some(texts)
}

/// Returns the JSON of a text, if it is that of a structure.
fn json_of(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text).ok().filter(|json| json.is_object() || json.is_array())
}

fn judge_error(play: &mut McpExamination<'_>, tool: &ListedTool, about: &str, result: &Value, texts: &[&str]) {
    if texts.iter().all(|text| text.trim().is_empty()) {
        play.find(Rule::ErrorSilent, &tool.name, format!("{about}: the error has no text"));
    }
    let structured = result.get("structuredContent").filter(|structured| !structured.is_null());
    if let (Some(structured), Some(schema)) = (structured, &tool.output)
        && !play.mismatches(&tool.name, schema, structured).is_empty()
    {
        play.find(Rule::ErrorStructured, &tool.name, format!("{about}: it does not match `outputSchema`"));
    }
}

fn judge_structured(
    play: &mut McpExamination<'_>,
    client: &PlayedClient,
    tool: &ListedTool,
    about: &str,
    result: &Value,
    jsons: &[Value],
) {
    let name = &tool.name;
    let Some(structured) = result.get("structuredContent").filter(|structured| !structured.is_null()) else {
        if tool.output.is_some() {
            play.find(Rule::StructuredMissing, name, format!("{about}: there is no `structuredContent`"));
        }
        return;
    };
    if client.version != MODERN && !structured.is_object() {
        play.find(Rule::StructuredInvalid, name, format!("{about}: it is no object, as {} wants", client.version));
    }
    if let Some(schema) = &tool.output {
        for mismatch in play.mismatches(name, schema, structured) {
            play.find(Rule::StructuredInvalid, name, format!("{about}: {mismatch}"));
        }
    }
    match jsons {
        [] => play.find(Rule::StructuredAlone, name, format!("{about}: no text holds it")),
        jsons if jsons.contains(structured) => {}
        // SDKs wrap what is no object, as former versions want objects.
        jsons if is_wrapped(structured, jsons) => {}
        _ => play.find(Rule::StructuredDiffers, name, format!("{about}: the text holds other JSON")),
    }
}

/// Returns whether structured content is an object with one member, which holds what a text holds alone.
fn is_wrapped(structured: &Value, jsons: &[Value]) -> bool {
    let members = structured.as_object().filter(|members| members.len() == 1);
    members.is_some_and(|members| members.values().all(|member| jsons.contains(member)))
}

/// Judges the items that Copilot would find.
fn judge_items(play: &mut McpExamination<'_>, tool: &ListedTool, about: &str, json: &Value) {
    let listed = || LISTS.into_iter().find_map(|member| json.get(member)?.as_array());
    let Some(items) = json.as_array().or_else(listed) else { return };
    if items.len() > MOST_ITEMS {
        play.find(Rule::ItemsMany, &tool.name, format!("{about}: {} items", items.len()));
    }
    let is_cited =
        |item: &Value| URLS.into_iter().any(|member| item[member].as_str().is_some_and(|url| !url.is_empty()));
    if !items.is_empty() && !items.iter().any(is_cited) {
        play.find(Rule::CitationMissing, &tool.name, format!("{about}: no item has `url`"));
    }
}
