//! The check of servers of the Model Context Protocol: no error in honest ones, and each fault by its rule.

mod authorization;
mod calls;
mod command;
mod faults;
mod host;
mod lists;
mod openings;
mod tolerance;

use std::collections::BTreeSet;
use std::sync::Arc;

use connector::conform::mcp::{McpPlan, judge};
use connector::conform::{Base, Example, HeaderSecret, Rule};
use insight_tests::foreign::{McpAnswered, McpAsked, McpServer, honest};
use serde_json::{Value, json};

/// The input that the honest server has an answer for.
const EXAMPLE: &str = "accountName=Fourth%20Coffee";

/// The findings: the rule, and its place and flaw.
type Found = Vec<(String, String)>;

fn plan(example: &str) -> McpPlan {
    McpPlan { example: Example::read(example), languages: vec!["en".to_owned(), "de".to_owned()], ..McpPlan::default() }
}

/// Judges a server that answers as `says`.
fn judge_server(says: impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static) -> Found {
    judge_with(&McpServer::that(says).url(), &plan(EXAMPLE), Vec::new())
}

fn judge_with(url: &str, plan: &McpPlan, secrets: Vec<HeaderSecret>) -> Found {
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime is to be had");
    let base = Base::new(url, None, secrets, Arc::default()).expect("it is a URL");
    let report = threads.block_on(judge(&base, plan));
    let findings = report.findings.all().iter();
    findings.map(|finding| (finding.rule.id().to_owned(), format!("{}: {}", finding.location, finding.what))).collect()
}

/// Asserts that a server is found to break these rules and no others.
fn assert_breaks(rules: &[&str], says: impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static) {
    assert_rules(rules, &judge_server(says));
}

fn assert_rules(rules: &[&str], found: &Found) {
    let broken = found.iter().map(|(rule, _)| rule.as_str());
    // On a busy machine any answer may be slow.
    let broken: BTreeSet<&str> = broken.filter(|rule| *rule != "answer-slow").collect();
    assert_eq!(broken, rules.iter().copied().collect(), "{found:#?}");
}

#[test]
fn every_rule_for_servers_is_broken_by_a_fault() {
    let tests = [
        include_str!("mcp/authorization.rs"),
        include_str!("mcp/calls.rs"),
        include_str!("mcp/command.rs"),
        include_str!("mcp/faults.rs"),
        include_str!("mcp/lists.rs"),
        include_str!("mcp/openings.rs"),
        include_str!("mcp/tolerance.rs"),
    ];
    let begin = Rule::ALL.iter().position(|rule| *rule == Rule::EraNone).expect("it is there");

    let is_made = |rule: &&Rule| tests.iter().any(|test| test.contains(&format!("\"{rule}\"")));
    let unmade: Vec<&Rule> = Rule::ALL[begin..].iter().filter(|rule| !is_made(rule)).collect();

    assert_eq!(unmade, [] as [&Rule; 0]);
}

/// Returns honest answers with a change of those messages that are results.
fn with_result(
    change: impl Fn(&McpAsked, &mut Value) + Send + Sync + 'static,
) -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    with_message(move |asked, message| {
        if let Some(result) = message.get_mut("result") {
            change(asked, result);
        }
    })
}

/// Returns honest answers with a change of each message.
fn with_message(
    change: impl Fn(&McpAsked, &mut Value) + Send + Sync + 'static,
) -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    move |asked| {
        let answered = honest(asked);
        let mut message = answered.message();
        if !message.is_object() {
            return answered;
        }
        change(asked, &mut message);
        McpAnswered { body: message.to_string(), ..answered }
    }
}

/// Returns honest answers, but for requests that `are` so: these are served as if they were the other.
fn serving(
    are: impl Fn(&McpAsked) -> bool + Send + Sync + 'static,
    as_if: impl Fn(&mut McpAsked) + Send + Sync + 'static,
) -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    move |asked| {
        let mut other = asked.clone();
        if are(asked) {
            as_if(&mut other);
        }
        honest(&other)
    }
}

/// Returns honest answers, but for requests that `are` so: these get this answer.
fn answering(
    are: impl Fn(&McpAsked) -> bool + Send + Sync + 'static,
    answer: McpAnswered,
) -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    move |asked| if are(asked) { answer.clone() } else { honest(asked) }
}

/// Returns whether a request is of the modern era.
fn is_modern(asked: &McpAsked) -> bool {
    asked.message["params"]["_meta"].get("io.modelcontextprotocol/protocolVersion").is_some()
}

/// Returns an error of JSON-RPC to a request.
fn rpc_error(asked: &McpAsked, code: i64) -> McpAnswered {
    let error = json!({ "code": code, "message": "no" });
    McpAnswered::json(200, &json!({ "jsonrpc": "2.0", "id": asked.message["id"], "error": error }))
}

/// Returns a successful result to a request.
fn rpc_result(asked: &McpAsked, result: &Value) -> McpAnswered {
    let mut result = result.clone();
    if is_modern(asked) {
        result["resultType"] = json!("complete");
    }
    McpAnswered::json(200, &json!({ "jsonrpc": "2.0", "id": asked.message["id"], "result": result }))
}
