//! The page `docs/contract.md`: every duty of Microsoft's documents, where it is kept, and the test that holds it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The words before the tables.
const HEAD: &str = "\
# The contract with the agent

The duties that Microsoft's documents lay on a connector and its service, in our words: where each is kept, and the test
that holds it. This page is made from `tests/data/duties.json` and `tests/data/capabilities.json`, and a test compares
it with them. `insight-host conform` checks other connectors by the same contract; see [conform.md](conform.md).

";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn facts(file: &str) -> Value {
    serde_json::from_str(&read(&format!("tests/data/{file}"))).expect("the facts are JSON")
}

fn entries(list: &Value) -> &[Value] {
    list.as_array().expect("a list")
}

fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of[name].as_str().unwrap_or_else(|| panic!("`{name}` is no text in {of}"))
}

/// Makes the page from the facts.
fn page() -> String {
    let mut page = HEAD.to_owned();
    page += "## Duties\n\n| duty | document | kept in | test |\n|---|---|---|---|\n";
    for duty in entries(&facts("duties.json")) {
        let (file, test) = text(duty, "test").split_once(": ").expect("a file and a test");
        let [what, document, date, kept] = ["duty", "document", "date", "kept"].map(|name| text(duty, name));
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {what} | {document}, {date} | `{kept}` | `{test}` in `{file}` |");
    }
    let capabilities = facts("capabilities.json");
    page +=
        "\n## Operations\n\n| capability | method | operation id | required inputs | required outputs | document |\n";
    page += "|---|---|---|---|---|---|\n";
    for operation in entries(&capabilities["operations"]) {
        let [capability, method, id, source] =
            ["capability", "method", "operationId", "source"].map(|name| text(operation, name));
        let (inputs, outputs) = (required(&operation["inputs"]), required(&operation["outputs"]));
        let _ = writeln!(page, "| {capability} | {method} | `{id}` | {inputs} | {outputs} | {source} |");
    }
    page += "\n## Errors\n\n| status | code |\n|---|---|\n";
    for error in entries(&capabilities["errors"]["codes"]) {
        let _ = writeln!(page, "| {} | `{}` |", error["status"], text(error, "errorCode"));
    }
    page
}

/// Lists the required members, with their greatest lengths.
fn required(members: &Value) -> String {
    let required = entries(members).iter().filter(|member| member["required"] == true);
    let named = required.map(|member| match &member["maxLength"] {
        Value::Null => format!("`{}`", text(member, "name")),
        longest => format!("`{}` (at most {longest})", text(member, "name")),
    });
    named.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_page_of_the_contract_is_made_from_the_facts() {
    let page = page();

    assert_eq!(read("docs/contract.md"), page, "the page should be:\n{page}");
}

#[test]
fn every_duty_is_kept_in_a_file_and_held_by_a_test_that_exist() {
    for duty in entries(&facts("duties.json")) {
        let (file, test) = text(duty, "test").split_once(": ").expect("a file and a test");
        let kept = text(duty, "kept");

        assert!(root().join(kept).is_file(), "{kept}");
        assert!(read(file).contains(&format!("#[test]\n{}fn {test}(", indent(file, test))), "{file}: {test}");
    }
}

/// Returns the blanks before a test, which may stand in a module of its file.
fn indent(file: &str, test: &str) -> String {
    let source = read(file);
    let line = source.lines().find(|line| line.trim_start().starts_with(&format!("fn {test}(")));
    let line = line.unwrap_or_else(|| panic!("{file} has no test {test}"));
    line.chars().take_while(|character| *character == ' ').collect()
}
