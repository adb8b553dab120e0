//! Repairs of a request's inputs: oddities that a seller cannot correct, and that do not cost the answer.

use std::fmt;

use super::{JsonPath, json::EncodingFault};

/// Most repairs noted in detail.
const MOST_NOTES: usize = 8;

/// A change that made an input readable, or left it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputRepair {
    /// A byte order mark before the body was skipped.
    ByteOrderMark,
    /// Bytes that are not UTF-8 became U+FFFD.
    NotUtf8,
    /// Half of a surrogate pair became U+FFFD.
    LoneSurrogate,
    /// Blanks, line breaks or tabs around a value were removed.
    Trimmed,
    /// A value of another type was converted, such as `"3"` to 3.
    Converted,
    /// An optional value that cannot be read counts as absent.
    Ignored,
    /// An entry of a list that cannot be read was left out.
    EntryLeftOut,
    /// A list was truncated.
    ListCut,
}

impl InputRepair {
    /// All of them, in the order of declaration.
    pub const ALL: [Self; 8] = [
        Self::ByteOrderMark,
        Self::NotUtf8,
        Self::LoneSurrogate,
        Self::Trimmed,
        Self::Converted,
        Self::Ignored,
        Self::EntryLeftOut,
        Self::ListCut,
    ];

    /// The name in logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "byte-order-mark",
            Self::NotUtf8 => "not-utf8",
            Self::LoneSurrogate => "lone-surrogate",
            Self::Trimmed => "trimmed",
            Self::Converted => "converted",
            Self::Ignored => "ignored",
            Self::EntryLeftOut => "entry-left-out",
            Self::ListCut => "list-cut",
        }
    }
}

impl From<EncodingFault> for InputRepair {
    fn from(fault: EncodingFault) -> Self {
        match fault {
            EncodingFault::ByteOrderMark => Self::ByteOrderMark,
            EncodingFault::NotUtf8 => Self::NotUtf8,
            EncodingFault::LoneSurrogate => Self::LoneSurrogate,
        }
    }
}

/// The repairs of one request. They name parameters, and never hold a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputRepairs {
    /// The number of each repair, in the order of [`InputRepair::ALL`].
    counts: [u32; InputRepair::ALL.len()],
    /// The first ones, with their locations.
    notes: Vec<(String, InputRepair)>,
}

impl InputRepairs {
    /// Returns whether nothing was repaired.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// The repairs that occurred, with their number.
    pub fn counts(&self) -> impl Iterator<Item = (InputRepair, u32)> {
        InputRepair::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    /// Adds the repair of the value at `path`.
    pub(super) fn add(&mut self, path: &JsonPath<'_>, repair: InputRepair) {
        self.add_at(|| path.to_string(), repair);
    }

    /// Adds the repairs that a body needed before it could be read.
    pub(super) fn add_of_body(&mut self, faults: &[EncodingFault]) {
        faults.iter().for_each(|fault| self.add_at(|| "body".to_owned(), (*fault).into()));
    }

    /// Adds a header that counts as absent.
    pub(super) fn ignore_header(&mut self, name: &str) {
        self.add_at(|| name.to_owned(), InputRepair::Ignored);
    }

    fn add_at(&mut self, place: impl FnOnce() -> String, repair: InputRepair) {
        let count = &mut self.counts[repair as usize];
        *count = count.saturating_add(1);
        if self.notes.len() < MOST_NOTES {
            self.notes.push((place(), repair));
        }
    }
}

/// Writes the number of all repairs, and the first in detail.
impl fmt::Display for InputRepairs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.counts.iter().fold(0_u32, |sum, count| sum.saturating_add(*count));
        write!(formatter, "{all}")?;
        for (number, (place, repair)) in self.notes.iter().enumerate() {
            let before = if number == 0 { ": " } else { ", " };
            write!(formatter, "{before}`{place}` {}", repair.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repairs_are_named_and_all_are_counted() {
        let mut repairs = InputRepairs::default();
        assert!(repairs.is_empty());
        let thread = JsonPath::Member(&JsonPath::Root, "resourceData");

        repairs.add_of_body(&[EncodingFault::LoneSurrogate]);
        repairs.add(&JsonPath::Member(&thread, "sentDateTime"), InputRepair::Ignored);
        (0..20).for_each(|index| repairs.add(&JsonPath::Entry(&thread, index), InputRepair::EntryLeftOut));

        let text = repairs.to_string();
        assert!(text.starts_with("22: `body` lone-surrogate, `resourceData.sentDateTime` ignored, "), "{text}");
        assert_eq!(text.matches("entry-left-out").count(), MOST_NOTES - 2, "{text}");
        assert!(repairs.counts().eq([
            (InputRepair::LoneSurrogate, 1),
            (InputRepair::Ignored, 1),
            (InputRepair::EntryLeftOut, 20),
        ]));
    }

    #[test]
    fn each_repair_is_counted_at_its_place() {
        for (index, repair) in InputRepair::ALL.into_iter().enumerate() {
            assert_eq!(repair as usize, index);
        }
    }
}
