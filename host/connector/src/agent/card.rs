//! `cards/*.json`: the templates of cards that Copilot shows for items of an answer.
//!
//! A template has no words of its own but those for an item without a title, as language files do not reach it. Texts
//! of plugins stand in runs of text, which are not read as markdown, so that none becomes a link. A card has no action:
//! Copilot shows the item's URL as its citation.

use serde_json::{Value, json};

use super::tool::AgentTool;

/// The texts of an item under its title, of which a tool has one; that of a chat skill has several lines.
const BODIES: [&str; 3] = ["description", "insight", "text"];

/// Returns the path of the tool's template.
pub(super) fn file(tool: &AgentTool) -> String {
    format!("cards/{}.json", tool.name)
}

/// Builds the template of an item of the tool's answer; `nothing` stands on the card of an item without a title.
pub(super) fn template(tool: &AgentTool, nothing: &str) -> Value {
    let has = |name: &str| tool.has(name);
    let mut items = vec![line(&["${title}"], true)];
    if has("subtitle") {
        items.push(when("subtitle", subtle("${subtitle}")));
    }
    if has("dateTime") {
        items.push(when("dateTime", subtle("${substring(dateTime, 0, 10)}")));
    }
    for body in BODIES.into_iter().filter(|body| has(body)) {
        items.push(when(body, lines(&format!("${{split({body}, '\\n')}}"), &["${$data}"])));
    }
    if has("additionalProperties") {
        let properties = lines("${indicesAndValues(additionalProperties)}", &["${index}: ", "${value}"]);
        items.push(when("additionalProperties", properties));
    }
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            { "type": "Container", "$when": "${title != null && title != ''}", "items": items },
            { "type": "TextBlock", "$when": "${title == null || title == ''}", "text": nothing, "wrap": true },
        ],
    })
}

/// Returns a line for each entry of `data`; the first of several texts is its heading.
fn lines(data: &str, texts: &[&str]) -> Value {
    let mut line = line(texts, texts.len() > 1);
    line["$data"] = json!(data);
    line["spacing"] = json!("Small");
    json!({ "type": "Container", "items": [line] })
}

/// Returns runs of text, the first of them bold if `has_heading`.
fn line(texts: &[&str], has_heading: bool) -> Value {
    let mut runs: Vec<Value> = texts.iter().map(|text| json!({ "type": "TextRun", "text": text })).collect();
    if has_heading {
        runs[0]["weight"] = json!("Bolder");
    }
    json!({ "type": "RichTextBlock", "inlines": runs })
}

fn subtle(text: &str) -> Value {
    json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text, "isSubtle": true }] })
}

/// Shows an element only if the item has a value of this name.
fn when(name: &str, mut element: Value) -> Value {
    element["$when"] = json!(format!("${{{name} != null && {name} != ''}}"));
    element
}
