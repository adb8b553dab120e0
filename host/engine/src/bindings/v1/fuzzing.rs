//! Answers of a guest in simple types, which take the same conversion as real ones.

use super::exports::insight::provider as guest;
use super::insight::provider::insight_types::Property;
use super::reply;
use contract::{Capability, CardSizes, Operation, Outcome, Repairs, Reply, Window};

/// A page of items of any capability.
#[derive(Clone, Debug)]
pub struct PageAnswer {
    /// The items.
    pub items: Vec<Item>,
    /// Set if there are more.
    pub has_more: bool,
    /// The language of the items.
    pub language: Option<String>,
}

/// An item with more fields than any capability has.
#[derive(Clone, Debug)]
pub struct Item {
    /// Four texts: the title, the description, and two others.
    pub texts: [String; 4],
    /// An optional title.
    pub title: Option<String>,
    /// A time.
    pub date_time: Option<String>,
    /// An address.
    pub url: Option<String>,
    /// Names and values.
    pub properties: Vec<(String, String)>,
    /// Selects one of the kinds of content.
    pub kind: u8,
}

/// Cards of a chat.
#[derive(Clone, Debug)]
pub struct CardAnswer {
    /// The cards, each from an item. If its `kind` is odd, its description is an Adaptive Card.
    pub items: Vec<Item>,
    /// The answer in words.
    pub text: Option<String>,
    /// The answer as JSON.
    pub data: Option<String>,
    /// The language of the cards.
    pub language: Option<String>,
}

impl PageAnswer {
    /// Checks it as the answer to `operation`.
    ///
    /// # Errors
    ///
    /// Fails with the call's outcome, if no item is left.
    pub fn check(
        self,
        operation: &'static Operation,
        window: Window,
        partner: &str,
        repairs: &mut Repairs,
    ) -> Result<Reply, Outcome> {
        let Self { items, has_more, language } = self;
        let given = reply::Items { operation, window, partner, repairs };
        /// Builds the page of one capability from items converted by `$item`.
        macro_rules! page {
            ($($page:ident)::+, $item:expr) => {
                Ok($($page)::+ { items: items.into_iter().map($item).collect(), has_more, language })
            };
        }
        let checked = match operation.capability {
            Capability::RecordSummary => {
                given.of_activities(page!(guest::record_summary::ActivityPage, Item::activity))
            }
            Capability::RecordDetails => {
                given.of_related_records(page!(guest::record_details::RelatedRecordPage, Item::related_record))
            }
            Capability::KeySalesInfo => {
                given.of_highlights(page!(guest::key_sales_info::HighlightPage, Item::highlight))
            }
            Capability::EmailSummary => {
                given.of_email_insights(page!(guest::email_summary::EmailInsightPage, Item::email_insight))
            }
            Capability::EmailDraft => {
                given.of_content_links(page!(guest::email_draft::ContentLinkPage, Item::content_link))
            }
            Capability::Chat => unreachable!("no operation of the table asks the chat"),
        };
        checked.map_err(|failure| failure.outcome)
    }
}

impl CardAnswer {
    /// Checks it as the answer of a chat.
    ///
    /// # Errors
    ///
    /// Fails with the call's outcome, if no card is left.
    pub fn check(self, partner: &str, repairs: &mut Repairs) -> Result<Reply, Outcome> {
        let cards = self.items.into_iter().map(Item::card).collect();
        let answer = guest::chat::ChatAnswer { text: self.text, data: self.data, cards, language: self.language };
        reply::chat(Ok(answer), partner, CardSizes::default(), repairs).map_err(|failure| failure.outcome)
    }
}

impl Item {
    fn activity(self) -> guest::record_summary::Activity {
        let [title, description, ..] = self.texts;
        guest::record_summary::Activity {
            title,
            description,
            date_time: self.date_time.unwrap_or_default(),
            url: self.url,
            properties: properties(self.properties),
        }
    }

    fn related_record(self) -> guest::record_details::RelatedRecord {
        let [title, record_id, record_type, type_name] = self.texts;
        guest::record_details::RelatedRecord {
            record_id,
            record_type,
            type_name,
            type_name_plural: self.title.unwrap_or_default(),
            title,
            url: self.url,
            properties: properties(self.properties),
        }
    }

    fn highlight(self) -> guest::key_sales_info::Highlight {
        let [description, ..] = self.texts;
        guest::key_sales_info::Highlight {
            title: self.title,
            description,
            date_time: self.date_time,
            url: self.url,
            properties: properties(self.properties),
        }
    }

    fn email_insight(self) -> guest::email_summary::EmailInsight {
        let [text, ..] = self.texts;
        guest::email_summary::EmailInsight { title: self.title, text }
    }

    fn content_link(self) -> guest::email_draft::ContentLink {
        use guest::email_draft::ContentKind;

        let [title, description, ..] = self.texts;
        guest::email_draft::ContentLink {
            kind: match self.kind % 7 {
                0 => ContentKind::File,
                1 => ContentKind::WebPage,
                2 => ContentKind::Word,
                3 => ContentKind::Pdf,
                4 => ContentKind::Powerpoint,
                5 => ContentKind::Excel,
                _ => ContentKind::Other(self.title.unwrap_or_default()),
            },
            url: self.url.clone().unwrap_or_default(),
            title,
            description,
            icon_url: self.url,
            properties: properties(self.properties),
        }
    }

    fn card(self) -> guest::chat::Card {
        let [title, text, section, bullet] = self.texts;
        let url_label = self.date_time;
        let body = if self.kind % 2 == 1 {
            guest::chat::CardBody::AdaptiveCard(text)
        } else {
            guest::chat::CardBody::Content(guest::chat::CardContent {
                logo_url: self.url.clone(),
                text: Some(text),
                facts: properties(self.properties),
                sections: vec![guest::chat::Section { title: section, bullets: vec![bullet] }],
            })
        };
        guest::chat::Card { title, subtitle: self.title, url: self.url, url_label, body }
    }
}

fn properties(pairs: Vec<(String, String)>) -> Vec<Property> {
    pairs.into_iter().map(|(name, value)| Property { name, value }).collect()
}
