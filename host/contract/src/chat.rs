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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn skill() -> Skill {
        let parameter = |name: &str, kind, required| SkillParameter {
            name: name.to_owned(),
            description: "What it is".to_owned(),
            kind,
            required,
            choices: if kind == ParameterKind::Choice { vec!["Open".to_owned(), "Won".to_owned()] } else { Vec::new() },
        };
        Skill {
            name: "key-stakeholders".to_owned(),
            title: "Chat about key stakeholders".to_owned(),
            description: "Finds the key stakeholders of an account".to_owned(),
            parameters: vec![
                parameter("accountName", ParameterKind::Text, true),
                parameter("count", ParameterKind::Integer, false),
                parameter("share", ParameterKind::Number, false),
                parameter("open", ParameterKind::Boolean, false),
                parameter("since", ParameterKind::Instant, false),
                parameter("stage", ParameterKind::Choice, false),
            ],
        }
    }

    fn inputs(question: Result<ChatQuestion, InvalidRequest>) -> Vec<(String, InputValue)> {
        question.expect("a good question").inputs.into_iter().map(|input| (input.name, input.value)).collect()
    }

    fn asked(query: Option<&str>) -> Result<ChatQuestion, InvalidRequest> {
        ChatQuestion::from_query(&skill(), query, &mut InputRepairs::default())
    }

    fn posted(body: &[u8]) -> Result<ChatQuestion, InvalidRequest> {
        ChatQuestion::from_body(&skill(), body, &mut InputRepairs::default())
    }

    #[test]
    fn query_and_body_ask_the_same() {
        let by_query = asked(Some("COUNT=42&accountname=Fourth+Coffee&share=-1.5e2"));
        let by_body = posted(br#"{"Share":-150,"accountName":"Fourth Coffee","count":42.0,"x":{}}"#);
        let (by_query, by_body) = (inputs(by_query), inputs(by_body));

        assert_eq!(by_query, by_body);
        assert_eq!(
            by_query,
            [
                ("accountName".to_owned(), InputValue::Text("Fourth Coffee".to_owned())),
                ("count".to_owned(), InputValue::Integer(42)),
                ("share".to_owned(), InputValue::Number(-150.0)),
            ]
        );
    }

    #[test]
    fn booleans_instants_and_choices_are_read_from_query_and_body_alike() {
        let by_query = asked(Some("accountName=x&open=True&since=2026-05-12T10:30:00.5+02:00&stage=won"));
        let by_body =
            posted(br#"{"accountName":"x","open":true,"since":"2026-05-12T08:30:00.5Z","stage":"WON","x":1}"#);
        let (by_query, by_body) = (inputs(by_query), inputs(by_body));

        let instant = Instant::parse("2026-05-12T08:30:00Z").expect("an instant");
        assert_eq!(by_query, by_body);
        assert_eq!(
            by_query[1..],
            [
                ("open".to_owned(), InputValue::Boolean(true)),
                ("since".to_owned(), InputValue::Instant(instant)),
                ("stage".to_owned(), InputValue::Choice("Won".to_owned())),
            ]
        );
    }

    #[test]
    fn a_choice_that_is_none_is_refused_if_it_is_needed() {
        let mut needed = skill();
        needed.parameters[5].required = true;

        let body = br#"{"accountName":"x","stage":"lost"}"#;
        let error = ChatQuestion::from_body(&needed, body, &mut InputRepairs::default()).expect_err("it is none");

        assert!(error.to_string().contains("`stage` must be one of its choices"), "{error}");
    }

    #[test]
    fn what_is_not_filled_in_is_left_out() {
        let question = posted(br#"{"accountName":"x","count":null,"share":""}"#);

        assert_eq!(inputs(question).len(), 1);
    }

    #[test]
    fn a_bad_question_is_refused_naming_the_parameter() {
        for (body, message) in [
            ("{}", "`accountName` is missing"),
            ("", "`accountName` is missing"),
            (r#"{"accountName":" "}"#, "`accountName` is missing"),
            (r#"{"accountName":"x","ACCOUNTNAME":"x"}"#, "`accountName` is given more than once"),
            (r#"{"accountName":[1]}"#, "`accountName` must be a text"),
            ("[]", "the body is not acceptable JSON"),
        ] {
            let error = posted(body.as_bytes()).expect_err(body).to_string();

            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn an_optional_parameter_that_cannot_be_read_is_left_out_and_a_required_one_is_refused() {
        for value in ["1.5", "2147483648", "[1]", "true", r#""ten""#] {
            let mut repairs = InputRepairs::default();
            let body = format!(r#"{{"accountName":"x","count":{value}}}"#);
            let question = ChatQuestion::from_body(&skill(), body.as_bytes(), &mut repairs);

            assert_eq!(inputs(question).len(), 1, "{value}");
            assert_eq!(repairs.to_string(), "1: `count` ignored", "{value}");

            let mut needed = skill();
            needed.parameters[1].required = true;
            let error = ChatQuestion::from_body(&needed, body.as_bytes(), &mut repairs).expect_err(value).to_string();
            assert!(error.contains("`count` must be a whole number from -2147483648 to 2147483647"), "{error}");
        }
    }

    #[test]
    fn oddities_of_a_body_do_not_cost_the_answer() {
        let question =
            posted(b"\xef\xbb\xbf{\"accountName\":4711,\"count\":\" 3 \",\"share\":\"0.5\",\"x\":\"\\ud83d\"}");
        let values: Vec<InputValue> = inputs(question).into_iter().map(|(_, value)| value).collect();

        assert_eq!(values, [InputValue::Text("4711".to_owned()), InputValue::Integer(3), InputValue::Number(0.5)]);
    }

    #[test]
    fn no_number_in_a_query_is_infinite_or_none() {
        for share in ["inf", "NaN", "1e999", "0x10", "1_000"] {
            let query = format!("accountName=x&share={share}");

            assert_eq!(inputs(asked(Some(&query))).len(), 1, "{share}");
        }
    }

    proptest! {
        #[test]
        fn no_query_and_no_body_is_too_much(query in any::<String>(), body in any::<Vec<u8>>()) {
            let _ = asked(Some(&query));
            let _ = posted(&body);
        }
    }
}
