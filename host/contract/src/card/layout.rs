//! Layout of a card's content as an Adaptive Card 1.5, following the example in the documentation.

use serde_json::{Value, json};

use super::{CardContent, Preview, Section, escape::plain, optional_line, web_address};
use crate::{
    JsonPath,
    line::line_within,
    properties,
    repair::{Change, Flaw, Repairs},
};

/// The field that holds the sections.
const FIELD: &str = "sections";
/// Longest paragraph, in UTF-16 code units, as documented.
const LONGEST_TEXT: usize = 230;
/// Most words in the title of a section, as documented.
const MOST_TITLE_WORDS: usize = 3;
/// Most bullets in a section, as documented.
const MOST_BULLETS: usize = 5;
/// Most sections of a card.
const MOST_SECTIONS: usize = 10;
/// Longest title of a section, in UTF-16 code units.
const LONGEST_SECTION_TITLE: usize = 64;
/// Longest bullet, in UTF-16 code units.
const LONGEST_BULLET: usize = 500;

impl CardContent {
    /// Returns the content with its texts, links, facts and sections repaired. Those beyond repair are dropped.
    pub(super) fn checked(self, repairs: &mut Repairs) -> Self {
        let surplus = self.sections.len() > MOST_SECTIONS;
        let sections = self.sections.into_iter().take(MOST_SECTIONS);
        let content = Self {
            logo_url: web_address("logoUrl", self.logo_url, repairs),
            text: optional_line("text", self.text, LONGEST_TEXT, repairs),
            facts: properties::check("facts", self.facts, repairs),
            sections: sections.enumerate().filter_map(|(index, section)| section.checked(index, repairs)).collect(),
        };
        if surplus {
            repairs.repair(FIELD, Change::Dropped { because: Flaw::TooMany { most: MOST_SECTIONS } });
        }
        content
    }
}

impl Section {
    /// Returns the section, which is the card's section of this index.
    fn checked(self, index: usize, repairs: &mut Repairs) -> Option<Self> {
        let here = JsonPath::Entry(&JsonPath::Root, index);
        let (title_path, bullets_path) = (JsonPath::Member(&here, "title"), JsonPath::Member(&here, "bullets"));
        let title = line_within(FIELD, &title_path, self.title, LONGEST_SECTION_TITLE, repairs);
        let title = first_words(title, &title_path, repairs);
        if self.bullets.len() > MOST_BULLETS {
            let because = Flaw::TooMany { most: MOST_BULLETS };
            repairs.repair_within(FIELD, &bullets_path, Change::Dropped { because });
        }
        let bullets = self.bullets.into_iter().take(MOST_BULLETS).enumerate();
        let bullets: Vec<String> = bullets
            .map(|(index, bullet)| {
                let path = JsonPath::Entry(&bullets_path, index);
                line_within(FIELD, &path, bullet, LONGEST_BULLET, repairs)
            })
            .filter(|bullet| !bullet.is_empty())
            .collect();

        if title.is_empty() || bullets.is_empty() {
            repairs.repair_within(FIELD, &here, Change::Dropped { because: Flaw::Missing });
            return None;
        }
        Some(Self { title, bullets })
    }
}

/// The title, truncated to the greatest number of words.
fn first_words(title: String, path: &JsonPath<'_>, repairs: &mut Repairs) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    if words.len() <= MOST_TITLE_WORDS {
        return title;
    }
    repairs.repair_within(FIELD, path, Change::CutToWords { most: MOST_TITLE_WORDS });
    format!("{}…", words[..MOST_TITLE_WORDS].join(" "))
}

/// Lays out checked content. Its texts are shown literally: markdown in them is escaped.
/// `label` is the text of the button that opens the card's URL.
pub(super) fn lay_out(preview: &Preview, label: &str, content: CardContent, partner: &str) -> Value {
    let logo = content.logo_url.map(|url| json!({"type": "Image", "url": url, "size": "Small", "altText": partner}));
    let heading = text_block(&format!("Info from {partner}"), &json!({"isSubtle": true}));
    let title = text_block(&preview.title, &json!({"weight": "Bolder", "size": "Medium"}));
    let subtitle = preview.sub_title.as_ref().map(|text| text_block(text, &json!({"spacing": "None"})));
    let text = content.text.map(|text| text_block(&text, &json!({})));
    let facts = (!content.facts.is_empty()).then(|| fact_set(&content.facts));

    let head = logo.into_iter().chain([heading, title]).chain(subtitle).chain(text).chain(facts);
    let body: Vec<Value> = head.chain(content.sections.iter().map(container)).collect();
    let mut card = json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": body,
    });
    if let Some(url) = &preview.url {
        card["actions"] = json!([{"type": "Action.OpenUrl", "title": label, "url": url}]);
    }
    card
}

/// A block of text, with `more` members.
fn text_block(text: &str, more: &Value) -> Value {
    let mut block = json!({"type": "TextBlock", "text": plain(text), "wrap": true});
    for (name, value) in more.as_object().into_iter().flatten() {
        block[name] = value.clone();
    }
    block
}

fn fact_set(facts: &[(String, String)]) -> Value {
    let facts: Vec<Value> =
        facts.iter().map(|(name, value)| json!({"title": plain(name), "value": plain(value)})).collect();
    json!({"type": "FactSet", "facts": facts})
}

fn container(section: &Section) -> Value {
    let title = text_block(&section.title, &json!({"weight": "Bolder"}));
    let bullets = section.bullets.iter().map(|bullet| {
        let mut block = text_block(bullet, &json!({"spacing": "None"}));
        block["text"] = Value::String(format!("- {}", plain(bullet)));
        block
    });
    let items: Vec<Value> = std::iter::once(title).chain(bullets).collect();
    json!({"type": "Container", "spacing": "Medium", "items": items})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::facts;

    #[test]
    fn the_bounds_of_content_are_the_documented_ones() {
        let chat = facts()["chat"].take();

        assert_eq!(chat["textMaxLength"], LONGEST_TEXT);
        assert_eq!(chat["sectionTitleMaxWords"], MOST_TITLE_WORDS);
        assert_eq!(chat["sectionBulletsMax"], MOST_BULLETS);
    }

    #[test]
    fn a_long_title_of_a_section_keeps_three_words() {
        let mut repairs = Repairs::default();

        assert_eq!(
            first_words("Open questions of Kenny".to_owned(), &JsonPath::Root, &mut repairs),
            "Open questions of…"
        );
        assert_eq!(repairs.repaired, 1);
    }
}
