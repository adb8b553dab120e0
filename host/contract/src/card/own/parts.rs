//! Parts of a card that may not be shown: they are left out, and the rest of the card stays.
//!
//! The check is by names, not by the schema: new elements will be added, and renderers differ in the elements and the
//! letter case that they accept. A link or a text that may not be shown costs its member, such as `iconUrl`. If the
//! member is what its element is for, such as the `url` of an image, it costs the element.

use serde_json::{Map, Value};

use super::{FIELD, markdown};
use crate::{
    JsonPath, link,
    repair::{Change, Flaw, Repairs},
};

/// Prefixes of the data URLs that a card may embed images with. SVG is not among them, since it can carry scripts.
const IMAGES: [&str; 3] = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,"];

/// Members without which their element shows nothing, or something else than its author meant.
const ESSENTIAL: [&str; 19] = [
    "actions",
    "card",
    "cells",
    "choices",
    "columns",
    "facts",
    "href",
    "images",
    "inlines",
    "items",
    "rows",
    "sources",
    "src",
    "targetelements",
    "text",
    "title",
    "type",
    "url",
    "value",
];

/// Elements whose place matters to their neighbours. They stay if they become empty.
const PLACES: [&str; 3] = ["Column", "TableCell", "TableRow"];

/// Leaves out every part of `card` that may not be shown.
///
/// # Errors
/// Fails if nothing is left to show.
pub(super) fn leave_out_unfit(card: &mut Map<String, Value>, repairs: &mut Repairs) -> Result<(), Flaw> {
    let left_out = repairs.left_out;
    // The card itself has no essential member.
    let _ = Pruning { repairs }.object(card, false, &JsonPath::Root);
    let shows_nothing = ["body", "actions"].iter().all(|name| is_empty(card.get(*name)));
    if shows_nothing && repairs.left_out > left_out { Err(Flaw::NothingLeft) } else { Ok(()) }
}

fn is_empty(list: Option<&Value>) -> bool {
    list.and_then(Value::as_array).is_none_or(Vec::is_empty)
}

/// The reason for which a value may not be shown.
enum BadPart {
    /// A flaw of the value itself, not yet noted.
    Flawed(Flaw),
    /// Flaws of what it holds, which are noted.
    Emptied,
}

/// A walk over a card.
struct Pruning<'a> {
    repairs: &'a mut Repairs,
}

impl Pruning<'_> {
    /// Removes the members of `object` that may not be shown. Fails if one of them is essential.
    fn object(
        &mut self,
        object: &mut Map<String, Value>,
        describes_image: bool,
        path: &JsonPath<'_>,
    ) -> Result<(), BadPart> {
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_image = describes_image || kind == "Image";
        let mut removed = Vec::new();
        for (name, value) in &mut *object {
            let here = JsonPath::Member(path, name);
            let lower = name.to_ascii_lowercase();
            let may_lack_any = kind == "AdaptiveCard" || kind.starts_with("Input.");
            let is_essential = !may_lack_any && ESSENTIAL.contains(&lower.as_str());
            // What an action sends back to its bot is not shown, and need not be a text or a link.
            if lower == "data" && kind.starts_with("Action.") {
                continue;
            }
            match self.member(role(&lower, is_image), value, is_essential, &here) {
                Ok(()) => continue,
                Err(BadPart::Emptied) if PLACES.contains(&kind.as_str()) && is_empty(Some(value)) => continue,
                Err(BadPart::Emptied) => {}
                Err(BadPart::Flawed(because)) if is_essential => self.repairs.leave_out_part(FIELD, &here, because),
                Err(BadPart::Flawed(because)) => {
                    self.repairs.repair_within(FIELD, &here, Change::Dropped { because });
                }
            }
            if is_essential {
                return Err(BadPart::Emptied);
            }
            removed.push(name.clone());
        }
        object.retain(|name, _| !removed.contains(name));
        Ok(())
    }

    fn member(
        &mut self,
        role: Role,
        value: &mut Value,
        is_essential: bool,
        path: &JsonPath<'_>,
    ) -> Result<(), BadPart> {
        match (role, value) {
            (Role::Other, value) => self.value(value, path),
            (_, Value::Null) => Ok(()),
            (Role::Image | Role::Icon, Value::Object(image)) => self.object(image, true, path),
            (_, Value::String(url)) if url.trim().is_empty() => {
                if is_essential {
                    Err(BadPart::Flawed(Flaw::Missing))
                } else {
                    Ok(())
                }
            }
            (role, Value::String(url)) if role.permits(url) => Ok(()),
            // Some renderer might convert any other kind of value to a text.
            (_, _) => Err(BadPart::Flawed(Flaw::UnsafeLink)),
        }
    }

    fn value(&mut self, value: &mut Value, path: &JsonPath<'_>) -> Result<(), BadPart> {
        match value {
            Value::String(text) if !markdown::leads_to_the_web(text) => Err(BadPart::Flawed(Flaw::UnsafeLink)),
            Value::Array(entries) => self.array(entries, path),
            Value::Object(object) => self.object(object, false, path),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    /// Removes the entries that may not be shown. Fails if none is left.
    fn array(&mut self, entries: &mut Vec<Value>, path: &JsonPath<'_>) -> Result<(), BadPart> {
        let before = entries.len();
        let mut index = 0;
        entries.retain_mut(|entry| {
            let here = JsonPath::Entry(path, index);
            index += 1;
            match self.value(entry, &here) {
                Ok(()) => true,
                Err(BadPart::Emptied) => false,
                Err(BadPart::Flawed(because)) => {
                    self.repairs.leave_out_part(FIELD, &here, because);
                    false
                }
            }
        });
        if entries.is_empty() && before > 0 { Err(BadPart::Emptied) } else { Ok(()) }
    }
}

/// The purpose of a member.
#[derive(Clone, Copy)]
enum Role {
    Link,
    Image,
    Icon,
    Other,
}

/// Judges the purpose of a member by its name in lower case.
fn role(name: &str, is_image: bool) -> Role {
    match name {
        "iconurl" => Role::Icon,
        "backgroundimage" | "logourl" | "poster" => Role::Image,
        _ if !matches!(name, "href" | "src") && !name.ends_with("url") && !name.ends_with("uri") => Role::Other,
        _ if is_image => Role::Image,
        _ => Role::Link,
    }
}

impl Role {
    fn permits(self, url: &str) -> bool {
        match self {
            Self::Link => link::web(url).is_some(),
            Self::Image => is_image_address(url),
            Self::Icon => is_image_address(url) || is_named_icon(url),
            Self::Other => true,
        }
    }
}

fn is_image_address(text: &str) -> bool {
    let Some(data) = IMAGES.iter().find_map(|prefix| text.strip_prefix(prefix)) else {
        return link::web(text).is_some();
    };
    data.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Returns whether `text` names one of the client's own icons, such as `icon:Calendar,filled`.
fn is_named_icon(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b',';
    text.strip_prefix("icon:").is_some_and(|name| !name.is_empty() && name.bytes().all(is_name))
}
