//! Answers of tools: the JSON that a model reads, bounded in items and bytes and never cut in the middle.
//!
//! An answer holds as many items as fit. An item that would not fit alone is shortened: it loses its properties, and
//! its texts are cut. `hasMoreResults` tells that there is more.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{AddedMember, MOST_ITEMS, ToolOperation};
use crate::{Card, ChatAnswer, FieldKind, Insight, Page, Skill, Value, card::words, text::cut};

/// Longest text of an item that is shortened, in UTF-16 code units.
const SHORT_TEXT: usize = 256;

/// Longest text of a chat answer's item, in UTF-16 code units.
const LONGEST_TEXT: usize = 10_000;

/// The part of an answer's bytes that the text of a shortened item has code units: each takes three bytes at most.
const SHORT_PART: usize = 8;

/// The answer of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolAnswer {
    /// The answer, serialised: one JSON object.
    pub json: String,
    /// Languages of its texts, as BCP 47 tags.
    pub languages: Vec<String>,
}

impl ToolAnswer {
    /// Writes a page of the items of `tool`, in at most `most` bytes.
    #[must_use]
    pub fn of_page(tool: &ToolOperation, page: &Page, most: usize) -> Self {
        let mut list = BoundedList::new(most);
        for insight in &page.items {
            let item = |is_short| PageItem { insight, added: tool.added, is_short };
            if !list.push(&item(false), &item(true)) {
                break;
            }
        }
        Self { json: list.finish(page.has_more, None), languages: page.languages.clone() }
    }

    /// Writes the answer of `skill`, in at most `most` bytes.
    ///
    /// The answer's own text belongs to its only card, or comes first as an item of its own. Without one, what the cards
    /// show is put into words.
    #[must_use]
    pub fn of_chat(skill: &Skill, answer: &ChatAnswer, most: usize) -> Self {
        let mut list = BoundedList::new(most);
        let (shortest, text) = (most / SHORT_PART, answer.text.as_deref());
        let of_whole =
            |longest| ChatItem { text: cut(text.unwrap_or_default(), longest), ..ChatItem::titled(&skill.title) };
        let is_apart = text.is_some() && answer.cards.len() != 1;
        if !is_apart || list.push_chat(&of_whole(LONGEST_TEXT), &of_whole(shortest)) {
            for card in &answer.cards {
                let words = match text {
                    Some(_) if is_apart => Cow::Borrowed(""),
                    Some(text) => Cow::Borrowed(text),
                    None => {
                        let shown = words::of_card(card);
                        list.is_cut |= shown.is_cut;
                        Cow::Owned(shown.text)
                    }
                };
                let item = |longest| ChatItem::of(card, &words, longest);
                if !list.push_chat(&item(LONGEST_TEXT), &item(shortest)) {
                    break;
                }
            }
        }
        let data = answer.data.as_ref().map(serialised);
        Self { json: list.finish(false, data.as_deref()), languages: answer.languages.clone() }
    }
}

/// The items of an answer, as long as they fit.
struct BoundedList {
    /// The beginning of the answer.
    json: String,
    most: usize,
    count: u32,
    is_cut: bool,
}

/// The beginning of every answer.
const HEAD: &str = r#"{"value":["#;

/// The longest end of an answer without other members.
const TAIL: &str = r#"],"hasMoreResults":false}"#;

impl BoundedList {
    fn new(most: usize) -> Self {
        Self { json: HEAD.to_owned(), most, count: 0, is_cut: false }
    }

    /// Adds an item: whole if it fits, `short` if nothing but its own length keeps it from fitting. Returns whether
    /// there is room for more.
    fn push(&mut self, whole: &impl Serialize, short: &impl Serialize) -> bool {
        if self.count == MOST_ITEMS {
            self.is_cut = true;
            return false;
        }
        let whole = serialised(whole);
        if self.fits(&whole) {
            self.add(&whole);
            return true;
        }
        self.is_cut = true;
        if HEAD.len() + whole.len() + TAIL.len() <= self.most {
            // The next page begins with it.
            return false;
        }
        let short = serialised(short);
        if self.fits(&short) {
            self.add(&short);
        }
        // An item of which even that does not fit is left out, as it would stay in the way of those after it.
        true
    }

    /// Adds an item of a chat answer, whose texts may be cut even if it is whole.
    fn push_chat(&mut self, whole: &ChatItem<'_>, short: &ChatItem<'_>) -> bool {
        self.is_cut |= whole.is_cut();
        self.push(whole, short)
    }

    fn fits(&self, item: &str) -> bool {
        self.json.len() + 1 + item.len() + TAIL.len() <= self.most
    }

    fn add(&mut self, item: &str) {
        if self.count > 0 {
            self.json.push(',');
        }
        self.json.push_str(item);
        self.count += 1;
    }

    /// Ends the answer, with other `data` if they fit.
    fn finish(self, has_more: bool, data: Option<&str>) -> String {
        let Self { mut json, most, is_cut, .. } = self;
        let member = data.map(|data| format!(r#","data":{data}"#)).unwrap_or_default();
        let fits = json.len() + TAIL.len() + member.len() <= most;
        let has_more = has_more || is_cut || !fits;
        json.push_str(r#"],"hasMoreResults":"#);
        json.push_str(if has_more { "true" } else { "false" });
        json.push_str(if fits { &member } else { "" });
        json.push('}');
        json
    }
}

fn serialised(item: &impl Serialize) -> String {
    serde_json::to_string(item).expect("texts and maps of texts serialise")
}

/// An item of a page: the outputs of the operation, then the added members.
struct PageItem<'page> {
    insight: &'page Insight,
    added: &'static [AddedMember],
    is_short: bool,
}

impl Serialize for PageItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (field, value) in self.insight.entries() {
            match value {
                Value::Text(text) if self.is_short && field.kind == FieldKind::Text => {
                    object.serialize_entry(field.name, &cut(text, SHORT_TEXT))?;
                }
                Value::Properties(_) if self.is_short => {}
                value => object.serialize_entry(field.name, value)?,
            }
        }
        for added in self.added {
            match self.insight.value(added.from) {
                Some(Value::Text(text)) if self.is_short && added.name != "url" => {
                    object.serialize_entry(added.name, &cut(text, SHORT_TEXT))?;
                }
                Some(value) => object.serialize_entry(added.name, value)?,
                None => {}
            }
        }
        object.end()
    }
}

/// An item of a chat answer: a card without its layout.
#[derive(Serialize)]
struct ChatItem<'answer> {
    title: Cow<'answer, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<Cow<'answer, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'answer str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: Cow<'answer, str>,
}

impl<'answer> ChatItem<'answer> {
    fn titled(title: &'answer str) -> Self {
        Self { title: Cow::Borrowed(title), subtitle: None, url: None, text: Cow::Borrowed("") }
    }

    /// Returns whether a text of it is cut: one that is not is borrowed.
    fn is_cut(&self) -> bool {
        [Some(&self.text), self.subtitle.as_ref()].into_iter().flatten().any(|text| matches!(text, Cow::Owned(_)))
    }

    fn of(card: &'answer Card, text: &'answer str, longest: usize) -> Self {
        Self {
            subtitle: card.subtitle().map(|subtitle| cut(subtitle, longest)),
            url: card.url(),
            text: cut(text, longest),
            ..Self::titled(card.title())
        }
    }
}

#[cfg(test)]
mod tests;
