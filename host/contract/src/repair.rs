//! Repairs of an answer and items left out of it. All are counted; the first ones are noted in detail.

mod flaw;

pub use flaw::Flaw;

use std::fmt;

use super::JsonPath;

/// Most repairs noted in detail.
const MOST_NOTES: usize = 32;

/// Most notes shown in one line.
const SHOWN_NOTES: usize = 4;

/// Longest path within a field that is noted, in bytes.
const LONGEST_PATH: usize = 256;

/// The repairs that made an answer satisfy the contract. The log counts them; `insight-host check` lists them for the
/// plugin's author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Number of texts truncated or cleaned, and of optional values dropped.
    pub repaired: u32,
    /// Number of items, and of parts of cards, left out.
    pub left_out: u32,
    /// The first 32 of both in detail.
    pub notes: Vec<Note>,
    /// The first 32 things that are served as they are, and may not reach every seller.
    pub warnings: Vec<Note>,
    /// Name of the list that the items are in.
    list: &'static str,
    /// Number of items checked so far.
    items: u32,
}

impl Repairs {
    /// Returns whether nothing was repaired or left out.
    pub fn is_empty(&self) -> bool {
        self.repaired == 0 && self.left_out == 0
    }

    /// Counts items beyond the number requested, which are left out without being checked.
    pub fn leave_out_surplus(&mut self, items: u32) {
        if items > 0 {
            self.left_out = self.left_out.saturating_add(items);
            self.items = self.items.saturating_add(1);
            self.note("", &JsonPath::Root, Change::Surplus { items });
        }
    }

    /// Begins the next item of the answer's `list`: later repairs are noted under its number.
    pub(super) fn begin_item(&mut self, list: &'static str) {
        self.list = list;
        self.items = self.items.saturating_add(1);
    }

    /// Counts a repair within the current item.
    pub(super) fn repair(&mut self, field: &'static str, change: Change) {
        self.repair_within(field, &JsonPath::Root, change);
    }

    /// Counts a repair within the current item, of the value at `path` within its field.
    pub(super) fn repair_within(&mut self, field: &'static str, path: &JsonPath<'_>, change: Change) {
        self.repaired = self.repaired.saturating_add(1);
        self.note(field, path, change);
    }

    /// Counts a repair of the answer itself, not of an item.
    pub(super) fn repair_answer(&mut self, field: &'static str, change: Change) {
        let item = std::mem::take(&mut self.items);
        self.repair(field, change);
        self.items = item;
    }

    /// Counts the current item as left out because of `field`.
    pub(super) fn leave_out(&mut self, field: &'static str, because: Flaw) {
        self.left_out = self.left_out.saturating_add(1);
        self.note(field, &JsonPath::Root, Change::LeftOut { because });
    }

    /// Counts a part of the current item as left out because of the value at `path` within `field`.
    pub(super) fn leave_out_part(&mut self, field: &'static str, path: &JsonPath<'_>, because: Flaw) {
        self.left_out = self.left_out.saturating_add(1);
        self.note(field, path, Change::PartLeftOut { because });
    }

    /// Adds a warning about `field` of the current item, which is no repair.
    pub(super) fn warn(&mut self, field: &'static str, change: Change) {
        if self.warnings.len() < MOST_NOTES {
            self.warnings.push(self.noted(field, &JsonPath::Root, change));
        }
    }

    fn note(&mut self, field: &'static str, path: &JsonPath<'_>, change: Change) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(self.noted(field, path, change));
        }
    }

    fn noted(&self, field: &'static str, path: &JsonPath<'_>, change: Change) -> Note {
        let mut within = path.to_string();
        within.truncate(within.floor_char_boundary(LONGEST_PATH));
        Note { list: self.list, item: self.items, field, within, change }
    }
}

/// Writes both counts, and the first few notes in detail.
impl fmt::Display for Repairs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} repaired, {} left out", self.repaired, self.left_out)?;
        for (number, note) in self.notes.iter().take(SHOWN_NOTES).enumerate() {
            write!(formatter, "{}{note}", if number == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

/// One repair, in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Name of the list that the item is in.
    list: &'static str,
    /// Number of the item within the list, counted from 1; 0 is the answer itself.
    item: u32,
    /// Name of the field as written in the answer; empty for the whole item.
    pub field: &'static str,
    /// Path of the value within the field, if the field is a document of its own.
    within: String,
    /// The change that was made.
    pub change: Change,
}

impl Note {
    /// The path of the value within its item, such as `adaptiveCard.body[0].url`.
    pub fn path_in_item(&self) -> String {
        let Self { field, within, .. } = self;
        let dot = if within.is_empty() || within.starts_with('[') { "" } else { "." };
        format!("{field}{dot}{within}")
    }

    /// The path of the value within the answer, such as `value[0].dateTime`.
    pub fn path(&self) -> String {
        let Self { list, item, .. } = self;
        match (item.checked_sub(1), self.path_in_item()) {
            (None, path) => path,
            (Some(index), path) if path.is_empty() => format!("{list}[{index}]"),
            (Some(index), path) => format!("{list}[{index}].{path}"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: {}", self.path(), self.change)
    }
}

/// A change of a field, or of an item because of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Change {
    /// A text was too long.
    #[error("cut to {most} characters")]
    Cut {
        /// The greatest number of UTF-16 code units.
        most: usize,
    },
    /// A title had too many words.
    #[error("cut to {most} words")]
    CutToWords {
        /// The greatest number of words.
        most: usize,
    },
    /// A text had line breaks, invisible characters, or blanks around it.
    #[error("line breaks, invisible characters or surrounding blanks removed")]
    Cleaned,
    /// A date and time lacked its seconds or its offset from UTC.
    #[error("completed: seconds or offset were missing")]
    Completed,
    /// Something optional was not usable.
    #[error("dropped: {because}")]
    Dropped {
        /// The reason.
        because: Flaw,
    },
    /// Something required was not usable, so the item was left out.
    #[error("item left out: {because}")]
    LeftOut {
        /// The reason.
        because: Flaw,
    },
    /// Something that a part of a card needs was not usable, so the part was left out.
    #[error("part left out: {because}")]
    PartLeftOut {
        /// The reason.
        because: Flaw,
    },
    /// A card that is served, although not every client may show it.
    #[error("the card has {bytes} bytes, more than the {shown} that every client shows")]
    NearlyTooLarge {
        /// Its size.
        bytes: usize,
        /// The size that every client shows.
        shown: usize,
    },
    /// More items than requested.
    #[error("{items} items left out from here on: more than requested")]
    Surplus {
        /// Their number.
        items: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_where_and_what() {
        let mut repairs = Repairs::default();
        repairs.begin_item("value");
        repairs.repair_answer("language", Change::Dropped { because: Flaw::NoLanguage });
        repairs.begin_item("value");
        repairs.repair("title", Change::Cut { most: 20 });
        repairs.leave_out("dateTime", Flaw::NoInstant);
        repairs.leave_out_surplus(7);

        let notes: Vec<String> = repairs.notes.iter().map(Note::to_string).collect();
        assert_eq!(
            notes,
            [
                "`language`: dropped: it is not a BCP 47 language tag",
                "`value[1].title`: cut to 20 characters",
                "`value[1].dateTime`: item left out: it is not a date and time in RFC 3339",
                "`value[2]`: 7 items left out from here on: more than requested",
            ]
        );
        assert_eq!((repairs.repaired, repairs.left_out), (2, 8));
    }

    #[test]
    fn a_note_on_a_part_has_its_path_within_the_answer() {
        let mut repairs = Repairs::default();
        let body = JsonPath::Member(&JsonPath::Root, "body");
        repairs.begin_item("adaptiveCards");
        repairs.leave_out_part("adaptiveCard", &JsonPath::Entry(&body, 3), Flaw::UnsafeLink);

        let note = repairs.notes[0].to_string();

        assert!(note.starts_with("`adaptiveCards[0].adaptiveCard.body[3]`: part left out: "), "{note}");
        assert_eq!((repairs.repaired, repairs.left_out), (0, 1));
    }

    #[test]
    fn notes_end_and_counting_goes_on() {
        let mut repairs = Repairs::default();
        for _ in 0..1_000 {
            repairs.repair("title", Change::Cleaned);
        }

        assert_eq!(repairs.notes.len(), MOST_NOTES);
        assert_eq!(repairs.repaired, 1_000);
    }
}
