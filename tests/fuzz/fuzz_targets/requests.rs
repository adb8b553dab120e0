//! Queries and bodies of callers, and the inputs of tools. A request that is parsed keeps the bounds of the contract; the error text of one that
//! is rejected is short and injects nothing.

#![no_main]

use contract::{
    ChatQuestion, Conversation, EmailThread, InputRepairs, InputValue, InvalidRequest, OPERATIONS, ParameterKind,
    Question, Request, Skill, SkillParameter, TOOL_OPERATIONS,
};
use insight_fuzz::is_plain;
use libfuzzer_sys::fuzz_target;

/// The most bytes of an error text for a caller: a parameter's path, and a bounded quotation.
const LONGEST_REFUSAL: usize = 2_048;

/// The most UTF-16 code units of a text that is not the content of an email.
const LONGEST_TEXT: usize = 4_096;

// The first byte selects the operation. The rest is parsed as a query and as a body.
fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let operation = OPERATIONS[usize::from(*first) % OPERATIONS.len()];
    let query = str::from_utf8(rest).ok();
    let repairs = &mut InputRepairs::default();
    let tool = TOOL_OPERATIONS[usize::from(*first) % TOOL_OPERATIONS.len()];
    let object = contract::read_body(rest, 10_000, repairs);
    for read in [
        Request::from_query(operation, query, repairs),
        Request::from_body(operation, rest, repairs),
        Request::from_tool_query(tool, query, repairs),
        object.and_then(|object| Request::from_tool_object(tool, object, repairs)),
    ] {
        match read {
            Ok(request) => assert_kept(&request),
            Err(refusal) => assert_short(&refusal),
        }
    }
    for read in [ChatQuestion::from_query(&skill(), query, repairs), ChatQuestion::from_body(&skill(), rest, repairs)] {
        match read {
            Ok(question) => assert_asked(&question),
            Err(refusal) => assert_short(&refusal),
        }
    }
});

fn assert_kept(request: &Request) {
    assert_eq!(request.question.capability(), request.operation.capability);
    assert!(request.window.top <= 100, "{:?}", request.window);
    if let Some(host) = &request.crm.host {
        assert!(host.len() <= 253 && !host.contains(['/', '@', '?', '#', ' ']), "{host:?}");
    }
    let records: Vec<_> = match &request.question {
        Question::RecordSummary(question) => {
            if let (Some(since), Some(until)) = (question.since, question.until) {
                assert!(since <= until, "{since} is after {until}");
            }
            vec![&question.about]
        }
        Question::RecordDetails(question) | Question::KeySalesInfo(question) => vec![&question.about],
        Question::EmailSummary(question) => {
            question.thread.iter().for_each(assert_thread);
            assert!(question.participants.len() <= 4_001, "{}", question.participants.len());
            question.about.iter().map(|about| &about.record).collect()
        }
        Question::EmailDraft(question) => {
            match &question.conversation {
                Conversation::Email(thread) => assert_thread(thread),
                Conversation::Other(raw) => {
                    assert!(raw.kind != "email-thread" && !raw.kind.is_empty(), "{:?}", raw.kind);
                    assert!(raw.json.starts_with('{'), "{:?}", raw.json);
                }
            }
            question.about.iter().collect()
        }
    };
    for record in records {
        for text in [&record.record_type, &record.record_id] {
            assert!(
                !text.trim().is_empty() && !text.contains(char::is_control) && length(text) <= 2 * LONGEST_TEXT,
                "{text:?}"
            );
        }
    }
}

fn assert_thread(thread: &EmailThread) {
    for list in [&thread.to, &thread.cc, &thread.bcc] {
        assert!(list.len() <= 1_000, "{} recipients", list.len());
    }
    for text in [&thread.message_id, &thread.conversation_id].into_iter().flatten() {
        assert!(!text.contains(char::is_control) && length(text) <= LONGEST_TEXT, "{text:?}");
    }
}

fn assert_asked(question: &ChatQuestion) {
    let skill = skill();
    assert!(question.inputs.iter().any(|input| input.name == "accountName"), "a required parameter is missing");
    for input in &question.inputs {
        let parameter = skill.parameter(&input.name).expect("only the skill's parameters are passed on");
        match (&input.value, parameter.kind) {
            (InputValue::Text(text), ParameterKind::Text) => {
                assert!(!text.trim().is_empty() && length(text) <= LONGEST_TEXT);
            }
            (InputValue::Integer(_), ParameterKind::Integer) => {}
            (InputValue::Number(number), ParameterKind::Number) => assert!(number.is_finite()),
            (InputValue::Boolean(_), ParameterKind::Boolean) => {}
            (InputValue::Instant(instant), ParameterKind::Instant) => assert_eq!(*instant, instant.floor()),
            (InputValue::Choice(choice), ParameterKind::Choice) => assert!(parameter.choices.contains(choice)),
            other => panic!("a value of another kind: {other:?}"),
        }
    }
}

fn assert_short(refusal: &InvalidRequest) {
    let words = refusal.to_string();
    assert!(words.len() <= LONGEST_REFUSAL && is_plain(&words), "{words:?}");
}

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
        title: "Key stakeholders".to_owned(),
        description: "Finds them".to_owned(),
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

/// Returns the length as the agent's clients count it.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}
