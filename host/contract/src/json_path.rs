//! The location of a value in a JSON document.

use std::fmt;

use super::text;

/// A path, linked from its end to its beginning: it allocates nothing until it is formatted.
#[derive(Clone, Copy, Debug)]
pub enum JsonPath<'a> {
    /// The document itself.
    Root,
    /// A member of an object.
    Member(&'a JsonPath<'a>, &'a str),
    /// An entry of an array.
    Entry(&'a JsonPath<'a>, usize),
}

/// Writes a path such as `body[0].items[2].url`. Names are escaped and truncated, as a document may hold any.
impl fmt::Display for JsonPath<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => formatter.write_str(&text::quoted(name)),
            Self::Member(above, name) => write!(formatter, "{above}.{}", text::quoted(name)),
            Self::Entry(above, index) => write!(formatter, "{above}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_members_and_counts_entries() {
        let body = JsonPath::Member(&JsonPath::Root, "body");
        let first = JsonPath::Entry(&body, 0);

        assert_eq!(JsonPath::Root.to_string(), "");
        assert_eq!(JsonPath::Member(&first, "u\nrl").to_string(), "body[0].u\\nrl");
    }
}
