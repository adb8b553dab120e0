//! Faults of definitions.

use insight_tests::connector::{definition, definition_of};
use serde_json::{Value, json};

use super::assert_finds;
use crate::conform::judge_definition;

/// The pointer to the operation of key sales info.
const KEY_SALES: &str = "/paths/~1key-sales-info/get";

/// Returns a part of a definition, which must exist.
fn part<'a>(definition: &'a mut Value, pointer: &str) -> &'a mut Value {
    definition.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}"))
}

/// Returns a correct definition with one part changed.
fn changed(pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut definition = definition();
    change(part(&mut definition, pointer));
    definition
}

#[test]
fn faults_of_definitions_are_found_by_their_rules() {
    let key_sales = "scp-get-sales-highlights";
    let parameter = |name: &str| json!({"name": name, "in": "query", "type": "string", "description": "More.", "x-ms-summary": name});
    let mut required = parameter("region");
    required["required"] = true.into();
    let item = format!("{KEY_SALES}/responses/200/schema/properties/value/items");
    let faults: [(&str, Value); 14] = [
        (
            "operation-description",
            changed(&format!("{KEY_SALES}/description"), |text| {
                *text = text.as_str().expect("a text").replace("C4S", "Copilot for Sales").into();
            }),
        ),
        (
            "description-period",
            changed(&format!("{KEY_SALES}/description"), |text| {
                *text = text.as_str().expect("a text").trim_end_matches('.').into();
            }),
        ),
        (
            "extra-required-input",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").push(required);
            }),
        ),
        (
            "connector-id",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").push(parameter("connectorId"));
            }),
        ),
        (
            "input-missing",
            changed(&format!("{KEY_SALES}/parameters"), |list| {
                list.as_array_mut().expect("a list").retain(|input| input["name"] != "recordId");
            }),
        ),
        (
            "input-description",
            changed(&format!("{KEY_SALES}/parameters/1/description"), |text| *text = "Record id.".into()),
        ),
        (
            "optional-input-description",
            changed(&format!("{KEY_SALES}/parameters/2/description"), |text| *text = "CRM.".into()),
        ),
        ("input-type", changed(&format!("{KEY_SALES}/parameters/4/type"), |kind| *kind = "string".into())),
        ("optional-input-required", changed(&format!("{KEY_SALES}/parameters/4/required"), |is| *is = true.into())),
        (
            "output-missing",
            changed(&item, |item| {
                item["properties"].as_object_mut().expect("an object").remove("description");
            }),
        ),
        (
            "output-not-required",
            changed(&format!("{item}/required"), |list| {
                list.as_array_mut().expect("a list").retain(|name| name != "title");
            }),
        ),
        (
            "output-description",
            changed(&format!("{item}/properties/title/description"), |text| *text = "Title.".into()),
        ),
        (
            "operation-id-missing",
            changed(KEY_SALES, |operation| {
                operation.as_object_mut().expect("an object").remove("operationId");
            }),
        ),
        (
            "responses-undeclared",
            changed(&format!("{KEY_SALES}/responses"), |responses| {
                responses.as_object_mut().expect("an object").remove("429");
            }),
        ),
    ];

    for (rule, definition) in faults {
        let operation = if rule == "operation-id-missing" { "GET /api/key-sales-info" } else { key_sales };
        assert_finds(&judge_definition(&definition), rule, operation);
    }
}

#[test]
fn a_wrong_method_is_found() {
    let mut definition = definition();
    let item = part(&mut definition, "/paths/~1key-sales-info");
    *item = json!({"put": item["get"].take()});

    assert_finds(&judge_definition(&definition), "method", "scp-get-sales-highlights");
}

#[test]
fn descriptions_and_ids_that_are_shared_are_found() {
    let both = definition_of(|operation| operation.id.starts_with("scp-get-email-insights"));
    let twice = changed("/paths/~1record-details/get/operationId", |id| *id = "scp-get-sales-highlights".into());

    assert_finds(&judge_definition(&both), "description-shared", "");
    assert_finds(&judge_definition(&twice), "operation-id-shared", "scp-get-sales-highlights");
}

#[test]
fn a_skill_that_takes_more_than_plain_values_is_found() {
    let pointer = "/paths/~1chat~1stakeholders/get/parameters/0/type";

    assert_finds(
        &judge_definition(&changed(pointer, |kind| *kind = "boolean".into())),
        "skill-parameter",
        "stakeholders",
    );
}

#[test]
fn references_that_lead_nowhere_are_found() {
    let pointer = "/paths/~1key-sales-info/get/parameters/4";
    let definition = changed(pointer, |input| *input = json!({"$ref": "#/parameters/top"}));

    assert_finds(&judge_definition(&definition), "reference-broken", "");
}
