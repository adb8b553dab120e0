//! The location of a value in a card.

use std::fmt;

/// A path, linked from its end to its beginning: it allocates nothing until it is formatted.
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Entry(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => write!(formatter, "{name}"),
            Self::Member(above, name) => write!(formatter, "{above}.{name}"),
            Self::Entry(above, index) => write!(formatter, "{above}[{index}]"),
        }
    }
}
