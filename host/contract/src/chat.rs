//! A question in the chat, addressed to one skill.

use serde_json::{Map, Number, Value};

use super::{
    InputRepair, InputRepairs, Instant, InvalidRequest, JsonPath, ParameterKind, Skill, SkillParameter,
    invalid_request::InputProblem,
    json,
    request::{LONGEST_TEXT, MOST_VALUES, Plus, decode, match_names, select},
    text::{self, is_surrounding},
};

/// A question in the chat.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatQuestion {
    /// Name of the skill.
    pub skill: String,
    /// Values of its parameters, in the skill's order. Parameters without a value are left out.
    pub inputs: Vec<Input>,
}

/// The value of a skill's parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Name of the parameter, as the skill writes it.
    pub name: String,
    /// Its value, of the parameter's kind.
    pub value: InputValue,
}

/// A parameter's value, by its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum InputValue {
    /// Text, not empty.
    Text(String),
    /// A whole number.
    Integer(i32),
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// An instant, rounded down to the second.
    Instant(Instant),
    /// One of the parameter's choices, as the parameter writes it.
    Choice(String),
}

impl ChatQuestion {
    /// Reads the parameters of `skill` from the query of a URL, without its `?`.
    ///
    /// # Errors
    /// Returns an error that names the parameter if one is repeated, or missing or malformed and required.
    pub fn from_query(skill: &Skill, query: Option<&str>, repairs: &mut InputRepairs) -> Result<Self, InvalidRequest> {
        let found = select(query.unwrap_or_default(), &names(skill))?;
        Self::read(skill, found, repairs, |parameter, raw, _, _| {
            let plus = if parameter.kind == ParameterKind::Instant { Plus::Plus } else { Plus::Blank };
            InputValue::from_text(parameter, decode(raw, plus)?)
        })
    }

    /// Reads the parameters of `skill` from a body that is a flat JSON object. An empty body is an empty object.
    ///
    /// # Errors
    /// Returns an error if the body is not a JSON object, and one that names the parameter if it is repeated, or
    /// missing or malformed and required.
    pub fn from_body(skill: &Skill, body: &[u8], repairs: &mut InputRepairs) -> Result<Self, InvalidRequest> {
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        Self::from_object(skill, json::read_body(body, MOST_VALUES, repairs)?, repairs)
    }

    /// Reads the parameters of `skill` from the members of a JSON object.
    ///
    /// # Errors
    /// Returns an error that names the parameter if it is repeated, or missing or malformed and required.
    pub fn from_object(
        skill: &Skill,
        object: Map<String, Value>,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        let found = match_names(object, &names(skill), &JsonPath::Root)?;
        Self::read(skill, found, repairs, InputValue::from_json)
    }

    fn read<T>(
        skill: &Skill,
        found: Vec<Option<T>>,
        repairs: &mut InputRepairs,
        read: impl Fn(&SkillParameter, T, &JsonPath<'_>, &mut InputRepairs) -> Result<Option<InputValue>, InputProblem>,
    ) -> Result<Self, InvalidRequest> {
        let mut inputs = Vec::with_capacity(skill.parameters.len());
        for (parameter, found) in skill.parameters.iter().zip(found) {
            let SkillParameter { name, required, .. } = parameter;
            let here = JsonPath::Member(&JsonPath::Root, name);
            let value = match found.map_or(Ok(None), |found| read(parameter, found, &here, repairs)) {
                Err(_) if !required => {
                    repairs.add(&here, InputRepair::Ignored);
                    None
                }
                read => read.map_err(|problem| InvalidRequest::parameter(name, problem))?,
            };
            match value {
                Some(value) => inputs.push(Input { name: name.clone(), value }),
                None if *required => return Err(InvalidRequest::missing(name)),
                None => {}
            }
        }
        Ok(Self { skill: skill.name.clone(), inputs })
    }
}

impl InputValue {
    /// Reads a value that is written as a text. An empty one counts as absent.
    fn from_text(parameter: &SkillParameter, text: String) -> Result<Option<Self>, InputProblem> {
        let trimmed = text.trim_matches(is_surrounding);
        if trimmed.is_empty() {
            return Ok(None);
        }
        let value = match parameter.kind {
            ParameterKind::Text if text::is_longer(&text, LONGEST_TEXT) => {
                return Err(InputProblem::TooLong { most: LONGEST_TEXT });
            }
            ParameterKind::Text => return Ok(Some(Self::Text(text))),
            ParameterKind::Integer => trimmed.parse().ok().map(Self::Integer),
            ParameterKind::Number => trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Number),
            ParameterKind::Boolean => boolean(trimmed).map(Self::Boolean),
            ParameterKind::Instant => Instant::parse(trimmed).map(|instant| Self::Instant(instant.floor())),
            ParameterKind::Choice => choice(&parameter.choices, trimmed).map(Self::Choice),
        };
        value.map(Some).ok_or_else(|| InputProblem::Unexpected { expected: expectation(parameter.kind), found: text })
    }

    /// Reads a value from a JSON object. An empty one and `null` count as absent.
    fn from_json(
        parameter: &SkillParameter,
        value: Value,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
    ) -> Result<Option<Self>, InputProblem> {
        let kind = parameter.kind;
        let written = match (kind, value) {
            (_, Value::Null) => return Ok(None),
            (ParameterKind::Text | ParameterKind::Instant | ParameterKind::Choice, Value::String(text)) => {
                return Self::from_text(parameter, text);
            }
            (ParameterKind::Boolean, Value::Bool(value)) => return Ok(Some(Self::Boolean(value))),
            (ParameterKind::Integer, Value::Number(number)) => {
                let integer = whole(&number).map(Self::Integer);
                return integer.map(Some).ok_or_else(|| InputProblem::Unexpected {
                    expected: expectation(kind),
                    found: number.to_string(),
                });
            }
            (ParameterKind::Number, Value::Number(number)) => return Ok(number.as_f64().map(Self::Number)),
            (ParameterKind::Integer | ParameterKind::Number | ParameterKind::Boolean, Value::String(text)) => text,
            (ParameterKind::Text | ParameterKind::Choice, Value::Number(number)) => number.to_string(),
            (_, Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(InputProblem::WrongType { expected: expectation(kind) });
            }
        };
        let value = Self::from_text(parameter, written)?;
        value.iter().for_each(|_| repairs.add(path, InputRepair::Converted));
        Ok(value)
    }
}

/// Reads a whole number. JSON has one kind of number, so `42.0` is the whole number 42.
fn whole(number: &Number) -> Option<i32> {
    let float = number.as_f64()?;
    let fits = float.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float);
    fits.then_some(float as i32)
}

/// Reads `true` or `false`, in any letter case.
fn boolean(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|value| text.eq_ignore_ascii_case(if *value { "true" } else { "false" }))
}

/// Returns the choice that is `text` in any letter case.
fn choice(choices: &[String], text: &str) -> Option<String> {
    let text = text.to_lowercase();
    choices.iter().find(|choice| choice.to_lowercase() == text).cloned()
}

fn expectation(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Text => "a text",
        ParameterKind::Integer => "a whole number from -2147483648 to 2147483647",
        ParameterKind::Number => "a finite number",
        ParameterKind::Boolean => "true or false",
        ParameterKind::Instant => "a date and time such as 2026-05-12T08:30:00Z",
        ParameterKind::Choice => "one of its choices",
    }
}

fn names(skill: &Skill) -> impl Iterator<Item = &str> + Clone {
    skill.parameters.iter().map(|parameter| parameter.name.as_str())
}

#[cfg(test)]
mod tests;
