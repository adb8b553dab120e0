//! Pagination: the page of an answer that a request wants.

use crate::bindings::{email_draft, email_summary, key_sales_info, record_details, record_summary};
use crate::{
    Activity, ActivityRequest, ContentLink, ContentLinkRequest, EmailInsight, EmailInsightRequest, Highlight,
    HighlightRequest, RelatedRecord, RelatedRecordRequest,
};

/// A page: the items of an answer that a request wants.
///
/// Take it from all items with the request's `page`, then [`map`](Self::map) its items to the type
/// of the answer, so that only items on the page are converted.
///
/// ```
/// # use insight_sdk::{CrmRecord, Highlight, HighlightRequest};
/// # let request = HighlightRequest { about: CrmRecord::new("account", "42"), top: 2, skip: 1 };
/// let visits = ["Monday", "Tuesday", "Thursday", "Friday"];
///
/// let page = request.page(visits).map(|day| Highlight::new(format!("A visit on {day}.")));
///
/// assert_eq!(page.items[0].description, "A visit on Tuesday.");
/// assert_eq!(page.items.len(), 2);
/// assert!(page.has_more);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items, in the order to show.
    pub items: Vec<T>,
    /// True if more items follow the last.
    pub has_more: bool,
    /// The language of the texts, as a BCP 47 tag.
    pub language: Option<String>,
}

impl<T> Page<T> {
    /// Takes `top` items after the first `skip`.
    #[must_use]
    pub fn cut(all: impl IntoIterator<Item = T>, skip: u32, top: u32) -> Self {
        let mut rest = all.into_iter().skip(skip as usize);
        let items = rest.by_ref().take(top as usize).collect();
        Self { items, has_more: rest.next().is_some(), language: None }
    }

    /// Returns a page with nothing on it.
    #[must_use]
    pub const fn empty() -> Self {
        Self { items: Vec::new(), has_more: false, language: None }
    }

    /// Converts every item.
    #[must_use]
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(item).collect(), has_more: self.has_more, language: self.language }
    }

    /// Sets the language of the texts, as a BCP 47 tag.
    #[must_use]
    pub fn in_language(self, tag: impl Into<String>) -> Self {
        Self { language: Some(tag.into()), ..self }
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self::empty()
    }
}

/// Generates the `page` method of requests, and the conversion of a [`Page`] to the record of the interface.
macro_rules! paged {
    ($($request:ident => $item:ident in $interface:ident::$page:ident;)+) => {$(
        impl $request {
            /// Takes the page that this request wants: `top` items after the first `skip`.
            #[must_use]
            pub fn page<T>(&self, all: impl IntoIterator<Item = T>) -> Page<T> {
                Page::cut(all, self.skip, self.top)
            }
        }

        impl From<Page<$item>> for $interface::exports::insight::provider::$interface::$page {
            fn from(Page { items, has_more, language }: Page<$item>) -> Self {
                Self { items, has_more, language }
            }
        }
    )+};
}

paged! {
    ActivityRequest => Activity in record_summary::ActivityPage;
    RelatedRecordRequest => RelatedRecord in record_details::RelatedRecordPage;
    HighlightRequest => Highlight in key_sales_info::HighlightPage;
    EmailInsightRequest => EmailInsight in email_summary::EmailInsightPage;
    ContentLinkRequest => ContentLink in email_draft::ContentLinkPage;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_top_items_after_the_skipped() {
        let page = Page::cut(0..10, 3, 4);

        assert_eq!(page.items, [3, 4, 5, 6]);
        assert!(page.has_more);
    }

    #[test]
    fn a_page_that_ends_with_the_last_item_has_no_more() {
        let page = Page::cut(0..10, 8, 2);

        assert_eq!(page.items, [8, 9]);
        assert!(!page.has_more);
    }

    #[test]
    fn a_page_behind_the_end_is_empty_however_large_its_numbers() {
        let page = Page::cut(0..10, u32::MAX, u32::MAX);

        assert_eq!(page, Page::empty());
    }

    #[test]
    fn mapping_keeps_what_is_known_of_the_page() {
        let page = Page::cut(0..10, 0, 1).in_language("de").map(|number| number.to_string());

        assert_eq!(page.items, ["0"]);
        assert!(page.has_more);
        assert_eq!(page.language.as_deref(), Some("de"));
    }
}
