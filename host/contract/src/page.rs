//! Pagination: one page of an answer, for all capabilities but the chat.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    Insight, Repairs, language,
    repair::{Change, Flaw},
};

/// One page of an answer.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The items, in display order.
    pub items: Vec<Insight>,
    /// True if there are more items after this page.
    pub has_more: bool,
    /// Languages the items are in, as BCP 47 tags, for the header `Content-Language`.
    pub languages: Vec<String>,
}

impl Serialize for Page {
    /// Writes `value` and `hasMoreResults`. The languages are not part of the body.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_struct("Page", 2)?;
        page.serialize_field("value", &self.items)?;
        page.serialize_field("hasMoreResults", &self.has_more)?;
        page.end()
    }
}

impl Repairs {
    /// The language that a provider states for its answer. `None` if it is not a valid language tag.
    pub fn answer_language(&mut self, said: Option<&str>) -> Option<String> {
        let tag = language(said?);
        if tag.is_none() {
            self.repair_answer("language", Change::Dropped { because: Flaw::NoLanguage });
        }
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_is_written_whole() {
        let page = Page { languages: vec!["de-AT".to_owned()], ..Page::default() };

        assert_eq!(serde_json::to_string(&page).expect("a page is JSON"), r#"{"value":[],"hasMoreResults":false}"#);
    }

    #[test]
    fn a_language_is_normalised_or_dropped() {
        let mut repairs = Repairs::default();

        assert_eq!(repairs.answer_language(Some("DE-at")).as_deref(), Some("de-AT"));
        assert_eq!(repairs.answer_language(None), None);
        assert!(repairs.is_empty());
        assert_eq!(repairs.answer_language(Some("de\r\nx: y")), None);
        assert_eq!(repairs.repaired, 1);
    }
}
