//! Reads the value of one parameter, by its kind.

use serde_json::{Number, Value};

use super::{
    LONGEST_TEXT,
    email::each_once,
    inputs::Inputs,
    query::{Plus, decode},
};
use crate::{CrmKind, Instant, InvalidRequest, Kind, Parameter, crm, invalid_request::InputProblem, text};

/// Most entries in a list of a request.
const MOST_ENTRIES: usize = 1_000;

/// The greatest value of a [count](Kind::Count), that of a signed integer of 32 bits.
const GREATEST_COUNT: u32 = 2_147_483_647;

/// A value that is present and valid.
#[derive(Debug)]
pub(super) enum Given {
    Text(String),
    Texts(Vec<String>),
    CrmKind(CrmKind),
    Instant(Instant),
    Count(u32),
    Object(Inputs),
    Objects(Vec<Inputs>),
}

impl Given {
    /// Reads the percent-encoded value of `parameter` from a query. An empty one counts as absent.
    pub(super) fn from_query(parameter: &Parameter, raw: &str) -> Result<Option<Self>, InvalidRequest> {
        let plus = if matches!(parameter.kind, Kind::Addresses | Kind::DateTime) { Plus::Plus } else { Plus::Blank };
        decode(raw, plus)
            .and_then(|text| Self::from_text(parameter.kind, text))
            .map_err(|problem| InvalidRequest::parameter(parameter.name, problem))
    }

    /// Reads the value of `parameter` from a JSON body. An empty one and `null` count as absent.
    pub(super) fn from_json(parameter: &Parameter, value: Value) -> Result<Option<Self>, InvalidRequest> {
        let name = parameter.name;
        let at_name = |problem| InvalidRequest::parameter(name, problem);
        match (parameter.kind, value) {
            (_, Value::Null) => Ok(None),
            (Kind::Object(members), Value::Object(object)) => Inputs::from_object(members, object)
                .map(|inputs| Some(Self::Object(inputs)))
                .map_err(|error| error.within(name)),
            (Kind::Objects(members), Value::Array(entries)) => objects(name, members, entries).map(Some),
            (Kind::Texts, Value::Array(entries)) => texts(name, entries).map(Some),
            (Kind::Count, Value::Number(number)) => {
                count_in_number(&number).map(|count| Some(Self::Count(count))).map_err(at_name)
            }
            // The documentation has no numbers in quotes, so they are rejected. An empty text counts as absent for
            // every kind.
            (Kind::Count, Value::String(text)) if text.trim().is_empty() => Ok(None),
            (Kind::Count, _) => Err(at_name(wrong_type(Kind::Count))),
            (kind, Value::String(text)) => Self::from_text(kind, text).map_err(at_name),
            (kind, Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(at_name(wrong_type(kind)))
            }
        }
    }

    /// Reads a value that is written as a text.
    fn from_text(kind: Kind, text: String) -> Result<Option<Self>, InputProblem> {
        if is_blank(&text) {
            return Ok(None);
        }
        if !matches!(kind, Kind::Content | Kind::Addresses) {
            check_short(&text)?;
        }
        let given = match kind {
            Kind::Text | Kind::Content => Self::Text(text),
            Kind::RecordType => Self::Text(text.trim().to_lowercase()),
            Kind::CrmType => Self::CrmKind(CrmKind::read(&text)),
            Kind::CrmOrgUrl => Self::Text(crm::host(&text).ok_or_else(|| unexpected(kind, text))?),
            Kind::DateTime => Self::Instant(Instant::parse(text.trim()).ok_or_else(|| unexpected(kind, text))?),
            Kind::Count => Self::Count(count_in_text(&text).ok_or_else(|| unexpected(kind, text))?),
            Kind::Addresses => return addresses(&text),
            Kind::Texts | Kind::Object(_) | Kind::Objects(_) => return Err(wrong_type(kind)),
        };
        Ok(Some(given))
    }
}

/// The expected form of a value of this kind, for messages.
fn expectation(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::Addresses => "a text",
        Kind::CrmOrgUrl => "a host name or an https URL",
        Kind::Texts => "a list of texts",
        Kind::DateTime => "a date and time such as 2026-05-12T08:30:00Z",
        Kind::Count => "a whole number from 0 to 2147483647",
        Kind::Object(_) => "an object",
        Kind::Objects(_) => "a list of objects",
    }
}

fn wrong_type(kind: Kind) -> InputProblem {
    InputProblem::WrongType { expected: expectation(kind) }
}

fn unexpected(kind: Kind, found: String) -> InputProblem {
    InputProblem::Unexpected { expected: expectation(kind), found }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn check_short(text: &str) -> Result<(), InputProblem> {
    if text::is_longer(text, LONGEST_TEXT) {
        return Err(InputProblem::TooLong { most: LONGEST_TEXT });
    }
    if text.contains(char::is_control) {
        return Err(InputProblem::ControlCharacters);
    }
    Ok(())
}

fn count_in_text(text: &str) -> Option<u32> {
    let digits = text.trim();
    // The standard parser alone would accept a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|count| *count <= GREATEST_COUNT)
}

/// Reads a count. JSON has one kind of number, so `10.0` is the whole number 10.
fn count_in_number(number: &Number) -> Result<u32, InputProblem> {
    number
        .as_f64()
        .filter(|float| float.fract() == 0.0 && (0.0..=f64::from(GREATEST_COUNT)).contains(float))
        .map(|float| float as u32)
        .ok_or_else(|| unexpected(Kind::Count, number.to_string()))
}

/// Reads the addresses of a comma-separated list, each once. An empty list counts as absent.
fn addresses(text: &str) -> Result<Option<Given>, InputProblem> {
    let addresses = each_once(text.split(',').map(str::trim).filter(|address| !address.is_empty()));
    if addresses.len() > MOST_ENTRIES {
        return Err(InputProblem::TooMany { most: MOST_ENTRIES });
    }
    addresses.iter().try_for_each(|address| check_short(address))?;
    Ok((!addresses.is_empty()).then_some(Given::Texts(addresses)))
}

/// Reads the texts of a list, without those that are empty or `null`.
fn texts(name: &str, entries: Vec<Value>) -> Result<Given, InvalidRequest> {
    check_number_of(&entries, name)?;
    let mut texts = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at_entry = |problem| InvalidRequest::parameter(format!("{name}[{index}]"), problem);
        match entry {
            Value::Null => {}
            Value::String(text) if is_blank(&text) => {}
            Value::String(text) => {
                check_short(&text).map_err(at_entry)?;
                texts.push(text.trim().to_owned());
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return Err(at_entry(wrong_type(Kind::Text)));
            }
        }
    }
    Ok(Given::Texts(texts))
}

/// Reads the objects of a list, without those that are `null`.
fn objects(name: &str, members: &'static [Parameter], entries: Vec<Value>) -> Result<Given, InvalidRequest> {
    check_number_of(&entries, name)?;
    let mut objects = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let path = format!("{name}[{index}]");
        match entry {
            Value::Null => {}
            Value::Object(object) => {
                objects.push(Inputs::from_object(members, object).map_err(|error| error.within(path))?);
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(InvalidRequest::parameter(path, wrong_type(Kind::Object(members))));
            }
        }
    }
    Ok(Given::Objects(objects))
}

fn check_number_of(entries: &[Value], name: &str) -> Result<(), InvalidRequest> {
    if entries.len() > MOST_ENTRIES {
        return Err(InvalidRequest::parameter(name, InputProblem::TooMany { most: MOST_ENTRIES }));
    }
    Ok(())
}
