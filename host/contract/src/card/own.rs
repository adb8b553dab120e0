//! Checks of an Adaptive Card that a plugin wrote itself.

mod markdown;

use serde_json::{Map, Value};

use crate::{
    json, link,
    repair::{Change, Flaw, Repairs},
    text,
};

/// Largest card, in bytes. Clients that render cards reject them from about half of this size.
const MOST_BYTES: usize = 64 * 1024;
/// Most values in a card, counted at every level.
const MOST_VALUES: usize = 10_000;
/// Supported versions of the Adaptive Card schema.
const VERSIONS: [&str; 6] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"];
/// Prefixes of the data URLs that a card may embed images with. SVG is not among them, since it can carry scripts.
const IMAGES: [&str; 3] = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,"];

/// Checks a card: its size, its type and version, and that every link and image in it is `http` or `https`.
///
/// Control characters are removed from its texts.
pub(super) fn check(text: &str, repairs: &mut Repairs) -> Result<Value, Flaw> {
    const NO_JSON: Flaw = Flaw::NoJson { most: MOST_BYTES };
    if text.len() > MOST_BYTES {
        return Err(NO_JSON);
    }
    let mut card = json::read_object(text.as_bytes(), MOST_VALUES).map_err(|_| NO_JSON)?;
    if !is_card(&card) {
        return Err(Flaw::NoCard);
    }
    let removed: usize = card.values_mut().map(clean).sum();
    // After cleaning, because a control character may hide a link.
    if !leads_to_the_web(&card, false) {
        return Err(Flaw::UnsafeLink);
    }
    if removed > 0 {
        repairs.repair("adaptiveCard", Change::Cleaned);
    }
    Ok(Value::Object(card))
}

fn is_card(card: &Map<String, Value>) -> bool {
    let text = |name| card.get(name).and_then(Value::as_str);
    text("type") == Some("AdaptiveCard") && text("version").is_some_and(|version| VERSIONS.contains(&version))
}

/// Removes the characters that must not be shown from every text in `value`, and returns their number of bytes.
fn clean(value: &mut Value) -> usize {
    match value {
        Value::String(text) => {
            let length = text.len();
            // Line breaks and tabs are part of a card's markdown.
            text.retain(|character| matches!(character, '\n' | '\r' | '\t') || !text::is_unfit(character));
            length - text.len()
        }
        Value::Array(entries) => entries.iter_mut().map(clean).sum(),
        Value::Object(members) => members.values_mut().map(clean).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Returns whether every link and image in `object`, at every level, is `http` or `https`.
fn leads_to_the_web(object: &Map<String, Value>, describes_image: bool) -> bool {
    let is_image = describes_image || object.get("type").and_then(Value::as_str) == Some("Image");
    object.iter().all(|(name, value)| match (role(name), value) {
        (Role::Link | Role::Image, Value::Null) => true,
        (Role::Link, Value::String(url)) if !is_image => link::web(url).is_some(),
        (Role::Link | Role::Image, Value::String(url)) => is_image_address(url),
        (Role::Image, Value::Object(image)) => leads_to_the_web(image, true),
        // Some renderer might convert any other kind of value to a text.
        (Role::Link | Role::Image, _) => false,
        (Role::Other, value) => holds_no_bad_link(value),
    })
}

fn holds_no_bad_link(value: &Value) -> bool {
    match value {
        Value::String(text) => markdown::leads_to_the_web(text),
        Value::Array(entries) => entries.iter().all(holds_no_bad_link),
        Value::Object(object) => leads_to_the_web(object, false),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The purpose of a member, judged by its name.
enum Role {
    Link,
    Image,
    Other,
}

/// Judges by the name alone, at any level and in any letter case: new elements will be added, and renderers differ.
fn role(name: &str) -> Role {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "backgroundimage" | "iconurl" | "logourl" | "poster" => Role::Image,
        "href" | "src" => Role::Link,
        _ if name.ends_with("url") || name.ends_with("uri") => Role::Link,
        _ => Role::Other,
    }
}

fn is_image_address(text: &str) -> bool {
    let Some(data) = IMAGES.iter().find_map(|prefix| text.strip_prefix(prefix)) else {
        return link::web(text).is_some();
    };
    data.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
