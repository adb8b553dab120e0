//! The activity id, which identifies a request in every log.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

/// Longest activity id that is accepted, in bytes.
const LONGEST: usize = 128;

/// The identifier of a request in every log, the agent's included: 1 to 128 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ActivityId(String);

impl ActivityId {
    /// Accepts the caller's id (`x-ms-client-request-id`) if it is valid in headers and logs.
    pub fn accept(header: &[u8]) -> Option<Self> {
        if header.is_empty() || header.len() > LONGEST || !header.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let text = str::from_utf8(header).expect("ASCII is UTF-8");
        Some(Self(text.to_owned()))
    }

    /// Generates a new id, a random UUID.
    pub fn generate() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActivityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visible_id_is_kept() {
        let id = ActivityId::accept(b"\"4b7f{}\"");

        assert_eq!(id.expect("it is visible ASCII").as_str(), "\"4b7f{}\"");
    }

    #[test]
    fn an_id_unfit_for_logs_is_refused() {
        for header in [&b""[..], b"a b", b"a\nb", b"\x7f", "ä".as_bytes(), &[b'a'; 129]] {
            assert_eq!(ActivityId::accept(header), None);
        }
    }

    #[test]
    fn a_generated_id_would_be_accepted() {
        let id = ActivityId::generate();

        assert_eq!(ActivityId::accept(id.as_str().as_bytes()), Some(id));
    }
}
