//! The conversation that a draft replies to.

use serde_json::{Map, Value};

use super::EmailThread;
use crate::text::is_surrounding;

/// The kind of conversation that is read (`resourceType`).
const EMAIL: &str = "email-thread";

/// A conversation to reply to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conversation {
    /// An email thread.
    Email(EmailThread),
    /// Another kind, which is passed on as the agent sends it.
    Other(RawConversation),
}

/// A conversation of a kind that the contract does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawConversation {
    /// Its kind (`resourceType`), such as `teams-chat`, in lower case.
    pub kind: String,
    /// Its data (`resourceData`), a JSON object.
    pub json: String,
}

impl Conversation {
    /// The email thread, if it is one.
    #[must_use]
    pub fn email(&self) -> Option<&EmailThread> {
        match self {
            Self::Email(thread) => Some(thread),
            Self::Other(_) => None,
        }
    }
}

impl RawConversation {
    /// Takes the members of `resourceData` out of a body, if its `resourceType` is not that of an email thread. An
    /// empty object stays in their place.
    pub(super) fn take(body: &mut Map<String, Value>) -> Option<Self> {
        let kind = match member(body, "resourceType")? {
            Value::String(kind) => kind.trim_matches(is_surrounding).to_lowercase(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        if kind.is_empty() || kind == EMAIL {
            return None;
        }
        let Value::Object(data) = member(body, "resourceData")? else { return None };
        let json = Value::Object(std::mem::take(data)).to_string();
        Some(Self { kind, json })
    }
}

/// Finds a member of a body, whose names match regardless of case.
fn member<'body>(body: &'body mut Map<String, Value>, name: &str) -> Option<&'body mut Value> {
    body.iter_mut().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(body: Value) -> (Option<RawConversation>, Value) {
        let Value::Object(mut body) = body else { panic!("a body is an object") };
        let taken = RawConversation::take(&mut body);
        (taken, Value::Object(body))
    }

    #[test]
    fn data_of_an_unknown_kind_is_kept_whole() {
        let (taken, left) =
            taken(json!({"ResourceType": " Teams-Chat ", "resourcedata": {"chatId": "19:x", "messages": [1]}}));

        let kept =
            RawConversation { kind: "teams-chat".to_owned(), json: r#"{"chatId":"19:x","messages":[1]}"#.to_owned() };
        assert_eq!(taken, Some(kept));
        assert_eq!(left, json!({"ResourceType": " Teams-Chat ", "resourcedata": {}}));
    }

    #[test]
    fn an_email_thread_and_data_without_a_kind_are_left_where_they_are() {
        for body in [
            json!({"resourceType": "Email-Thread", "resourceData": {"subject": "Renewal"}}),
            json!({"resourceType": " ", "resourceData": {"subject": "Renewal"}}),
            json!({"resourceData": {"subject": "Renewal"}}),
            json!({"resourceType": "teams-chat", "resourceData": "text"}),
        ] {
            assert_eq!(taken(body.clone()), (None, body));
        }
    }
}
