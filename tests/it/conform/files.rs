//! Files that are to be imported: broken ones that makers have brought to Power Platform, large ones, and the extent of
//! reports about them.

use std::fs;

use insight_tests::Ran;
use insight_tests::connector::definition;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::run;
use crate::UNDER_TEST;

/// A fault of a file: its name, the change, and a part of what the report says.
type Fault = (&'static str, fn(&mut Value), &'static str);

/// Runs the command with a file of these bytes.
fn run_bytes(bytes: &[u8]) -> Ran {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let file = folder.path().join("definition.json");
    fs::write(&file, bytes).expect("the folder is ours");
    UNDER_TEST.run(["conform", "--definition", file.to_str().expect("the path is text")])
}

fn operation(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/key-sales-info"]["get"]
}

fn remove(value: &mut Value, name: &str) -> Value {
    value.as_object_mut().expect("an object").remove(name).unwrap_or_default()
}

/// Definitions that Power Platform rejected in others' hands.
const BROKEN: [Fault; 19] = [
    (
        "schemes of sign-in among paths",
        |it| {
            let schemes = remove(it, "securityDefinitions");
            it["paths"]["securityDefinitions"] = schemes;
        },
        "`securityDefinitions` is within `paths`",
    ),
    (
        "no sign-in",
        |it| drop([remove(it, "securityDefinitions"), remove(it, "security")]),
        "security-scheme  definition",
    ),
    ("a sign-in without type", |it| it["securityDefinitions"] = json!({"x": {}}), "`securityDefinitions/x/"),
    (
        "a path without slash",
        |it| {
            let item = remove(&mut it["paths"], "/key-sales-info");
            it["paths"]["key-sales-info"] = item;
        },
        "`paths/key-sales-info` is no path: a path begins with `/`",
    ),
    ("an id with blanks", |it| operation(it)["operationId"] = "get key sales".into(), "operation-id-malformed"),
    ("no id", |it| drop(remove(operation(it), "operationId")), "operation-id-missing"),
    ("an empty schema", |it| operation(it)["responses"]["200"]["schema"] = json!({}), "output `value`"),
    ("no answer", |it| drop(remove(&mut operation(it)["responses"], "200")), "answer-schema-missing"),
    (
        "a body in a GET request",
        |it| {
            let body = json!({"name": "a", "in": "body", "schema": {"type": "object"}});
            operation(it)["parameters"].as_array_mut().expect("a list").push(body);
        },
        "input `a` is in the body of a GET request",
    ),
    (
        "alternatives",
        |it| {
            let schema = operation(it)["responses"]["200"]["schema"].take();
            operation(it)["responses"]["200"]["schema"] = json!({"oneOf": [schema, {"type": "string"}]});
        },
        "`responses/200/schema/oneOf` is unknown to Swagger 2.0",
    ),
    ("a host with a scheme", |it| it["host"] = "https://hub.contoso.example".into(), "`host` must be a host name"),
    ("a local host", |it| it["host"] = "localhost:8080".into(), "connector-host  definition"),
    ("no host", |it| drop(remove(it, "host")), "`host` is missing"),
    (
        "OpenAPI 3.1",
        |it| {
            remove(it, "swagger");
            it["openapi"] = "3.1.0".into();
        },
        "the definition is OpenAPI 3.1.0",
    ),
    (
        "more than a solution holds",
        |it| it["definitions"]["Long"] = json!({"description": "x".repeat(510_000)}),
        "definition-large  definition",
    ),
    (
        "more than 1 MiB",
        |it| it["definitions"]["Long"] = json!({"description": "x".repeat(1_100_000)}),
        "definition-too-large  definition",
    ),
    ("an XML answer", |it| it["produces"] = json!(["application/xml"]), "`produces` lists \"application/xml\""),
    (
        "an input of the path that it lacks",
        |it| {
            operation(it)["parameters"][1]["in"] = "path".into();
        },
        "the path has no `{recordId}`",
    ),
    ("nothing for the agent", |it| it["paths"] = json!({}), "nothing-for-agent  definition"),
];

#[test]
fn a_broken_definition_is_told_apart_from_a_good_one() {
    for (name, change, part) in BROKEN {
        let mut definition = definition();
        change(&mut definition);

        let ran = run(&definition, &[]);

        assert!(ran.stdout.contains(part), "{name}: {part} is not in {}", ran.stdout);
        assert_eq!(ran.code, Some(if name == "more than a solution holds" { 0 } else { 3 }), "{name}: {ran:?}");
    }
}

#[test]
fn a_file_that_is_no_json_says_so_and_a_byte_order_mark_is_none_of_its_faults() {
    let text = serde_json::to_string_pretty(&definition()).expect("it serialises");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let trailing = text.trim_end_matches("\n}").to_owned() + ",\n}";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));

    for bad in [utf16.as_slice(), trailing.as_bytes(), format!("// exported\n{text}").as_bytes()] {
        let ran = run_bytes(bad);
        assert!(ran.code == Some(1) && ran.stderr.contains("the definition is not JSON"), "{ran:?}");
    }
    let good = run_bytes(windows.as_bytes());
    assert!(good.code == Some(0) && good.stdout.ends_with("\n0 errors, 0 warnings\n"), "{good:?}");
}

#[test]
fn a_schema_that_refers_to_itself_is_no_fault() {
    let mut definition = definition();
    definition["definitions"]["Node"] =
        json!({"type": "object", "properties": {"next": {"$ref": "#/definitions/Node"}}});

    let ran = run(&definition, &[]);

    assert!(ran.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}", ran.stdout);
}

/// Returns the good definition with operations that do not concern the agent, none of which certification would like.
fn with_others(count: usize) -> Value {
    let mut definition = definition();
    for number in 0..count {
        let operation = json!({"operationId": format!("Other{number}"), "responses": {"200": {"description": "OK"}}});
        definition["paths"][format!("/others/{number}")] = json!({"post": operation});
    }
    definition
}

#[test]
fn operations_that_do_not_concern_the_agent_are_counted_and_told_on_request() {
    let definition = with_others(300);

    let quiet = run(&definition, &[]);
    let json: Value = serde_json::from_str(&run(&definition, &["--json"]).stdout).expect("it is JSON");
    let all = run(&definition, &["--all"]);

    assert!(quiet.stdout.contains("300 operations that the agent does not use"), "{}", quiet.stdout);
    assert!(quiet.stdout.ends_with("\n0 errors, 0 warnings\n") && !quiet.stdout.contains("Other"), "{}", quiet.stdout);
    assert_eq!((&json["otherOperations"], &json["findings"]), (&json!(300), &json!([])));
    assert!(all.stdout.contains("warning   operation-unknown  Other299\n"), "{}", all.stdout);
}

#[test]
fn what_keeps_the_file_from_being_imported_is_told_of_every_operation() {
    let mut definition = with_others(2);
    definition["paths"]["/others/1"]["post"]["operationId"] = "Other 1".into();
    definition["paths"]["/others/0"]["post"]["parameters"] = json!([{"name": "x", "in": "query"}]);

    let ran = run(&definition, &[]);

    assert!(ran.stdout.contains("error     operation-id-malformed  Other 1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("`parameters/0/type` is missing"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\n2 errors, 0 warnings\n"), "{}", ran.stdout);
}

#[test]
fn a_list_that_is_shortened_says_how_many_more_there_are() {
    let mut definition = definition();
    let inputs = operation(&mut definition)["parameters"].as_array_mut().expect("a list");
    inputs.extend((0..25).map(|number| {
        json!({"name": format!("more{number}"), "in": "query", "type": "string", "required": true,
            "description": "More.", "x-ms-summary": "More"})
    }));

    let table = run(&definition, &[]).stdout;
    let json: Value = serde_json::from_str(&run(&definition, &["--json"]).stdout).expect("it is JSON");

    assert_eq!(table.matches("error     extra-required-input").count(), 10, "{table}");
    assert!(table.contains("… and 15 more of this kind"), "{table}");
    assert!(table.ends_with("\n25 errors, 0 warnings\n"), "{table}");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(25));
}

#[test]
fn an_input_and_an_output_of_one_name_are_told_apart() {
    let mut definition = definition();
    let details = &mut definition["paths"]["/record-details"]["get"];
    for pointer in
        ["/parameters/1/description", "/responses/200/schema/properties/value/items/properties/recordId/description"]
    {
        let text = details.pointer_mut(pointer).expect("it is there");
        *text = text.as_str().expect("a text").trim_end_matches('.').into();
    }

    let table = run(&definition, &[]).stdout;

    assert!(table.contains("the description of input `recordId` lacks its full stop"), "{table}");
    assert!(table.contains("the description of output `recordId` lacks its full stop"), "{table}");
    assert!(table.ends_with("\n0 errors, 2 warnings\n"), "{table}");
}
