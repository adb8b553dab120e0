//! A probe: a request in terms of the table's inputs, and the way to send it.

mod example;
mod thread;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::pairing::Pair;
use contract::{Kind, Operation, Parameter};
pub use example::Example;
pub(super) use thread::large_thread;

/// The values of inputs, by the table's names.
pub type Values = Map<String, Value>;

/// The id of a record that does not exist, for use without an example.
const NO_RECORD: &str = "00000000-0000-0000-0000-000000000001";

/// A mail address for use without an example.
const SOMEBODY: &str = "somebody@example.com";

/// A request to an operation or skill.
#[derive(Clone, Debug)]
pub struct Probe {
    /// A description for reports.
    pub(super) about: String,
    /// The values sent.
    pub values: Values,
    /// The value of `Accept-Language`.
    pub language: String,
    /// True if names are sent in capitals.
    pub(super) in_capitals: bool,
    /// True if the token or key is sent.
    pub(super) with_credentials: bool,
}

impl Probe {
    /// Creates a plain request with these inputs, in English.
    pub fn of(values: Values) -> Self {
        let about = "a plain request".to_owned();
        Self { about, values, language: "en-US".to_owned(), in_capitals: false, with_credentials: true }
    }

    /// Returns its inputs as a query string.
    pub fn query(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = self.values.iter().map(|(name, value)| format!("{}={}", encode(name), encode(&text(value))));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Formats its inputs as an example has them, for a finding that they found nothing. An example has no objects.
    pub fn asked_for(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.values.iter().filter(|(_, value)| !value.is_object() && !value.is_array()) {
            query.append_pair(name, &text(value));
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!(", for `{query}`") }
    }

    /// Creates the plainest request to an operation, for the record of the example if there is one.
    ///
    /// `pairs` hold the values that a connector enumerates; those of a component are not limited.
    pub(super) fn plain(operation: &Operation, example: &Example, pairs: Option<&[Pair]>) -> Self {
        let listed = |parameter: &Parameter| {
            let pair = pairs.into_iter().flatten().find(|pair| pair.parameter == parameter.name);
            pair.map(|pair| pair.values.as_slice()).unwrap_or_default()
        };
        let value = |parameter: &Parameter| {
            let value = value(parameter, example)?;
            Some((parameter.name.to_owned(), fit(value, listed(parameter))))
        };
        Self::of(operation.inputs.iter().filter_map(value).collect())
    }

    /// Returns the same request with another value of an input.
    pub(super) fn with(&self, name: &str, value: impl Into<Value>) -> Self {
        let mut probe = self.clone();
        probe.values.insert(name.to_owned(), value.into());
        probe
    }

    /// Returns the same request without an input.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut probe = self.clone();
        probe.values.remove(name);
        probe
    }

    /// Returns the same request in another language.
    pub(super) fn in_language(&self, language: &str) -> Self {
        Self { language: language.to_owned(), ..self.clone() }
    }

    /// Returns the same request with another description.
    pub(super) fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }
}

/// Returns a value as a query has it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the value of an input in a plain request; `None` if such a request leaves it out.
fn value(parameter: &Parameter, example: &Example) -> Option<Value> {
    let given = example.get(parameter.name).map(str::to_owned);
    let made_up = |text: &str| parameter.required.then(|| text.to_owned());
    let text = match parameter.kind {
        Kind::RecordType => given.or_else(|| made_up("account")),
        Kind::Addresses => given.or_else(|| made_up(SOMEBODY)),
        Kind::Text if parameter.name == "resourceType" => given.or_else(|| made_up("email-thread")),
        Kind::Text => given.or_else(|| made_up(NO_RECORD)),
        Kind::CrmType | Kind::CrmOrgUrl | Kind::DateTime | Kind::Content => given,
        Kind::Count => return given?.parse::<u32>().ok().map(Value::from),
        Kind::Texts => return None,
        Kind::Object(_) => {
            let known = example.get("emailContacts").and_then(|list| list.split(',').next());
            return Some(thread::plain(known.unwrap_or(SOMEBODY).trim()));
        }
        Kind::Objects(_) => {
            let (kind, id) = (example.get("recordType")?, example.get("recordId")?);
            return Some(json!([{ "entityType": kind, "entityId": id, "entitySource": "connected" }]));
        }
    };
    text.map(Value::from)
}

/// Returns the enumerated value that equals `value` in any letter case, else the first.
fn fit(value: Value, listed: &[String]) -> Value {
    let Value::String(text) = &value else { return value };
    let same = listed.iter().find(|other| other.eq_ignore_ascii_case(text));
    same.or_else(|| listed.first()).map_or_else(|| value.clone(), |text| Value::from(text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{InputRepairs, Method, OPERATIONS, Request};

    #[test]
    fn a_plain_request_has_what_every_operation_needs() {
        for operation in OPERATIONS {
            let probe = Probe::plain(operation, &Example::default(), None);
            let mut repairs = InputRepairs::default();
            let request = match operation.method {
                Method::Post => {
                    Request::from_body(operation, Value::from(probe.values).to_string().as_bytes(), &mut repairs)
                }
                Method::Get => Request::from_query(operation, Some(&probe.query()), &mut repairs),
            };

            request.unwrap_or_else(|error| panic!("{}: {error}", operation.id));
            assert!(repairs.is_empty(), "{}: {repairs}", operation.id);
        }
    }

    #[test]
    fn a_value_is_written_as_the_connector_lists_it() {
        let listed = ["Account".to_owned(), "Opportunity".to_owned()];

        assert_eq!(fit("opportunity".into(), &listed), "Opportunity");
        assert_eq!(fit("lead".into(), &listed), "Account");
        assert_eq!(fit("lead".into(), &[]), "lead");
    }
}
