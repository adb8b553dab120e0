//! An entry of the backend about a record.

use insight_sdk::{Activity, Timestamp};
use serde::{Deserialize, Serialize};

/// The kinds of entries, each a list of its own in the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A note.
    Note,
    /// A meeting.
    Meeting,
    /// A promise to do something.
    Task,
}

impl Kind {
    /// All kinds, in the order of a record's lists.
    pub(crate) const ALL: [Self; 3] = [Self::Note, Self::Meeting, Self::Task];

    /// Names its list in the backend's addresses.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Note => "notes",
            Self::Meeting => "meetings",
            Self::Task => "tasks",
        }
    }

    /// Names it to sellers.
    const fn name(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Meeting => "Meeting",
            Self::Task => "Task",
        }
    }
}

/// An entry, as the backend writes it and the cache keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Entry {
    /// Its title, in a few words.
    pub(crate) title: String,
    /// Its full text.
    pub(crate) text: String,
    /// Its time.
    pub(crate) at: Timestamp,
    /// Its author.
    pub(crate) by: Option<String>,
    /// The URL of its page.
    pub(crate) url: Option<String>,
}

impl Entry {
    /// Converts it to an activity.
    pub(crate) fn into_activity(self, kind: Kind) -> Activity {
        let activity =
            Activity::new(self.title, self.text, self.at).property("Kind", kind.name()).property("By", self.by);
        Activity { url: self.url, ..activity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_what_it_is_and_whose() {
        let entry = Entry {
            title: "Tasting".into(),
            text: "They liked the dark roast.".into(),
            at: "2026-05-12T08:30:00Z".parse().expect("it is an instant"),
            by: Some("Tony Benis".into()),
            url: None,
        };

        let activity = entry.into_activity(Kind::Meeting);

        assert_eq!(activity.title, "Tasting");
        assert_eq!(activity.properties, [("Kind", "Meeting").into(), ("By", "Tony Benis").into()]);
    }
}
