//! Cards, the form of answers in the chat.
//!
//! A plugin returns either a card's content, which is [laid out](layout) as an Adaptive Card, or an Adaptive Card of
//! its own, which is [checked](own).

mod escape;
mod layout;
mod own;
pub(crate) mod words;

pub(crate) use own::clean_members;

use serde::Serialize;

use super::{
    line::line,
    link,
    repair::{Change, Flaw, Repairs},
};

/// The field of the answer that holds a card.
const CARD_FIELD: &str = "adaptiveCard";

/// The sizes of a card in bytes, serialised, from which clients may not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSizes {
    /// Above this size a card may not be shown everywhere.
    pub warned: usize,
    /// Above this size a card is left out.
    pub most: usize,
}

/// Teams shows cards of up to about 28 KB, and refuses those above 40 KB.
impl Default for CardSizes {
    fn default() -> Self {
        Self { warned: 28 << 10, most: 40 << 10 }
    }
}

/// Longest title and subtitle, in UTF-16 code units.
const LONGEST_CARD_LINE: usize = 256;

/// Longest text of the button, in UTF-16 code units.
const LONGEST_LABEL: usize = 64;

/// A card as a plugin returns it, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDraft {
    /// Title, such as the name of the record.
    pub title: String,
    /// Line below the title.
    pub subtitle: Option<String>,
    /// Address of the record or topic in the partner's application.
    pub url: Option<String>,
    /// Text of the button that opens it.
    pub url_label: Option<String>,
    /// Content of the card.
    pub body: CardBody,
}

/// The content of a card, in one of two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardBody {
    /// An Adaptive Card, as JSON.
    AdaptiveCard(String),
    /// Content that the host lays out as an Adaptive Card.
    Content(CardContent),
}

/// Content of a card. Absent or empty parts take no space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardContent {
    /// Address of a logo.
    pub logo_url: Option<String>,
    /// One paragraph, at most 230 characters.
    pub text: Option<String>,
    /// Facts, as a table of names and values.
    pub facts: Vec<(String, String)>,
    /// Sections below.
    pub sections: Vec<Section>,
}

/// Bullet points under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Title, at most three words.
    pub title: String,
    /// One to five sentences, a bullet each.
    pub bullets: Vec<String>,
}

/// A checked card, which may be shown to a seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// An Adaptive Card, serialised.
    adaptive_card: String,
    preview_card_data: Preview,
}

/// The preview that is shown instead of a card if there is no space for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Card {
    /// Checks `draft` as the next card of an answer by `partner`, whose name laid-out cards show.
    ///
    /// Content is repaired and laid out. Parts of an Adaptive Card that may not be shown are left out. A card without a
    /// title is left out as a whole, and so is one that is too large, and an Adaptive Card that is malformed or of
    /// which nothing is left.
    pub fn check(draft: CardDraft, partner: &str, sizes: CardSizes, repairs: &mut Repairs) -> Option<Self> {
        repairs.begin_item("adaptiveCards");
        let preview = Preview {
            title: line("title", draft.title, LONGEST_CARD_LINE, repairs),
            sub_title: optional_line("subTitle", draft.subtitle, LONGEST_CARD_LINE, repairs),
            url: web_address("url", draft.url, repairs),
        };
        if preview.title.is_empty() {
            repairs.leave_out("title", Flaw::Missing);
            return None;
        }
        let label = optional_line("urlLabel", draft.url_label, LONGEST_LABEL, repairs);
        let adaptive_card = match draft.body {
            CardBody::Content(content) => {
                let label = label.unwrap_or_else(|| format!("Open in {partner}"));
                Ok(layout::lay_out(&preview, &label, content.checked(repairs), partner))
            }
            CardBody::AdaptiveCard(text) => own::check(&text, sizes, repairs),
        };
        match adaptive_card.and_then(|card| fitting(card.to_string(), sizes, repairs)) {
            Ok(adaptive_card) => Some(Self { adaptive_card, preview_card_data: preview }),
            Err(because) => {
                repairs.leave_out(CARD_FIELD, because);
                None
            }
        }
    }

    /// The Adaptive Card, serialised.
    pub fn adaptive_card(&self) -> &str {
        &self.adaptive_card
    }

    /// The title of its preview.
    pub(crate) fn title(&self) -> &str {
        &self.preview_card_data.title
    }

    /// The line below the title, if there is one.
    pub(crate) fn subtitle(&self) -> Option<&str> {
        self.preview_card_data.sub_title.as_deref()
    }

    /// The address that it leads to, if there is one.
    pub(crate) fn url(&self) -> Option<&str> {
        self.preview_card_data.url.as_deref()
    }
}

/// Returns a serialised card that is not too large, and notes one that is nearly so.
fn fitting(card: String, sizes: CardSizes, repairs: &mut Repairs) -> Result<String, Flaw> {
    let bytes = card.len();
    if bytes > sizes.most {
        return Err(Flaw::CardTooLarge { bytes, most: sizes.most });
    }
    if bytes > sizes.warned {
        repairs.warn(CARD_FIELD, Change::NearlyTooLarge { bytes, shown: sizes.warned });
    }
    Ok(card)
}

/// An optional text as one line. An empty text counts as absent.
fn optional_line(field: &'static str, text: Option<String>, most: usize, repairs: &mut Repairs) -> Option<String> {
    Some(line(field, text?, most, repairs)).filter(|line| !line.is_empty())
}

/// An optional `http` or `https` URL. An empty one counts as absent; anything else is dropped.
fn web_address(field: &'static str, text: Option<String>, repairs: &mut Repairs) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    let url = link::web(&text);
    if url.is_none() {
        repairs.repair(field, Change::Dropped { because: Flaw::NoWebAddress });
    }
    url
}

#[cfg(test)]
mod tests;
