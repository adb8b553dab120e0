//! The answer of a chat skill: cards for people; text and data for agents.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::{Map, Value};

use super::{
    Card,
    card::clean_members,
    invisible::visible,
    json::{self, ReadObject},
    repair::{Change, Flaw, Repairs},
    text,
};

/// Longest answer in words, in UTF-16 code units.
const LONGEST_TEXT: usize = 10_000;

/// Largest JSON text of data, in bytes.
const LARGEST_DATA: usize = 64 << 10;

/// Most values in data, counted at every level.
const MOST_VALUES: usize = 10_000;

/// The answer of the chat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatAnswer {
    /// The answer in words, for agents that read, if the plugin says it so.
    pub text: Option<String>,
    /// The same as data, for agents that reason over it.
    pub data: Option<Map<String, Value>>,
    /// Cards, in display order.
    pub cards: Vec<Card>,
    /// Languages the cards are in, as BCP 47 tags, for the header `Content-Language`.
    pub languages: Vec<String>,
}

impl ChatAnswer {
    /// Checks the answer in words: invisible characters are removed, and a long text is truncated. A blank one counts
    /// as absent.
    pub fn check_text(said: Option<String>, repairs: &mut Repairs) -> Option<String> {
        let said = said?;
        let seen = visible(&said);
        let trimmed = seen.trim();
        if seen.len() < said.len() {
            repairs.repair_answer("text", Change::Cleaned);
        }
        if text::is_longer(trimmed, LONGEST_TEXT) {
            repairs.repair_answer("text", Change::Cut { most: LONGEST_TEXT });
        }
        Some(text::cut(trimmed, LONGEST_TEXT).into_owned()).filter(|text| !text.is_empty())
    }

    /// Checks the data, which is a JSON object of bounded size. Anything else is dropped. Invisible characters are
    /// removed from its names and texts.
    pub fn check_data(said: Option<&str>, repairs: &mut Repairs) -> Option<Map<String, Value>> {
        let said = said.filter(|said| !said.trim().is_empty())?;
        let read = (said.len() <= LARGEST_DATA).then(|| json::read_object(said.as_bytes(), MOST_VALUES).ok());
        let Some(read) = read.flatten() else {
            repairs.repair_answer("data", Change::Dropped { because: Flaw::NoData });
            return None;
        };
        let ReadObject { mut object, repaired } = read;
        if clean_members(&mut object) > 0 || !repaired.is_empty() {
            repairs.repair_answer("data", Change::Cleaned);
        }
        Some(object)
    }
}

impl Serialize for ChatAnswer {
    /// Writes `adaptiveCards`. The languages are not part of the body, and text and data are for agents that do not
    /// read this form.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("ChatAnswer", 1)?;
        answer.serialize_field("adaptiveCards", &self.cards)?;
        answer.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_lines_and_loses_what_cannot_be_seen() {
        let mut repairs = Repairs::default();

        let text = ChatAnswer::check_text(Some("\nKenny signs.\nTony\u{202e} counts. ".to_owned()), &mut repairs);

        assert_eq!(text.as_deref(), Some("Kenny signs.\nTony counts."));
        assert_eq!(repairs.repaired, 1);
        assert_eq!(ChatAnswer::check_text(Some(" \n".to_owned()), &mut repairs), None);
    }

    #[test]
    fn a_long_text_is_cut() {
        let mut repairs = Repairs::default();

        let text = ChatAnswer::check_text(Some("x".repeat(LONGEST_TEXT + 1)), &mut repairs).expect("it is there");

        assert_eq!(text::length(&text), LONGEST_TEXT);
        assert_eq!(repairs.repaired, 1);
    }

    #[test]
    fn data_is_a_json_object_of_bounded_size_or_nothing() {
        let mut repairs = Repairs::default();

        let data = ChatAnswer::check_data(Some(r#" {"signed": true} "#), &mut repairs);
        assert_eq!(data.expect("it is an object")["signed"], true);
        assert_eq!(ChatAnswer::check_data(Some(""), &mut repairs), None);
        assert!(repairs.is_empty());

        let hidden = ChatAnswer::check_data(Some("{\"a\u{200b}\": [\"b\u{202e}c\"]}"), &mut Repairs::default());
        assert_eq!(hidden.map(Value::Object), Some(serde_json::json!({ "a": ["bc"] })));

        let large = format!(r#"{{"a": "{}"}}"#, "x".repeat(LARGEST_DATA));
        let many = format!(r#"{{"a": [{}0]}}"#, "0,".repeat(MOST_VALUES));
        for (bad, data) in ["[1]", "{", r#"{"a": 1, "a": 2}"#, &large, &many].into_iter().enumerate() {
            assert_eq!(ChatAnswer::check_data(Some(data), &mut repairs), None);
            assert_eq!(repairs.repaired as usize, bad + 1);
        }
    }
}
