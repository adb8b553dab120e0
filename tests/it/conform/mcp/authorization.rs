//! Faults of authorization.

use connector::conform::HeaderSecret;
use insight_tests::foreign::{McpAnswered, McpAsked, McpServer, TOKEN, honest, protected};
use serde_json::{Value, json};

use super::{EXAMPLE, assert_rules, judge_with, plan};
use crate::auth::issuer;
use crate::{UNDER_TEST, host};

const METADATA: &str = "/.well-known/oauth-protected-resource/mcp";

fn token() -> Vec<HeaderSecret> {
    vec![HeaderSecret::token("TOKEN", Some(TOKEN.to_owned())).expect("it is a token")]
}

/// Asserts that a server which takes the token is found to break these rules alone.
fn assert_breaks(rules: &[&str], says: impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static) {
    let server = McpServer::that(says);

    let found = judge_with(&server.url(), &plan(EXAMPLE), token());

    assert_rules(rules, &found);
    assert!(!format!("{found:?}").contains(TOKEN), "{found:#?}");
}

/// Returns the answers of the protected server with a change of its metadata.
fn with_metadata(
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static {
    move |asked| {
        let answered = protected(asked);
        if asked.path != METADATA {
            return answered;
        }
        let mut metadata = answered.message();
        change(&mut metadata);
        McpAnswered { body: metadata.to_string(), ..answered }
    }
}

#[test]
fn a_server_that_leads_to_its_sign_in_has_no_finding() {
    assert_breaks(&[], protected);
    // Without the parameter, clients look where the standard says.
    assert_breaks(&[], |asked| match protected(asked) {
        answered if answered.status == 401 => answered.with("www-authenticate", "Bearer"),
        answered => answered,
    });
}

#[test]
fn tokens_that_are_not_checked_are_found() {
    assert_breaks(&["token-not-checked"], honest);
    assert_breaks(&["error-status"], |asked| match protected(asked) {
        answered if answered.status == 401 => McpAnswered { status: 403, ..answered },
        answered => answered,
    });
}

#[test]
fn a_401_that_leads_nowhere_is_found() {
    assert_breaks(&["challenge-missing"], |asked| match protected(asked) {
        answered if answered.status == 401 => McpAnswered::empty(401),
        answered => answered,
    });
    assert_breaks(&["resource-metadata"], |asked| match asked.path.as_str() {
        METADATA => McpAnswered::empty(404),
        _ => protected(asked),
    });
    assert_breaks(
        &["resource-metadata"],
        with_metadata(|metadata| metadata["resource"] = json!("http://127.0.0.1/other")),
    );
    assert_breaks(&["resource-metadata"], with_metadata(|metadata| metadata["authorization_servers"] = json!([])));
    assert_breaks(
        &["token-in-query"],
        with_metadata(|metadata| metadata["bearer_methods_supported"] = json!(["header", "query"])),
    );
}

#[test]
fn results_for_one_caller_that_others_may_get_are_warned_of() {
    assert_breaks(&["cache-public"], |asked| {
        let answered = protected(asked);
        let body = answered.body.replace("\"private\"", "\"public\"");
        McpAnswered { body, ..answered }
    });
}

#[test]
fn a_token_in_the_url_is_found_and_not_shown() {
    let server = McpServer::that(honest);

    let found = judge_with(&format!("{}?access_token=tell-nobody", server.url()), &plan(EXAMPLE), Vec::new());

    assert!(found.len() == 1 && found[0].0 == "token-in-query", "{found:#?}");
    assert!(!found[0].1.contains("tell-nobody"), "{found:#?}");
}

#[test]
fn a_server_that_repeats_the_token_does_not_make_it_shown() {
    let repeats = |asked: &McpAsked| {
        let answered = honest(asked);
        let mut message = answered.message();
        if asked.rpc() == "tools/call" && message.get("result").is_some() {
            let error = json!({ "code": -32_603, "message": format!("you said {}", asked.header("authorization")) });
            message = json!({ "jsonrpc": "2.0", "id": asked.message["id"], "error": error });
            return McpAnswered { body: message.to_string(), ..answered };
        }
        answered
    };
    let server = McpServer::that(repeats);
    let url = server.url();
    for form in [None, Some("--json")] {
        let words = ["conform", "--mcp", &url, "--token-env", "MCP_TOKEN", "--example", EXAMPLE];
        let mut command = UNDER_TEST.command(words.into_iter().chain(form));

        let ran = insight_tests::Ran::from(command.env("MCP_TOKEN", TOKEN).output().expect("the binary runs"));

        assert!(ran.stdout.contains("you said Bearer [secret]"), "{}", ran.stdout);
        assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN), "{ran:?}");
    }
}

#[test]
fn a_server_that_wants_a_token_is_told_so_and_its_challenge_is_judged() {
    let server = McpServer::that(protected);

    let found = judge_with(&server.url(), &plan(EXAMPLE), Vec::new());

    assert!(found.len() == 1 && found[0].0 == "request-refused" && found[0].1.contains("--token-env"), "{found:#?}");
}

#[test]
fn this_host_with_an_issuer_has_no_error() {
    let (issuer, key) = issuer();
    let host = host().sample("contoso-hub").settings(&issuer.settings("", "")).start();
    let token = key.sign(&issuer.claims(&json!({})));
    let token = HeaderSecret::token("TOKEN", Some(token)).expect("it is a token");

    let found = judge_with(&format!("{}/mcp", host.url()), &plan(EXAMPLE), vec![token]);

    let warned = ["batch-refused", "tool-not-called", "answer-slow"];
    assert!(found.iter().all(|(rule, _)| warned.contains(&rule.as_str())), "{found:#?}");
}
