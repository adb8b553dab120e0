//! Names of time zones.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

/// Longest name, in bytes. The longest that IANA has are about 30.
const LONGEST: usize = 64;

/// The name of a time zone in IANA's database, such as `Europe/Vienna`, checked by its form alone.
///
/// Plugins look it up in a database of their own, which may be newer than any of the host's.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct TimeZoneName(#[schemars(with = "String")] Arc<str>);

impl TimeZoneName {
    /// Reads a name. Returns `None` for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_part = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
        };
        (text.len() <= LONGEST && text.split('/').all(is_part)).then(|| Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for TimeZoneName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let expected = "the name of a time zone, such as \"Europe/Vienna\" or \"UTC\"";
        Self::read(&text).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_database_are_names() {
        for name in ["UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+12", "America/Port-au-Prince"] {
            assert_eq!(TimeZoneName::read(name).expect(name).as_str(), name);
        }
    }

    #[test]
    fn offsets_paths_and_sentences_are_none() {
        for text in ["", "+02:00", "../etc/passwd", "/etc", "Europe/", "Central European Time", "Europe/Vienna\n"] {
            assert_eq!(TimeZoneName::read(text), None, "{text:?}");
        }
        assert_eq!(TimeZoneName::read(&"x".repeat(LONGEST + 1)), None);
    }
}
