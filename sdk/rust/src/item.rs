//! Constructors of items, which take the required fields, and setters of the optional ones.

use crate::property::{self, OptionalText, properties};
use crate::{
    Activity, ActivityRequest, ContentKind, ContentLink, ContentLinkRequest, Conversation, EmailInsight, EmailThread,
    Highlight, Property, Timestamp,
};

impl ActivityRequest {
    /// Returns whether an activity of that time is requested, `since` and `until` included.
    ///
    /// The times are compared as text, so the time must be in the form that the host uses: UTC, to
    /// the second, such as `2026-05-12T08:30:00Z`. [`covers_instant`](Self::covers_instant) takes any other.
    #[must_use]
    pub fn covers(&self, date_time: &str) -> bool {
        self.since.as_deref().is_none_or(|since| since <= date_time)
            && self.until.as_deref().is_none_or(|until| date_time <= until)
    }

    /// Returns whether an activity of that instant is requested, `since` and `until` included.
    #[must_use]
    pub fn covers_instant(&self, at: Timestamp) -> bool {
        self.covers(&at.to_string())
    }
}

impl Activity {
    /// Creates an activity from its title, description and time, without link and details.
    #[must_use]
    pub fn new(title: impl Into<String>, description: impl Into<String>, date_time: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: description.into(),
            date_time: date_time.into(),
            url: None,
            properties: Vec::new(),
        }
    }
}

impl Highlight {
    /// Creates a highlight from a description of at most 130 characters, under the plugin's title,
    /// without time, link and details.
    #[must_use]
    pub fn new(description: impl Into<String>) -> Self {
        Self { title: None, description: description.into(), date_time: None, url: None, properties: Vec::new() }
    }

    /// Sets the time of the highlight.
    #[must_use]
    pub fn at(self, date_time: impl Into<String>) -> Self {
        Self { date_time: Some(date_time.into()), ..self }
    }
}

impl EmailInsight {
    /// Creates an insight from a sentence or two, under the plugin's title.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { title: None, text: text.into() }
    }
}

impl ContentLink {
    /// Creates a link, without icon and details.
    #[must_use]
    pub fn new(
        kind: ContentKind,
        url: impl Into<String>,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            url: url.into(),
            title: title.into(),
            description: description.into(),
            icon_url: None,
            properties: Vec::new(),
        }
    }
}

impl ContentLinkRequest {
    /// Returns the email thread to reply to, if the conversation is one.
    #[must_use]
    pub fn thread(&self) -> Option<&EmailThread> {
        match &self.conversation {
            Conversation::Email(thread) => Some(thread),
            Conversation::Other(_) => None,
        }
    }
}

/// Generates the setters `url`, `properties` and `property` of items.
macro_rules! steps {
    (url: $($item:ident),+) => {$(
        impl $item {
            /// Sets the URL of its page in the partner's application.
            #[must_use]
            pub fn url(self, url: impl Into<String>) -> Self {
                Self { url: Some(url.into()), ..self }
            }
        }
    )+};
    (properties: $($item:ident),+) => {$(
        impl $item {
            /// Adds details, in the order to show: `[("Status", "Signed")]`.
            #[must_use]
            pub fn properties<P: Into<Property>>(
                mut self,
                pairs: impl IntoIterator<Item = P>,
            ) -> Self {
                self.properties.extend(properties(pairs));
                self
            }

            /// Adds a detail, unless its value is `None`.
            #[must_use]
            pub fn property(mut self, name: impl Into<String>, value: impl OptionalText) -> Self {
                property::push(&mut self.properties, name, value);
                self
            }
        }
    )+};
}

steps!(url: Activity, Highlight);
steps!(properties: Activity, ContentLink, Highlight);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CrmRecord, days};

    fn wants(since: Option<&str>, until: Option<&str>) -> ActivityRequest {
        ActivityRequest {
            about: CrmRecord::new("account", "42"),
            since: since.map(String::from),
            until: until.map(String::from),
            top: 10,
            skip: 0,
        }
    }

    #[test]
    fn the_ends_of_a_range_belong_to_it() {
        let request = wants(Some("2026-05-01T00:00:00Z"), Some("2026-05-31T23:59:59Z"));

        assert!(request.covers("2026-05-01T00:00:00Z"));
        assert!(request.covers("2026-05-31T23:59:59Z"));
        assert!(!request.covers("2026-04-30T23:59:59Z"));
        assert!(!request.covers("2026-06-01T00:00:00Z"));
    }

    #[test]
    fn a_detail_without_value_is_left_out() {
        let highlight = Highlight::new("It was signed.").property("Value", None::<&str>).property("Status", "Signed");

        assert_eq!(highlight.properties, [("Status", "Signed").into()]);
    }

    #[test]
    fn an_instant_of_any_offset_is_compared_in_utc() {
        let request = wants(Some("2026-05-01T00:00:00Z"), Some("2026-05-01T00:00:00Z"));
        let at: Timestamp = "2026-05-01T02:00:00+02:00".parse().expect("it is RFC 3339");

        assert!(request.covers_instant(at));
        assert!(!request.covers_instant(at + days(1)) && !request.covers_instant(at - days(1)));
    }

    #[test]
    fn a_range_without_ends_covers_all_time() {
        assert!(wants(None, None).covers("1999-12-31T23:59:59Z"));
    }
}
