//! What was repaired in an answer and what was left out of it: counted all, noted up to a bound.

use std::fmt;

/// How many repairs are noted word by word.
const MOST_NOTES: usize = 32;

/// How many of them are shown in one line.
const SHOWN_NOTES: usize = 4;

/// What was done to an answer to make it fit the contract. The log counts it, `insight-host check` tells the author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// How many times a text was cut or cleaned, or something optional was dropped.
    pub repaired: u32,
    /// How many items were left out whole.
    pub left_out: u32,
    /// The first 32 of both in detail.
    pub notes: Vec<Note>,
    /// How many items have been looked at.
    items: u32,
}

impl Repairs {
    /// Whether nothing had to be done.
    pub fn is_empty(&self) -> bool {
        self.repaired == 0 && self.left_out == 0
    }

    /// Counts items beyond the number asked for, which are left out unseen.
    pub fn leave_out_surplus(&mut self, items: u32) {
        if items > 0 {
            self.left_out = self.left_out.saturating_add(items);
            self.items = self.items.saturating_add(1);
            self.note("", Change::Surplus { items });
        }
    }

    /// Begins the next item: what follows is noted under its number.
    pub(super) fn begin_item(&mut self) {
        self.items = self.items.saturating_add(1);
    }

    /// Counts a repair within the current item.
    pub(super) fn repair(&mut self, field: &'static str, change: Change) {
        self.repaired = self.repaired.saturating_add(1);
        self.note(field, change);
    }

    /// Counts a repair of the answer around the items.
    pub(super) fn repair_answer(&mut self, field: &'static str, change: Change) {
        let item = std::mem::take(&mut self.items);
        self.repair(field, change);
        self.items = item;
    }

    /// Counts the current item as left out because of `field`.
    pub(super) fn leave_out(&mut self, field: &'static str, because: Flaw) {
        self.left_out = self.left_out.saturating_add(1);
        self.note(field, Change::LeftOut { because });
    }

    fn note(&mut self, field: &'static str, change: Change) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Note { item: self.items, field, change });
        }
    }
}

/// How many of both there are, and the first few in detail.
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
    /// Which item of the answer, counted from 1; 0 is the answer itself.
    pub item: u32,
    /// Which field of it, by its name outside; empty for the whole item.
    pub field: &'static str,
    /// What was done.
    pub change: Change,
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.item, self.field) {
            (0, field) => write!(formatter, "answer, `{field}`: {}", self.change),
            (item, "") => write!(formatter, "item {item}: {}", self.change),
            (item, field) => write!(formatter, "item {item}, `{field}`: {}", self.change),
        }
    }
}

/// What was done to a field, or because of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Change {
    /// A text was too long.
    #[error("cut to {most} characters")]
    Cut {
        /// How many UTF-16 code units it may have.
        most: usize,
    },
    /// A title had too many words.
    #[error("cut to {most} words")]
    CutToWords {
        /// How many words it may have.
        most: usize,
    },
    /// A text had line breaks, control characters, or blanks around it.
    #[error("line breaks, control characters or surrounding blanks removed")]
    Cleaned,
    /// A date and time lacked its seconds or its offset from UTC.
    #[error("completed: seconds or offset were missing")]
    Completed,
    /// Something optional was not usable.
    #[error("dropped: {because}")]
    Dropped {
        /// Why.
        because: Flaw,
    },
    /// Something required was not usable, so the item was left out.
    #[error("item left out: {because}")]
    LeftOut {
        /// Why.
        because: Flaw,
    },
    /// There were more items than asked for.
    #[error("left out: {items} more than asked for, from here on")]
    Surplus {
        /// How many.
        items: u32,
    },
}

/// Why something is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is absent, or nothing is left of it.
    #[error("it is missing or empty")]
    Missing,
    /// It is longer than it may be, and a cut would change its meaning.
    #[error("it is longer than {most} characters")]
    TooLong {
        /// How many UTF-16 code units it may have.
        most: usize,
    },
    /// It holds characters that an identifier cannot have.
    #[error("it holds control characters")]
    ControlCharacters,
    /// It is no date and time.
    #[error("it is no date and time in RFC 3339")]
    NoInstant,
    /// It is no URL that a seller may be led to.
    #[error("it is no absolute http or https URL of at most 2,048 characters without user name")]
    NoWebAddress,
    /// It is none of the values that there are.
    #[error("it is none of the values allowed")]
    Unknown,
    /// There are more of them than there may be.
    #[error("there are more than {most}")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// It occurs a second time.
    #[error("its name occurs before")]
    Repeated,
    /// It is no colour.
    #[error("it is no colour such as #0f6cbd")]
    NoColor,
    /// It is no picture that can be shown.
    #[error("it is no PNG of at most 256 KiB")]
    NoIcon,
    /// It is no language tag.
    #[error("it is no BCP 47 language tag")]
    NoLanguage,
    /// It is no JSON within the bounds of a card.
    #[error("it is no JSON object of at most {most} bytes, or holds a name twice or too many values")]
    NoJson {
        /// How many bytes it may have.
        most: usize,
    },
    /// It is JSON, but not a card that is understood.
    #[error("it is no AdaptiveCard of version 1.0 to 1.5")]
    NoCard,
    /// A card leads somewhere a seller may not be led to.
    #[error("it holds a link or an image that is neither http nor https")]
    UnsafeLink,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_where_and_what() {
        let mut repairs = Repairs::default();
        repairs.begin_item();
        repairs.repair_answer("language", Change::Dropped { because: Flaw::NoLanguage });
        repairs.begin_item();
        repairs.repair("title", Change::Cut { most: 20 });
        repairs.leave_out("dateTime", Flaw::NoInstant);
        repairs.leave_out_surplus(7);

        let notes: Vec<String> = repairs.notes.iter().map(Note::to_string).collect();
        assert_eq!(
            notes,
            [
                "answer, `language`: dropped: it is no BCP 47 language tag",
                "item 2, `title`: cut to 20 characters",
                "item 2, `dateTime`: item left out: it is no date and time in RFC 3339",
                "item 3: left out: 7 more than asked for, from here on",
            ]
        );
        assert_eq!((repairs.repaired, repairs.left_out), (2, 8));
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
