//! The texts of a card, for readers that see no cards.

use serde_json::Value;

use super::Card;

/// Most bytes of a card's words.
const MOST: usize = 16 << 10;

/// The mark at the end of words that are cut.
const ELLIPSIS: &str = "…";

/// Members that hold further parts of a card.
const PARTS: [&str; 8] = ["body", "items", "columns", "rows", "cells", "images", "inlines", "facts"];

/// The texts of a card, in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShownWords {
    /// A line for each text, without the card's title and subtitle.
    pub(crate) text: String,
    /// True if the card shows more than that.
    pub(crate) is_cut: bool,
}

/// Returns what `card` shows.
pub(crate) fn of_card(card: &Card) -> ShownWords {
    let mut words = CardWords { lines: Vec::new(), bytes: 0, is_cut: false };
    // A checked card is JSON, and no deeper than JSON may be.
    if let Ok(value) = serde_json::from_str(card.adaptive_card()) {
        words.read(&value);
    }
    let shown_anyway = |line: &String| line == card.title() || Some(line.as_str()) == card.subtitle();
    words.lines.retain(|line| !shown_anyway(line));
    ShownWords { text: words.lines.join("\n"), is_cut: words.is_cut }
}

/// The lines found so far.
struct CardWords {
    lines: Vec<String>,
    bytes: usize,
    is_cut: bool,
}

impl CardWords {
    fn read(&mut self, part: &Value) {
        match part {
            Value::Array(parts) => parts.iter().for_each(|part| self.read(part)),
            Value::Object(_) if part["isVisible"] == Value::Bool(false) => {}
            Value::Object(members) => {
                match part["type"].as_str() {
                    Some("TextBlock" | "TextRun") => self.add(&text(&part["text"])),
                    Some("RichTextBlock") => return self.add(&inlines(&part["inlines"])),
                    Some("Image") => self.add(&text(&part["altText"])),
                    // Facts have no type.
                    None => self.add(&fact(part)),
                    Some(_) => {}
                }
                for name in PARTS {
                    members.get(name).into_iter().for_each(|part| self.read(part));
                }
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn add(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() || self.is_cut {
            return;
        }
        // A line ends before the first that does not fit, or within it: a later one would hide the gap.
        let room = MOST.saturating_sub(self.bytes + 1);
        self.is_cut = line.len() > room;
        let line = if self.is_cut { beginning(line, room) } else { line.to_owned() };
        self.bytes += line.len() + 1;
        self.lines.push(line);
    }
}

/// The beginning of a line, with an ellipsis, in at most this number of bytes.
fn beginning(line: &str, room: usize) -> String {
    let room = room.saturating_sub(ELLIPSIS.len());
    let end = (0..=room).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{ELLIPSIS}", line[..end].trim_end())
}

/// A name and its value.
fn fact(part: &Value) -> String {
    match (text(&part["title"]), text(&part["value"])) {
        (_, value) if value.is_empty() => String::new(),
        (title, value) if title.is_empty() => value,
        (title, value) => format!("{title}: {value}"),
    }
}

/// The runs of one paragraph.
fn inlines(runs: &Value) -> String {
    let run = |run: &Value| run.as_str().map_or_else(|| text(&run["text"]), unescaped);
    runs.as_array().into_iter().flatten().map(run).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map(unescaped).unwrap_or_default()
}

/// Removes the escapes of markdown, and replaces `{{DATE(…)}}` and `{{TIME(…)}}` by the instant within.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '{']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((instant, after)) = instant(rest) {
            plain.push_str(instant);
            rest = after;
        } else {
            let is_escape = rest.starts_with('\\') && rest[1..].starts_with(|next: char| next.is_ascii_punctuation());
            let from = usize::from(is_escape);
            let length = rest[from..].chars().next().map_or(0, char::len_utf8);
            plain.push_str(&rest[from..from + length]);
            rest = &rest[from + length..];
        }
    }
    plain.push_str(rest);
    plain
}

/// The instant of `{{DATE(2026-05-12T08:30:00Z, SHORT)}}` at the beginning of `text`, and what follows.
fn instant(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("{{DATE(").or_else(|| text.strip_prefix("{{TIME("))?;
    let (inner, after) = inner.split_once(")}}")?;
    Some((inner.split(',').next().unwrap_or_default().trim(), after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Repairs,
        card::{CardBody, CardContent, CardDraft, CardSizes, Section},
    };

    fn card(body: CardBody) -> Card {
        let draft = CardDraft {
            title: "Fourth Coffee".to_owned(),
            subtitle: Some("Key stakeholders".to_owned()),
            url: None,
            url_label: None,
            body,
        };
        Card::check(draft, "Contoso Hub", CardSizes::default(), &mut Repairs::default()).expect("it is fine")
    }

    #[test]
    fn what_the_host_lays_out_reads_as_it_was_given() {
        let content = CardContent {
            logo_url: None,
            text: Some("Signed *today*, see #4711".to_owned()),
            facts: vec![("Stage".to_owned(), "- 3 %".to_owned())],
            sections: vec![Section { title: "Open points".to_owned(), bullets: vec!["12. Mai 2026".to_owned()] }],
        };

        assert_eq!(
            of_card(&card(CardBody::Content(content))).text,
            "Info from Contoso Hub\nSigned *today*, see #4711\nStage: - 3 %\nOpen points\n- 12. Mai 2026"
        );
    }

    #[test]
    fn every_text_of_a_card_is_read_in_its_order_and_nothing_hidden() {
        let image = json!({ "type": "Image", "url": "https://a.example/x.png", "altText": "A logo" });
        let own = json!({
            "type": "AdaptiveCard",
            "version": "1.5",
            "body": [
                { "type": "TextBlock", "text": "Fourth Coffee" },
                { "type": "TextBlock", "text": "secret", "isVisible": false },
                { "type": "ColumnSet", "columns": [
                    { "type": "Column", "items": [{ "type": "TextBlock", "text": "Left" }] },
                    { "type": "Column", "items": [image] },
                ] },
                { "type": "RichTextBlock", "inlines": ["One ", { "type": "TextRun", "text": "line" }] },
                { "type": "Table", "rows": [
                    { "type": "TableRow", "cells": [
                        { "type": "TableCell", "items": [{ "type": "TextBlock", "text": "Cell" }] },
                    ] },
                ] },
                {
                    "type": "FactSet",
                    "facts": [{ "title": "Since", "value": "{{DATE(2026-05-12T08:30:00Z, SHORT)}}" }],
                },
                { "type": "Container", "items": [{ "type": "TextBlock", "text": "{ \\ C:\\x" }] },
            ],
            "actions": [{ "type": "Action.OpenUrl", "title": "Open", "url": "https://a.example/" }],
        });

        assert_eq!(
            of_card(&card(CardBody::AdaptiveCard(own.to_string()))).text,
            "Left\nA logo\nOne line\nCell\nSince: 2026-05-12T08:30:00Z\n{ \\ C:\\x"
        );
    }

    #[test]
    fn the_words_of_a_card_are_bounded() {
        let blocks: Vec<_> = (0..300).map(|_| json!({ "type": "TextBlock", "text": "x".repeat(100) })).collect();
        let own = json!({ "type": "AdaptiveCard", "version": "1.5", "body": blocks });

        let words = of_card(&card(CardBody::AdaptiveCard(own.to_string())));

        assert!(words.is_cut && words.text.ends_with("xxx…"), "{}", words.text);
        assert!((MOST - 200..=MOST).contains(&words.text.len()), "{}", words.text.len());
    }

    #[test]
    fn a_line_that_is_too_long_alone_is_cut_at_a_character() {
        let block = |text: &str| json!({ "type": "TextBlock", "text": text });
        let body = [block(&"é".repeat(10_000)), block("after it")];
        let own = json!({ "type": "AdaptiveCard", "version": "1.5", "body": body });

        let words = of_card(&card(CardBody::AdaptiveCard(own.to_string())));

        assert!(words.is_cut && words.text.len() <= MOST && words.text.ends_with("é…"));
        assert_eq!(words.text.lines().count(), 1);
    }
}
