//! Calls of tools: with good arguments, in several languages, and with wrong and missing ones.

use serde_json::{Value, json};

use super::client::PlayedClient;
use super::examination::McpExamination;
use super::plan::ChosenArguments;
use super::result;
use super::tool::ListedTool;
use crate::conform::{Findings, Rule};

/// The most tools that are called.
const MOST_CALLED: usize = 40;

/// A tool that answered a call.
pub(super) struct AnsweredTool<'t> {
    pub(super) tool: &'t ListedTool,
    pub(super) arguments: Value,
}

/// Calls the tools, and returns those that answered.
pub(super) async fn check<'t>(
    play: &mut McpExamination<'_>,
    client: &PlayedClient,
    tools: &'t [ListedTool],
) -> Vec<AnsweredTool<'t>> {
    let mut answered = Vec::new();
    for (number, tool) in tools.iter().enumerate() {
        if play.is_over() {
            break;
        }
        if number >= MOST_CALLED {
            let what = format!("only {MOST_CALLED} tools are called");
            play.find(Rule::ToolNotCalled, &tool.name, what);
            break;
        }
        if !tool.only_reads() && !play.plan.calls_all {
            play.find(Rule::ToolNotCalled, &tool.name, "it does not say that it only reads");
            continue;
        }
        check_wrong(play, client, tool).await;
        let (arguments, is_named) = match play.plan.arguments_of(tool) {
            ChosenArguments::Named(arguments) => (arguments, true),
            ChosenArguments::Suggested(arguments) => (arguments, false),
            ChosenArguments::Lacking(input) => {
                play.find(Rule::ToolNotCalled, &tool.name, format!("it requires `{input}`, which nobody names"));
                continue;
            }
        };
        if call(play, client, tool, &arguments, is_named).await {
            check_languages(play, client, tool, &arguments).await;
            answered.push(AnsweredTool { tool, arguments });
        }
    }
    answered
}

/// Calls a tool as it should be called, and returns whether it answers.
pub(super) async fn call(
    play: &mut McpExamination<'_>,
    client: &PlayedClient,
    tool: &ListedTool,
    arguments: &Value,
    is_named: bool,
) -> bool {
    let about = format!("a call by {}", client.version);
    let request = play.call(client, &about, &tool.name, arguments);
    let Some(reply) = play.send(&request).await else { return false };
    let Some(answer) = reply.result() else {
        if reply.is_success() && reply.code().is_none() {
            // It is no message, which is told already.
            return false;
        }
        if is_named || !reply.is_refusal() {
            play.find(Rule::ToolFailed, &tool.name, format!("{about}: the answer is {}", reply.told()));
        } else {
            play.find(Rule::ToolNotCalled, &tool.name, format!("its schema suggests arguments: {}", reply.told()));
        }
        return false;
    };
    result::judge(play, client, tool, &about, answer);
    if answer["isError"] != true {
        return true;
    }
    let said: String = answer["content"][0]["text"].as_str().unwrap_or_default().chars().take(200).collect();
    let (rule, what) = match is_named {
        true => (Rule::ToolFailed, format!("{about}: {said}")),
        false => (Rule::ToolNotCalled, format!("it fails with what its schema suggests: {said}")),
    };
    play.find(rule, &tool.name, what);
    false
}

/// Calls a tool that has answered by another version of the protocol. What is known of the tool is not told again.
pub(super) async fn repeat(play: &mut McpExamination<'_>, client: &PlayedClient, answered: &AnsweredTool<'_>) {
    let known: Vec<Rule> = play.findings.at(&answered.tool.name).map(|finding| finding.rule).collect();
    let fresh = Findings::redacted(play.base.redaction());
    let before = std::mem::replace(&mut play.findings, fresh);
    call(play, client, answered.tool, &answered.arguments, true).await;
    let found = std::mem::replace(&mut play.findings, before);
    play.findings.extend(found, |rule| !known.contains(&rule));
}

/// Checks that a language is never a reason to refuse, and that the languages which are named make a difference.
async fn check_languages(play: &mut McpExamination<'_>, client: &PlayedClient, tool: &ListedTool, arguments: &Value) {
    let named = play.plan.languages.clone();
    let mut answers: Vec<Value> = Vec::new();
    for language in named.iter().map(String::as_str).chain(["cs-CZ"]) {
        let about = format!("a call in {language}");
        let meta = json!({ "openai/locale": language, "openai/userLocation": { "country": "CZ" }, "conform/other": 1 });
        let params = json!({ "name": tool.name, "arguments": arguments, "_meta": meta });
        let request = play.request(client, &about, "tools/call", &params).at(&tool.name);
        let Some(reply) = play.send(&request.with("accept-language", language)).await else { return };
        match reply.result() {
            Some(answer) if answer["isError"] != true => {
                if named.iter().any(|one| one == language) {
                    answers.push(answer["content"].clone());
                }
            }
            _ => play.find(Rule::LanguageRefused, &tool.name, format!("{about}: the answer is {}", reply.told())),
        }
    }
    let is_empty = |content: &Value| content[0]["text"].as_str().is_none_or(|text| text.contains("[]"));
    if answers.len() > 1 && answers.iter().all(|answer| *answer == answers[0] && !is_empty(answer)) {
        play.find(Rule::LanguageWithoutEffect, &tool.name, format!("the answers in {} are alike", named.join(", ")));
    }
}

/// Calls a tool without what it requires, and with a value of another type. It must not answer as if they were right.
async fn check_wrong(play: &mut McpExamination<'_>, client: &PlayedClient, tool: &ListedTool) {
    let Some(required) = tool.required().next() else { return };
    let schema = tool.inputs().find(|(name, _)| *name == required).map(|(_, schema)| schema.clone());
    let mut calls = vec![(format!("a call without `{required}`"), json!({}))];
    if schema.is_some_and(|schema| schema["type"].as_str().is_some_and(|kind| kind != "object")) {
        let wrong = json!({ required: { "conform": [true] } });
        calls.push((format!("a call with an object as `{required}`"), wrong));
    }
    for (about, arguments) in calls {
        let request = play.call(client, &about, &tool.name, &arguments);
        let Some(reply) = play.send(&request).await else { return };
        match reply.result() {
            Some(answer) if answer["isError"] == true => result::judge(play, client, tool, &about, answer),
            Some(_) => play.find(Rule::ArgumentsUnchecked, &tool.name, format!("{about}: it is answered")),
            None if reply.is_refusal() => {}
            None => {
                play.find(Rule::ArgumentsUnchecked, &tool.name, format!("{about}: the answer is {}", reply.told()));
            }
        }
    }
}
