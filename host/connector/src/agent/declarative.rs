//! `declarativeAgent.json`: the agent, of version 1.8.

use serde_json::{Value, json};

use super::languages::{AGENT_DESCRIPTION, AGENT_NAME};
use super::{AgentPackage, instructions, plugin};

/// The name of the file, and the agent's id in the app.
pub(super) const FILE: &str = "declarativeAgent.json";
pub(super) const ID: &str = "agent";

/// Builds the agent.
pub(super) fn agent(package: &AgentPackage) -> Value {
    let languages = &package.languages;
    let starters: Vec<Value> = languages
        .starters()
        .map(|(title, text)| json!({ "title": languages.say(&title), "text": languages.say(&text) }))
        .collect();
    let mut agent = json!({
        "$schema": "https://developer.microsoft.com/json-schemas/copilot/declarative-agent/v1.8/schema.json",
        "version": "v1.8",
        "name": languages.say(AGENT_NAME),
        "description": languages.say(AGENT_DESCRIPTION),
        "instructions": instructions::text(package),
        "actions": [{ "id": "insights", "file": plugin::file(package.form.runtime) }],
    });
    if !starters.is_empty() {
        agent["conversation_starters"] = json!(starters);
    }
    agent
}
