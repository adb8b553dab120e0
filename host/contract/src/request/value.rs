//! Reads the value of one parameter, by its kind.

use serde_json::{Number, Value};

use super::{
    LONGEST_TEXT,
    email::each_once,
    inputs::Inputs,
    query::{Plus, decode},
};
use crate::{
    CrmKind, InputRepair, InputRepairs, Instant, InvalidRequest, JsonPath, Kind, Parameter, crm,
    invalid_request::InputProblem,
    text::{self, is_surrounding},
};

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
    /// Reads the percent-encoded value of a parameter from a query. An empty one counts as absent.
    pub(super) fn from_query(
        kind: Kind,
        raw: &str,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
    ) -> Result<Option<Self>, InvalidRequest> {
        let plus = if matches!(kind, Kind::Addresses | Kind::DateTime) { Plus::Plus } else { Plus::Blank };
        decode(raw, plus)
            .map_err(|problem| at(path, problem))
            .and_then(|text| Self::from_text(kind, text, path, repairs))
    }

    /// Reads the value at `path` of a JSON body. An empty one and `null` count as absent.
    pub(super) fn from_json(
        kind: Kind,
        value: Value,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
    ) -> Result<Option<Self>, InvalidRequest> {
        match (kind, value) {
            (_, Value::Null) => Ok(None),
            (Kind::Object(members), Value::Object(object)) => {
                Ok(Some(Self::Object(Inputs::from_object(members, object, path, repairs)?)))
            }
            (Kind::Objects(members), Value::Array(entries)) => Ok(Some(objects(members, entries, path, repairs))),
            (Kind::Objects(members), Value::Object(one)) => {
                repairs.add(path, InputRepair::Converted);
                Ok(Some(objects(members, vec![Value::Object(one)], path, repairs)))
            }
            (Kind::Texts, Value::Array(entries)) => Ok(Some(texts(entries, path, repairs))),
            (Kind::Texts, Value::String(text)) if !is_blank(&text) => {
                repairs.add(path, InputRepair::Converted);
                Ok(addresses(&text, path, repairs))
            }
            (Kind::Count, Value::Number(number)) => {
                count_in_number(&number).map(|count| Some(Self::Count(count))).map_err(|problem| at(path, problem))
            }
            (Kind::Count, Value::String(text)) => {
                let count = Self::from_text(kind, text, path, repairs)?;
                count.iter().for_each(|_| repairs.add(path, InputRepair::Converted));
                Ok(count)
            }
            (kind, Value::String(text)) => Self::from_text(kind, text, path, repairs),
            // An identifier may be written as a number.
            (
                Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::Addresses,
                Value::Number(number),
            ) => {
                repairs.add(path, InputRepair::Converted);
                Self::from_text(kind, number.to_string(), path, repairs)
            }
            (kind, Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(at(path, wrong_type(kind)))
            }
        }
    }

    /// Reads a value that is written as a text.
    fn from_text(
        kind: Kind,
        text: String,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
    ) -> Result<Option<Self>, InvalidRequest> {
        if is_blank(&text) {
            return Ok(None);
        }
        match kind {
            Kind::Content => return Ok(Some(Self::Text(text))),
            Kind::Addresses => return Ok(addresses(&text, path, repairs)),
            _ => {}
        }
        let text = trimmed(&text, path, repairs);
        Self::from_short(kind, text).map(Some).map_err(|problem| at(path, problem))
    }

    /// Reads a text without blanks around it that is neither content nor a list.
    fn from_short(kind: Kind, text: &str) -> Result<Self, InputProblem> {
        check_short(text)?;
        let unexpected = || unexpected(kind, text.to_owned());
        Ok(match kind {
            Kind::Text => Self::Text(text.to_owned()),
            Kind::RecordType => Self::Text(text.to_lowercase()),
            Kind::CrmType => Self::CrmKind(CrmKind::read(text)),
            Kind::CrmOrgUrl => Self::Text(crm::host(text).ok_or_else(unexpected)?),
            Kind::DateTime => Self::Instant(Instant::parse(text).ok_or_else(unexpected)?),
            Kind::Count => Self::Count(count_in_text(text).ok_or_else(unexpected)?),
            Kind::Content | Kind::Addresses | Kind::Texts | Kind::Object(_) | Kind::Objects(_) => {
                return Err(wrong_type(kind));
            }
        })
    }
}

fn at(path: &JsonPath<'_>, problem: InputProblem) -> InvalidRequest {
    InvalidRequest::parameter(path.to_string(), problem)
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
    text.chars().all(is_surrounding)
}

/// The text without white space around it.
fn trimmed<'text>(text: &'text str, path: &JsonPath<'_>, repairs: &mut InputRepairs) -> &'text str {
    let trimmed = text.trim_matches(is_surrounding);
    if trimmed.len() < text.len() {
        repairs.add(path, InputRepair::Trimmed);
    }
    trimmed
}

/// Checks the length and the characters of a text that is not content.
pub(super) fn check_short(text: &str) -> Result<(), InputProblem> {
    if text::is_longer(text, LONGEST_TEXT) {
        return Err(InputProblem::TooLong { most: LONGEST_TEXT });
    }
    if text.contains(char::is_control) {
        return Err(InputProblem::ControlCharacters);
    }
    Ok(())
}

fn count_in_text(text: &str) -> Option<u32> {
    // The standard parser alone would accept a sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|count| *count <= GREATEST_COUNT)
}

/// Reads a count. JSON has one kind of number, so `10.0` is the whole number 10.
fn count_in_number(number: &Number) -> Result<u32, InputProblem> {
    number
        .as_f64()
        .filter(|float| float.fract() == 0.0 && (0.0..=f64::from(GREATEST_COUNT)).contains(float))
        .map(|float| float as u32)
        .ok_or_else(|| unexpected(Kind::Count, number.to_string()))
}

/// Reads the addresses of a list separated by commas or semicolons, each once. An empty list counts as absent.
fn addresses(text: &str, path: &JsonPath<'_>, repairs: &mut InputRepairs) -> Option<Given> {
    let pieces = text.split([',', ';']).map(|piece| piece.trim_matches(is_surrounding));
    let mut kept = Vec::new();
    for (index, piece) in pieces.filter(|piece| !piece.is_empty()).enumerate() {
        match check_short(piece) {
            Ok(()) => kept.push(piece),
            Err(_) => repairs.add(&JsonPath::Entry(path, index), InputRepair::EntryLeftOut),
        }
    }
    let mut addresses = each_once(kept.into_iter());
    cut(&mut addresses, path, repairs);
    (!addresses.is_empty()).then_some(Given::Texts(addresses))
}

/// Reads the texts of a list, without those that are empty, `null` or unreadable.
fn texts(mut entries: Vec<Value>, path: &JsonPath<'_>, repairs: &mut InputRepairs) -> Given {
    cut(&mut entries, path, repairs);
    let mut texts = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let here = JsonPath::Entry(path, index);
        match Given::from_json(Kind::Text, entry, &here, repairs) {
            Ok(Some(Given::Text(text))) => texts.push(text),
            Ok(_) => {}
            Err(_) => repairs.add(&here, InputRepair::EntryLeftOut),
        }
    }
    Given::Texts(texts)
}

/// Reads the objects of a list, without those that are `null`, unreadable or lack a required member.
fn objects(
    members: &'static [Parameter],
    mut entries: Vec<Value>,
    path: &JsonPath<'_>,
    repairs: &mut InputRepairs,
) -> Given {
    cut(&mut entries, path, repairs);
    let mut objects = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let here = JsonPath::Entry(path, index);
        match Given::from_json(Kind::Object(members), entry, &here, repairs) {
            Ok(Some(Given::Object(object))) => objects.push(object),
            Ok(_) => {}
            Err(_) => repairs.add(&here, InputRepair::EntryLeftOut),
        }
    }
    Given::Objects(objects)
}

/// Truncates a list to the greatest number of entries.
fn cut<T>(entries: &mut Vec<T>, path: &JsonPath<'_>, repairs: &mut InputRepairs) {
    if entries.len() > MOST_ENTRIES {
        entries.truncate(MOST_ENTRIES);
        repairs.add(path, InputRepair::ListCut);
    }
}
