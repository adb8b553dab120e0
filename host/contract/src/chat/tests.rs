//! Tests of questions in the chat.

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
    let by_body = posted(br#"{"accountName":"x","open":true,"since":"2026-05-12T08:30:00.5Z","stage":"WON","x":1}"#);
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
    let question = posted(b"\xef\xbb\xbf{\"accountName\":4711,\"count\":\" 3 \",\"share\":\"0.5\",\"x\":\"\\ud83d\"}");
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
