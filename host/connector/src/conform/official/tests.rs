//! Tests of what Swagger's schema rejects, in words.

use serde_json::json;

use super::*;

fn sound() -> Value {
    json!({
        "swagger": "2.0",
        "info": {"title": "Hub", "version": "1.0"},
        "host": "hub.contoso.example",
        "paths": {"/a": {"get": {
            "operationId": "a",
            "parameters": [
                {"name": "top", "in": "query", "type": "integer"},
                {"name": "body", "in": "body", "schema": {"type": "object"}},
            ],
            "responses": {"200": {"description": "OK", "schema": {"type": "array", "items": {"type": "string"}}}},
        }}},
        "securityDefinitions": {"entra-id": {
            "type": "oauth2", "flow": "accessCode", "scopes": {},
            "authorizationUrl": "https://login.example/a", "tokenUrl": "https://login.example/t",
        }},
    })
}

fn told(pointer: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut document = sound();
    change(document.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}")));
    let definition = ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition");
    let mut findings = Findings::default();
    SwaggerFlaws::of(&definition).tell(&definition, &mut findings);
    findings.all().iter().map(|finding| format!("{}: {}", finding.location, finding.what)).collect()
}

fn set(value: Value) -> impl FnOnce(&mut Value) {
    move |part| *part = value
}

fn remove(name: &'static str) -> impl FnOnce(&mut Value) {
    move |part| drop(part.as_object_mut().expect("an object").remove(name))
}

fn add(name: &'static str, value: Value) -> impl FnOnce(&mut Value) {
    move |part| drop(part.as_object_mut().expect("an object").insert(name.to_owned(), value))
}

#[test]
fn a_sound_definition_has_no_flaw() {
    assert_eq!(told("", |_| {}), [""; 0]);
}

#[test]
fn a_flaw_is_told_once_in_words_for_the_alternative_that_was_meant() {
    let operation = "/paths/~1a/get";
    let parameters = format!("{operation}/parameters");
    let answer = format!("{operation}/responses/200");
    for (found, wanted) in [
        (told("/info", remove("version")), ": `info/version` is missing"),
        (
            told("/host", set(json!("https://hub.contoso.example"))),
            ": `host` must be a host name without scheme, path and blanks",
        ),
        (told("/paths", add("b", json!({}))), ": `paths/b` is no path: a path begins with `/`"),
        (told(&format!("{parameters}/0/type"), set(json!("strin"))), "a: `parameters/0/type` must be `string` or "),
        (told(&format!("{parameters}/0"), remove("type")), "a: `parameters/0/type` is missing"),
        (told(&format!("{parameters}/0/in"), set(json!("cookie"))), "a: `parameters/0/in` must be "),
        (told(&format!("{parameters}/1"), remove("schema")), "a: `parameters/1/schema` is missing"),
        (told(&format!("{parameters}/0"), remove("in")), "a: `parameters/0/in` is missing"),
        (told(&format!("{answer}/schema"), remove("items")), "a: `responses/200/schema/items` is missing"),
        (told(&answer, remove("description")), "a: `responses/200/description` is missing"),
        (
            told(&format!("{answer}/schema"), add("oneOf", json!([]))),
            "a: `responses/200/schema/oneOf` is unknown to Swagger 2.0 there",
        ),
        (
            told(&format!("{answer}/schema/items/type"), set(json!("text"))),
            "a: `responses/200/schema/items/type` must be ",
        ),
        (told(operation, remove("responses")), "a: `responses` is missing"),
        (
            told("/securityDefinitions/entra-id", remove("tokenUrl")),
            ": `securityDefinitions/entra-id/tokenUrl` is missing",
        ),
        (
            told("/securityDefinitions/entra-id/tokenUrl", set(json!("login"))),
            ": `securityDefinitions/entra-id/tokenUrl` is no valid absolute URL",
        ),
        (told("/paths/~1a/get/operationId", set(json!(1))), "GET /a: `operationId` is a number, and must be a text"),
    ] {
        assert!(found.len() == 1 && found[0].starts_with(wanted), "{wanted}: {found:?}");
    }
}

#[test]
fn a_parameter_that_is_listed_twice_is_told_once_by_its_name() {
    let twice = |part: &mut Value| {
        let first = part[0].clone();
        part.as_array_mut().expect("a list").push(first);
    };

    assert_eq!(told("/paths/~1a/get/parameters", twice), ["a: `parameters/2` declares `top` a second time"]);
    assert_eq!(told("", add("schemes", json!(["https", "https"]))), [": `schemes` has an entry twice"]);
}

#[test]
fn a_flaw_covers_the_parts_around_it() {
    let mut document = sound();
    document["paths"]["/a"]["get"]["responses"] = json!({});
    let definition = ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition");

    let flaws = SwaggerFlaws::of(&definition);

    assert!(flaws.cover("/paths/~1a/get/responses") && flaws.cover("/paths"));
    assert!(!flaws.cover("/paths/~1a/get/parameters") && !flaws.cover("/path"));
}
