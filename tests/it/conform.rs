//! The command `insight-host conform`: its findings about faulty connectors, and none about a correct one.

mod command;
mod faults;
mod files;
mod host;
mod mcp;
mod mutations;
mod observed;

use std::fs;

use insight_tests::Ran;
use insight_tests::connector::{Answered, Asked, Connector, definition, good};
use serde_json::Value;
use tempfile::TempDir;

use crate::UNDER_TEST;

/// A record that the correct connector knows.
const EXAMPLE: &str =
    "recordType=account&recordId=42&emailContacts=kenny%40contoso.example&accountName=Fourth%20Coffee";

/// The findings: pairs of a rule and the flaw.
type Found = Vec<(String, String)>;

/// Judges a definition alone.
fn judge_definition(definition: &Value) -> Found {
    judge(definition, &[])
}

/// Judges a connector that answers as `says`, with a correct definition.
fn judge_answers(says: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> Found {
    judge_connector(&definition(), says)
}

fn judge_connector(definition: &Value, says: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> Found {
    let connector = Connector::that(says);
    judge(definition, &[&connector.url(), "--example", EXAMPLE, "--languages", "en,de"])
}

fn judge(definition: &Value, words: &[&str]) -> Found {
    let ran = run(definition, &[words, &["--json"]].concat());
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let errors = report["errors"].as_u64().expect("a number");
    assert_eq!(ran.code, Some(if errors == 0 { 0 } else { 3 }), "{ran:?}");
    let findings = report["findings"].as_array().expect("a list").iter();
    let text = |finding: &Value, member: &str| finding[member].as_str().expect("a text").to_owned();
    findings
        .map(|finding| {
            let what = format!("{}: {}", text(finding, "operation"), text(finding, "what"));
            (text(finding, "rule"), what)
        })
        .collect()
}

/// Runs the command with a definition in a file.
fn run(definition: &Value, words: &[&str]) -> Ran {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let file = folder.path().join("definition.json");
    fs::write(&file, definition.to_string()).expect("the folder is ours");
    let file = file.to_str().expect("the path is text");
    UNDER_TEST.run([&["conform", "--definition", file], words].concat())
}

#[test]
fn a_good_connector_has_no_finding() {
    let found = judge_answers(good);

    assert_eq!(found, []);
}

#[test]
fn the_second_email_summary_is_judged_alike() {
    let second = insight_tests::connector::definition_of(|operation| operation.id != "scp-get-email-insights");

    assert_eq!(judge_connector(&second, good), []);
}

#[test]
fn openapi_is_judged_alike_but_for_the_version_that_power_platform_imports() {
    let found = judge_connector(&insight_tests::connector::openapi(), good);

    assert!(found.len() == 1 && found[0].0 == "swagger-needed" && found[0].1.contains("OpenAPI 3.0.3"), "{found:#?}");
}
