//! The context of a question, read from the headers of its request: activity id, caller, languages and trace context.

mod activity_id;
mod language;
mod time_zone;

pub use activity_id::ActivityId;
pub use language::{language, languages};
pub use time_zone::TimeZoneName;

use std::time::SystemTime;

use super::Instant;

/// Longest `x-ms-user-agent` that is passed on, in bytes.
const LONGEST_USER_AGENT: usize = 256;

/// The context of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Identifier of the request in every log.
    pub activity_id: ActivityId,
    /// Time at which the request reached the host, to the second.
    pub received_at: Instant,
    /// Languages the seller reads, as BCP 47 tags, in order of preference. Never empty.
    pub languages: Vec<String>,
    /// The seller's time zone, if the request names it.
    pub time_zone: Option<TimeZoneName>,
    /// The caller, if a verified token or key identifies it.
    pub caller: Option<Caller>,
    /// The calling software (`x-ms-user-agent`), such as `sales-copilot`.
    pub user_agent: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

/// The caller, as identified by a verified token or API key.
///
/// Stored data belongs to a tenant or to an API key. Each key is a party of its own: a key names no tenant, and the
/// owners of two keys may have nothing in common. Callers without either share one space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A seller.
    User(User),
    /// A member of this tenant (`tid`), by a token that names no user.
    Tenant(String),
    /// The holder of the API key with this name. A key names no tenant.
    ApiKey(String),
}

/// A user of Microsoft Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Tenant (`tid`).
    pub tenant_id: String,
    /// User within the tenant (`oid`).
    pub user_id: String,
    /// Sign-in name, which may change. No identity: another user may get it.
    pub user_name: Option<String>,
}

impl Caller {
    /// The seller, if one is named.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) => Some(user),
            Self::Tenant(_) | Self::ApiKey(_) => None,
        }
    }
}

impl Context {
    /// The context of a question that the host asks itself, without a request: no caller, the current time, and
    /// `languages`.
    #[must_use]
    pub fn of_no_request(languages: Vec<String>) -> Self {
        Self {
            activity_id: ActivityId::generate(),
            received_at: SystemTime::now().into(),
            languages,
            time_zone: None,
            caller: None,
            user_agent: None,
            traceparent: None,
        }
    }
}

/// Reads `x-ms-user-agent`: up to 256 visible ASCII characters and blanks between them. Any other value is ignored.
pub fn user_agent(header: &[u8]) -> Option<String> {
    let text = str::from_utf8(header).ok()?.trim_matches(' ');
    let is_fit = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (is_fit && !text.is_empty() && text.len() <= LONGEST_USER_AGENT).then(|| text.to_owned())
}

/// Reads `traceparent` in version 00, the only one there is. Any other value is ignored.
pub fn traceparent(header: &[u8]) -> Option<String> {
    let text = str::from_utf8(header).ok()?;
    let [version, trace, parent, flags] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let is_hex =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // An id of zeros alone is invalid: it means that there is no trace.
    let is_id = |part: &str, length| is_hex(part, length) && part.bytes().any(|byte| byte != b'0');
    (version == "00" && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_visible_ascii() {
        assert_eq!(user_agent(b"sales-copilot").as_deref(), Some("sales-copilot"));
        assert_eq!(user_agent(b" sales copilot/1.0 ").as_deref(), Some("sales copilot/1.0"));
        for header in [&b""[..], b" ", b"a\tb", b"a\nb", b"\xff", "ä".as_bytes(), &[b'a'; 257]] {
            assert_eq!(user_agent(header), None);
        }
    }

    #[test]
    fn a_trace_is_passed_on_as_it_came() {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        assert_eq!(traceparent(header.as_bytes()).as_deref(), Some(header));
    }

    #[test]
    fn a_malformed_trace_is_none() {
        for header in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n",
        ] {
            assert_eq!(traceparent(header.as_bytes()), None, "{header:?}");
        }
    }
}
