//! Good definitions with one fault: of a kind that makers are known to make, or at a random place.

use std::fs;
use std::sync::LazyLock;

use insight_tests::connector::{Connector, definition, good};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::random::{Random, mutate};
use super::{Mutant, judge};
use crate::UNDER_TEST;

/// A kind of fault: its name, and the change, which is told an operation. It returns false if it does not apply there.
type Kind = (&'static str, fn(&mut Value, &mut Random) -> bool);

/// The definition that the command exports of a sample.
static EXPORTED: LazyLock<Value> = LazyLock::new(|| {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let plugins = folder.path().join("plugins");
    fs::create_dir(&plugins).expect("the folder is ours");
    fs::copy(UNDER_TEST.sample("contoso-hub"), plugins.join("contoso-hub.wasm")).expect("it can be copied");
    let words =
        ["connector", "--plugins", "plugins", "--host-name", "api.contoso.com", "--out", "out", "--chat-skills"];
    let mut command = UNDER_TEST.command(words);
    let output = command.args(["--provider", "contoso-hub"]).current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(folder.path().join("out/apiDefinition.swagger.json")).expect("it was written");
    serde_json::from_str(&text).expect("it is JSON")
});

/// The kinds of faults of one operation.
const OF_OPERATION: [Kind; 21] = [
    ("deprecated", |it, _| set(it, "deprecated", json!(true))),
    ("internal", |it, _| set(it, "x-ms-visibility", json!("internal"))),
    ("disabled for agents", |it, _| set(it, "x-ms-openai-data", json!({"openai-enabled": false}))),
    ("an id with a blank", |it, random| set_id(it, random, " ")),
    ("an id with a dollar", |it, random| set_id(it, random, "$")),
    ("an XML answer", |it, _| set(it, "produces", json!(["application/xml"]))),
    ("no sign-in", |it, _| set(it, "security", json!([]))),
    ("another sign-in", |it, _| set(it, "security", json!([{"other": []}]))),
    ("an input in a header", |it, random| input(it, random, |input| set(input, "in", json!("header")))),
    ("an input in a form", |it, random| input(it, random, |input| set(input, "in", json!("formData")))),
    ("an input that may be one value", |it, random| input(it, random, |input| set(input, "enum", json!(["none"])))),
    ("a short input", |it, random| text_input(it, random, |input| set(input, "maxLength", json!(5)))),
    ("a pattern of an input", |it, random| text_input(it, random, |input| set(input, "pattern", json!("^[A-Z]$")))),
    ("a greatest number", |it, random| number_input(it, random, |input| set(input, "maximum", json!(1)))),
    ("a least number", |it, random| number_input(it, random, |input| set(input, "minimum", json!(11)))),
    ("another type of an input", |it, random| input(it, random, |input| set(input, "type", json!("boolean")))),
    ("an input that is required otherwise", |it, random| input(it, random, flip_required)),
    ("an unknown required input", |it, _| add_input(it, "region", true)),
    ("a reserved input", |it, _| add_input(it, "connectorId", false)),
    ("a summary with a slash", |it, _| set(it, "summary", json!("Insights/Summary"))),
    ("a final blank in the description", |it, _| {
        let longer = format!("{} ", it["description"].as_str().expect("it has one"));
        set(it, "description", json!(longer))
    }),
];

/// The kinds of faults of a file.
const OF_FILE: [Kind; 13] = [
    ("a title with a word that is rejected", |it, _| set(&mut it["info"], "title", json!("Hub Connector"))),
    ("a title with another end", |it, _| set(&mut it["info"], "title", json!("Contoso Hub!"))),
    ("a short description", |it, _| set(&mut it["info"], "description", json!("Shows contracts."))),
    ("a contact without an address", |it, _| set(&mut it["info"]["contact"], "email", json!("help"))),
    ("a contact at no web site", |it, _| set(&mut it["info"]["contact"], "url", json!("http://localhost"))),
    ("a host of this machine", |it, _| set(it, "host", json!("localhost:8080"))),
    ("a host with a scheme", |it, _| set(it, "host", json!("https://api.contoso.com"))),
    ("http", |it, _| set(it, "schemes", json!(["http", "https"]))),
    ("a key instead of a sign-in", |it, _| {
        let name = it["securityDefinitions"].as_object().expect("an object").keys().next().expect("one").clone();
        set(&mut it["securityDefinitions"], &name, json!({"type": "apiKey", "in": "header", "name": "x-api-key"}));
        set(it, "security", json!([{name: []}]))
    }),
    ("schemes of sign-in among the paths", |it, _| {
        let schemes = it["securityDefinitions"].take();
        it.as_object_mut().expect("an object").remove("securityDefinitions");
        set(&mut it["paths"], "securityDefinitions", schemes)
    }),
    ("a path without a slash", |it, random| {
        let paths = it["paths"].as_object_mut().expect("an object");
        let names: Vec<String> = paths.keys().cloned().collect();
        let name = random.one_of(&names).clone();
        let item = paths.remove(&name).expect("it was listed");
        set(&mut it["paths"], name.trim_start_matches('/'), item)
    }),
    ("two operations with one id", |it, _| {
        let all = operations(it);
        let id = it.pointer(&all[0]).expect("it is there")["operationId"].clone();
        set(it.pointer_mut(&all[1]).expect("it is there"), "operationId", id)
    }),
    ("a large file", |it, _| {
        set(&mut it["definitions"], "Long", json!({"type": "object", "description": "x".repeat(1_100_000)}))
    }),
];

pub(super) fn mutant(threads: &Runtime, seed: u64) -> Mutant {
    let mut random = Random::of(seed);
    let (name, mut document) = match seed % 2 {
        0 => ("fixture", definition()),
        _ => ("export", EXPORTED.clone()),
    };
    let done = match seed % 5 {
        0 | 1 => of_operation(&mut document, &mut random),
        2 => of_file(&mut document, &mut random),
        _ => mutate(&mut document, &mut random),
    };
    let mut found = judge(threads, &document, None);
    // What a definition alone does not show, the requests by it may.
    if found.is_empty() && name == "fixture" {
        let connector = Connector::that(good);
        found = judge(threads, &document, Some(&connector.url()));
    }
    Mutant { done: format!("{name}: {done}"), found }
}

fn of_operation(document: &mut Value, random: &mut Random) -> String {
    loop {
        let (name, change) = random.one_of(&OF_OPERATION);
        let pointer = random.one_of(&operations(document)).clone();
        let operation = document.pointer_mut(&pointer).expect("it is there");
        if change(operation, random) {
            return format!("{name} in {}", operation["operationId"]);
        }
    }
}

fn of_file(document: &mut Value, random: &mut Random) -> String {
    let (name, change) = random.one_of(&OF_FILE);
    assert!(change(document, random), "{name} applies to every file");
    (*name).to_owned()
}

/// Returns the pointers to the operations for the agent.
fn operations(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("an object") {
        for (method, operation) in item.as_object().expect("an object") {
            if operation["x-ms-visibility"] != "internal" {
                found.push(format!("/paths/{}/{method}", path.replace('/', "~1")));
            }
        }
    }
    found
}

fn set(of: &mut Value, name: &str, value: Value) -> bool {
    of[name] = value;
    true
}

fn set_id(operation: &mut Value, random: &mut Random, part: &str) -> bool {
    let mut id = operation["operationId"].as_str().expect("it has one").to_owned();
    let middle = 1 + random.below(id.len() - 1);
    id.insert_str(middle, part);
    set(operation, "operationId", json!(id))
}

/// Changes one of an operation's inputs in the query.
fn input(operation: &mut Value, random: &mut Random, change: impl Fn(&mut Value) -> bool) -> bool {
    input_of(operation, random, |_| true, change)
}

fn text_input(operation: &mut Value, random: &mut Random, change: impl Fn(&mut Value) -> bool) -> bool {
    input_of(operation, random, |input| input["type"] == "string", change)
}

fn number_input(operation: &mut Value, random: &mut Random, change: impl Fn(&mut Value) -> bool) -> bool {
    input_of(operation, random, |input| input["type"] == "integer", change)
}

fn input_of(
    operation: &mut Value,
    random: &mut Random,
    is_wanted: impl Fn(&Value) -> bool,
    change: impl Fn(&mut Value) -> bool,
) -> bool {
    // Any value of a skill's parameter is right, as the agent knows it by the definition alone.
    let is_page = operation["operationId"].as_str().is_some_and(|id| id.starts_with("scp-"));
    let inputs = operation["parameters"].as_array_mut().expect("a list");
    let mut wanted: Vec<&mut Value> =
        inputs.iter_mut().filter(|input| is_page && input["in"] == "query" && is_wanted(input)).collect();
    if wanted.is_empty() {
        return false;
    }
    let index = random.below(wanted.len());
    change(wanted[index])
}

fn flip_required(input: &mut Value) -> bool {
    let is_required = input["required"] == true;
    set(input, "required", json!(!is_required))
}

fn add_input(operation: &mut Value, name: &str, required: bool) -> bool {
    let is_page = operation["operationId"].as_str().is_some_and(|id| id.starts_with("scp-"));
    let mut input: Map<String, Value> = Map::new();
    for (member, value) in
        [("name", name), ("in", "query"), ("type", "string"), ("description", "More."), ("x-ms-summary", "More")]
    {
        input.insert(member.to_owned(), value.into());
    }
    input.insert("required".to_owned(), required.into());
    let inputs = operation["parameters"].as_array_mut().expect("a list");
    let is_applicable = is_page && inputs.iter().all(|input| input["in"] == "query");
    if is_applicable {
        inputs.push(Value::Object(input));
    }
    is_applicable
}
