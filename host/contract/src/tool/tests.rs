use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::{
    ChatQuestion, Input, InputRepairs, InputValue, ParameterKind, Question, Request, Skill, SkillParameter, Window,
    operation::OPERATIONS,
};

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().expect("it is an object")
}

fn asked(tool: &str, inputs: &Value) -> Result<Request, String> {
    let tool = ToolOperation::named(tool).expect("there is such a tool");
    Request::from_tool_object(tool, object(inputs), &mut InputRepairs::default()).map_err(|error| error.to_string())
}

fn skill() -> Skill {
    Skill {
        name: "key-stakeholders".to_owned(),
        title: "Key stakeholders".to_owned(),
        description: "Finds the key stakeholders of an account".to_owned(),
        parameters: vec![SkillParameter {
            name: "accountName".to_owned(),
            description: "x".repeat(2_000),
            kind: ParameterKind::Text,
            choices: Vec::new(),
            required: true,
        }],
    }
}

#[test]
fn every_capability_but_the_chat_has_one_tool_with_a_name_of_its_own() {
    let capabilities: BTreeSet<_> = TOOL_OPERATIONS.iter().map(|tool| tool.operation.capability).collect();
    let of_operations: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.capability).collect();

    assert_eq!(capabilities, of_operations);
    for tool in TOOL_OPERATIONS {
        assert_eq!(tool.name, tool.operation.capability.name().replace('-', "_"));
        assert_eq!(ToolOperation::named(tool.name).map(|found| found.name), Some(tool.name));
    }
}

#[test]
fn a_model_can_choose_every_tool_and_fill_in_every_input() {
    for tool in TOOL_OPERATIONS {
        let definition = tool.definition();
        let description = definition["description"].as_str().expect("it is there");

        assert!(description.starts_with("Use this when ") && description.len() <= LONGEST_DESCRIPTION, "{description}");
        assert_eq!(definition["annotations"]["readOnlyHint"], true);
        for (name, input) in object(&definition["inputSchema"]["properties"]) {
            assert!(["string", "integer"].contains(&input["type"].as_str().unwrap_or_default()), "{name}: {input}");
            assert!(input["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        }
        assert!(!definition.to_string().contains("anyOf"));
        for added in tool.added {
            assert!(tool.operation.outputs.iter().any(|field| field.name == added.from), "{added:?}");
            assert!(tool.operation.outputs.iter().all(|field| field.name != added.name), "{added:?}");
        }
    }
}

#[test]
fn a_tool_asks_what_its_operation_asks() {
    let inputs = json!({ "RecordType": "Account", "recordId": 42, "startDateTime": "2026-05-12T08:30:00Z" });
    let by_tool = asked("record_summary", &inputs).expect("it is complete");

    let query = "recordType=Account&recordId=42&startDateTime=2026-05-12T08:30:00Z";
    let tool = ToolOperation::named("record_summary").expect("there is such a tool");
    let by_tool_query = Request::from_tool_query(tool, Some(query), &mut InputRepairs::default());
    let by_query = Request::from_query(tool.operation, Some(query), &mut InputRepairs::default());

    assert_eq!(by_tool.question, by_query.expect("it is complete").question);
    assert_eq!(by_tool.question, by_tool_query.expect("it is complete").question);
}

#[test]
fn a_tool_answers_with_a_few_items_unless_more_are_asked_for() {
    for (top, expected) in [(json!(null), 5), (json!(0), 1), (json!("7"), 7), (json!(25), 25), (json!(1_000), 25)] {
        let request = asked("key_sales_info", &json!({ "recordType": "lead", "recordId": "1", "top": top, "skip": 3 }));

        assert_eq!(request.expect("it is complete").window, Window { top: expected, skip: 3 }, "{top}");
    }
}

#[test]
fn a_missing_or_wrong_input_is_named() {
    for (tool, inputs, message) in [
        ("record_summary", json!({ "recordType": "account" }), "`recordId` is missing"),
        ("record_details", json!({ "recordType": ["account"], "recordId": "1" }), "`recordType` must be a text"),
        ("email_summary", json!({ "emailText": "Hello" }), "`emailContacts` is missing"),
        ("email_draft", json!({ "emailText": " " }), "`emailText` is missing"),
        ("email_draft", json!({ "emailText": "x", "top": -1 }), "`top` must be a whole number"),
    ] {
        let error = asked(tool, &inputs).expect_err("it is not complete");

        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn the_text_of_an_email_reaches_its_question() {
    let inputs = json!({
        "emailText": "Shall we sign?",
        "emailContacts": "a@contoso.example; b@contoso.example",
        "inputPrompt": "Make a proposal",
        "recordType": "account",
        "recordId": "42",
    });

    let Question::EmailSummary(summary) = asked("email_summary", &inputs).expect("it is complete").question else {
        panic!("it is another question")
    };
    assert_eq!(summary.participants, ["a@contoso.example", "b@contoso.example"]);
    assert_eq!(summary.about[0].record.record_id, "42");
    assert_eq!(summary.thread.and_then(|thread| thread.text_body).as_deref(), Some("Shall we sign?"));

    let Question::EmailDraft(draft) = asked("email_draft", &inputs).expect("it is complete").question else {
        panic!("it is another question")
    };
    assert_eq!(draft.conversation.email().and_then(|thread| thread.text_body.as_deref()), Some("Shall we sign?"));
    assert_eq!(draft.prompt.as_deref(), Some("Make a proposal"));
}

#[test]
fn a_skill_is_a_tool_named_by_provider_and_skill() {
    let provider = "contoso-hub".parse().expect("an id");
    let tools = SkillTool::all(&provider, &[skill()]);
    let definition: Value = serde_json::from_str(&tools[0].definition).expect("it is JSON");

    assert_eq!(tools[0].name.as_str(), "contoso_hub_key_stakeholders");
    assert_eq!(definition["name"], "contoso_hub_key_stakeholders");
    assert_eq!(definition["title"], "Key stakeholders");
    assert!(definition["description"].as_str().is_some_and(|text| text.starts_with("Use this when ")));
    let input = &definition["inputSchema"]["properties"]["accountName"];
    assert_eq!(input["type"], "string");
    assert_eq!(input["description"].as_str().map(str::len), Some(LONGEST_DESCRIPTION + "…".len() - 1));
    assert_eq!(definition["inputSchema"]["required"], json!(["accountName"]));
}

#[test]
fn a_description_that_already_tells_when_to_use_the_skill_stays_as_it_is() {
    let said = Skill { description: "use this when asked about stakeholders".to_owned(), ..skill() };

    assert_eq!(said.tool_description(), said.description);
}

#[test]
fn a_name_that_is_too_long_for_a_tool_is_none() {
    let provider = "a".repeat(64).parse().expect("an id");

    assert!(ToolName::of(&provider, &"b".repeat(63)).is_some());
    assert!(ToolName::of(&provider, &"b".repeat(64)).is_none());
    assert!(SkillTool::all(&provider, &[Skill { name: "b".repeat(64), ..skill() }]).is_empty());
}

#[test]
fn a_skill_is_asked_by_the_members_of_an_object() {
    let question = ChatQuestion::from_object(
        &skill(),
        object(&json!({ "ACCOUNTNAME": "Fourth Coffee" })),
        &mut InputRepairs::default(),
    );

    let input = Input { name: "accountName".to_owned(), value: InputValue::Text("Fourth Coffee".to_owned()) };
    assert_eq!(question.expect("it is complete").inputs, [input]);
}
