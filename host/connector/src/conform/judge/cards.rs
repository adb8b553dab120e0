//! The validation of a chat skill's answer: a list of cards.

use serde_json::Value;

use super::kind;
use crate::conform::{Findings, Rule, card};
use contract::{Card, CardBody, CardDraft, CardSizes, Repairs, is_web_address};

/// The most cards that are judged of one answer.
const MOST: usize = 50;

/// Judges the answer of a chat skill, and returns the number of its cards.
pub(crate) fn judge_cards(body: &Value, sizes: CardSizes, location: &str, findings: &mut Findings) -> Option<usize> {
    let Some(cards) = body["adaptiveCards"].as_array() else {
        let what = format!("`adaptiveCards` is {}", kind(body.get("adaptiveCards")));
        findings.add(Rule::CardMissing, location, what);
        return None;
    };
    for (index, entry) in cards.iter().take(MOST).enumerate() {
        let name = format!("card {}", index + 1);
        judge_preview(entry, &name, location, findings);
        match entry["adaptiveCard"].as_str().filter(|card| !card.is_empty()) {
            Some(card) => judge(card, sizes, &name, location, findings),
            None => {
                let what = format!("{name}: `adaptiveCard` is {}, not a text", kind(entry.get("adaptiveCard")));
                findings.add(Rule::CardMissing, location, what);
            }
        }
    }
    if cards.len() > MOST {
        findings.add(Rule::Unchecked, location, format!("the cards after the first {MOST} of {}", cards.len()));
    }
    Some(cards.len())
}

fn judge(serialised: &str, sizes: CardSizes, name: &str, location: &str, findings: &mut Findings) {
    let mut repairs = Repairs::default();
    let body = CardBody::AdaptiveCard(serialised.to_owned());
    let draft = CardDraft { title: "card".to_owned(), subtitle: None, url: None, url_label: None, body };
    let _ = Card::check(draft, "", sizes, &mut repairs);
    for told in repairs.notes.iter().chain(&repairs.warnings) {
        findings.add(super::note(told), location, format!("{name}: `{}`: {}", told.path_in_item(), told.change));
    }
    if let Ok(card) = serde_json::from_str::<Value>(serialised) {
        for flaw in card::check(&card) {
            findings.add(Rule::CardInvalid, location, format!("{name}: {flaw}"));
        }
    }
}

fn judge_preview(entry: &Value, name: &str, location: &str, findings: &mut Findings) {
    let preview = &entry["previewCardData"];
    let title = preview["title"].as_str().is_some_and(|title| !title.trim().is_empty());
    if !title {
        findings.add(Rule::CardPreview, location, format!("{name}: `previewCardData.title` is missing or empty"));
    }
    for member in ["subTitle", "subtitle", "url"] {
        if let Some(value) = preview.get(member).filter(|value| !value.is_string() && !value.is_null()) {
            findings.add(
                Rule::CardPreview,
                location,
                format!("{name}: `previewCardData.{member}` is {}", kind(Some(value))),
            );
        }
    }
    let url = preview["url"].as_str().filter(|url| !url.trim().is_empty());
    if url.is_some_and(|url| !is_web_address(url)) {
        findings.add(Rule::UrlInvalid, location, format!("{name}: `previewCardData.url` is no http or https URL"));
    }
}
