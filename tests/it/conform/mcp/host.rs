//! Servers without faults: this host, and foreign ones that are honest.

use insight_tests::foreign::{McpServer, honest, plain};
use serde_json::Value;

use super::{EXAMPLE, judge_with, plan};
use crate::{UNDER_TEST, host};

/// A record that the samples know.
const RECORD: &str = "recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01&accountName=Fourth%20Coffee\
                      &emailText=Can%20we%20meet%3F&emailContacts=alberto%40fourthcoffee.example&caseNumber=1";

#[test]
fn an_honest_server_of_both_eras_has_no_finding() {
    let server = McpServer::that(honest);

    assert_eq!(judge_with(&server.url(), &plan(EXAMPLE), Vec::new()), []);
}

#[test]
fn an_honest_server_as_the_kits_of_2025_make_it_has_no_error() {
    let server = McpServer::that(plain());

    let ran = UNDER_TEST.run(["conform", "--mcp", &server.url(), "--example", "city=Seattle", "--json"]);

    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let mut rules: Vec<&str> =
        report["findings"].as_array().expect("a list").iter().filter_map(|finding| finding["rule"].as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let warned = [
        "accept-narrow",
        "batch-refused",
        "body-type-unchecked",
        "cursor-unchecked",
        "era-missing",
        "host-unchecked",
        "input-undescribed",
        "input-unfillable",
        "rpc-error-code",
        "text-prose",
        "tool-hint",
        "tool-name-plain",
        "tool-not-called",
    ];
    assert_eq!(rules, warned, "{}", ran.stdout);
}

#[test]
fn this_host_has_no_error_with_all_providers_and_with_one() {
    let host = host().sample("contoso-hub").sample("fabrikam-care").start();
    for path in ["/mcp", "/mcp/contoso-hub"] {
        let url = format!("{}{path}", host.url());

        let found = judge_with(&url, &plan(RECORD), Vec::new());

        // Items of an email summary have no URL by the contract, and one of the samples speaks English alone.
        let warned = ["batch-refused", "citation-missing", "language-without-effect", "answer-slow"];
        assert!(found.iter().all(|(rule, _)| warned.contains(&rule.as_str())), "{found:#?}");
        let about_summary =
            |(rule, what): &&(String, String)| rule != "answer-slow" && what.starts_with("record_summary");
        assert_eq!(found.iter().find(about_summary), None, "{found:#?}");
    }
}
