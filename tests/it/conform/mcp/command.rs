//! The command line: options, forms of the report, exit codes.

use std::fs;

use insight_tests::Ran;
use insight_tests::foreign::{McpAnswered, McpServer, honest};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::EXAMPLE;
use crate::UNDER_TEST;

fn run(url: &str, words: &[&str]) -> Ran {
    UNDER_TEST.run([&["conform", "--mcp", url], words].concat())
}

#[test]
fn the_table_lists_versions_and_tools_and_the_code_is_0_without_errors() {
    let server = McpServer::that(honest);

    let ran = run(&server.url(), &["--example", EXAMPLE]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("speaks    2026-07-28 ("), "{}", ran.stdout);
    assert!(lines[4].starts_with("speaks    2024-11-05 ("), "{}", ran.stdout);
    assert!(lines[5].starts_with("answers   find_deals ("), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}", ran.stdout);
}

#[test]
fn errors_end_with_3_and_are_in_every_form_of_the_report() {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let junit = folder.path().join("conform.xml");
    let junit = junit.to_str().expect("the path is text");
    let server = McpServer::that(|asked| match honest(asked) {
        answered if answered.status == 202 => McpAnswered::empty(200),
        answered => answered,
    });

    let ran = run(&server.url(), &["--example", EXAMPLE, "--json", "--junit", junit]);

    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("things are wrong with the server"), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(report["findings"][0]["rule"], "notification-answer");
    assert_eq!(report["versions"][0]["version"], "2026-07-28");
    assert_eq!(report["tools"][0]["answers"], true);
    let xml = fs::read_to_string(junit).expect("it is written");
    assert!(xml.contains("<failure ") && xml.contains("notification-answer"), "{xml}");
}

#[test]
fn arguments_come_from_a_file_by_the_name_of_the_tool() {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let file = folder.path().join("arguments.json");
    let path = file.to_str().expect("the path is text");
    let server = McpServer::that(honest);
    let unnamed = run(&server.url(), &[]);
    assert!(unnamed.stdout.contains("warning   tool-not-called  find_deals"), "{}", unnamed.stdout);

    fs::write(&file, json!({ "find_deals": { "accountName": "Fourth Coffee" } }).to_string()).expect("it is ours");
    let named = run(&server.url(), &["--arguments", path]);
    assert!(named.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}", named.stdout);

    fs::write(&file, "[]").expect("it is ours");
    let other = run(&server.url(), &["--arguments", path]);
    assert!(other.code == Some(1) && other.stderr.contains("holds no arguments of tools"), "{other:?}");
}

#[test]
fn tools_that_may_write_are_called_only_if_the_user_says_so() {
    let server = || {
        McpServer::that(|asked| {
            let answered = honest(asked);
            McpAnswered { body: answered.body.replace("\"readOnlyHint\":true", "\"readOnlyHint\":false"), ..answered }
        })
    };

    let careful = run(&server().url(), &["--example", EXAMPLE, "--json"]);
    let all = run(&server().url(), &["--example", EXAMPLE, "--json", "--call-all"]);

    let answers = |ran: &Ran| {
        let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let tools = report["tools"].as_array().expect("a list").clone();
        tools.iter().map(|tool| (tool["answers"] == true, tool["requests"] != 0)).collect::<Vec<_>>()
    };
    assert_eq!(answers(&careful), [(false, false); 2], "{}", careful.stdout);
    assert_eq!(answers(&all), [(true, true); 2], "{}", all.stdout);
}

#[test]
fn what_cannot_be_asked_ends_with_why() {
    let nowhere = format!("http://{}/mcp", insight_tests::free_address());

    let unreached = run(&nowhere, &[]);
    let no_url = run("localhost:8080/mcp", &[]);
    let both = run(&nowhere, &["--all"]);

    assert!(unreached.code == Some(3) && unreached.stdout.contains("error     answer-broken"), "{unreached:?}");
    assert!(no_url.code == Some(1) && no_url.stderr.contains("is no http or https URL of a server"), "{no_url:?}");
    assert_eq!(both.code, Some(2), "{both:?}");
}
