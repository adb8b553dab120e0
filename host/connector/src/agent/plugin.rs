//! The plugin's manifest: `ai-plugin-api.json` or `ai-plugin-mcp.json`, of version 2.4.

use serde_json::{Map, Value, json};

use super::languages::{PLUGIN_DESCRIPTION, PLUGIN_NAME};
use super::tool::AgentTool;
use super::{AgentPackage, AgentRuntime, Discovery, card, openapi};

/// Returns the name of the plugin's manifest.
pub(super) const fn file(runtime: AgentRuntime) -> &'static str {
    match runtime {
        AgentRuntime::Api => "ai-plugin-api.json",
        AgentRuntime::Mcp => "ai-plugin-mcp.json",
    }
}

/// Builds the manifest.
pub(super) fn manifest(package: &AgentPackage) -> Value {
    let AgentPackage { about, tools, form, languages, .. } = package;
    let mut manifest = json!({
        "$schema": "https://developer.microsoft.com/json-schemas/copilot/plugin/v2.4/schema.json",
        "schema_version": "v2.4",
        "name_for_human": languages.say(PLUGIN_NAME),
        "namespace": namespace(&package.name),
        "description_for_human": languages.say(PLUGIN_DESCRIPTION),
        "description_for_model": for_model(package),
    });
    let optional = [
        ("contact_email", &about.support_email),
        ("legal_info_url", &about.terms_of_use),
        ("privacy_policy_url", &about.privacy_policy),
    ];
    for (name, value) in optional.into_iter().filter(|(_, value)| value.is_some()) {
        manifest[name] = json!(value);
    }
    let is_dynamic = form.runtime == AgentRuntime::Mcp && form.discovery == Discovery::Dynamic;
    let functions: Vec<Value> = if is_dynamic { Vec::new() } else { tools.iter().map(function).collect() };
    manifest["functions"] = json!(functions);
    manifest["runtimes"] = json!([runtime(package, is_dynamic)]);
    manifest
}

fn runtime(package: &AgentPackage, is_dynamic: bool) -> Value {
    let names: Vec<&str> = package.tools.iter().map(|tool| tool.name.as_str()).collect();
    let (kind, spec) = match package.form.runtime {
        AgentRuntime::Api => ("OpenApi", json!({ "url": openapi::FILE, "progress_style": "ShowUsage" })),
        AgentRuntime::Mcp if is_dynamic => ("RemoteMCPServer", json!({ "url": package.mcp_url() })),
        AgentRuntime::Mcp => {
            let tools: Vec<&Value> = package.tools.iter().map(|tool| &tool.definition).collect();
            let spec = json!({ "url": package.mcp_url(), "mcp_tool_description": { "tools": tools } });
            ("RemoteMCPServer", spec)
        }
    };
    json!({
        "type": kind,
        "auth": package.auth.manifest(),
        "spec": spec,
        "run_for_functions": if is_dynamic { vec!["*"] } else { names },
    })
}

/// Builds the object of a function. Its parameters come from the API's definition or the tool's schema.
fn function(tool: &AgentTool) -> Value {
    let mut properties = Map::new();
    for name in ["title", "subtitle", "url"].into_iter().filter(|name| tool.has(name)) {
        properties.insert(name.to_owned(), json!(format!("$.{name}")));
    }
    json!({
        "name": tool.name,
        "description": tool.description,
        "capabilities": {
            "response_semantics": {
                "data_path": "$.value",
                "properties": properties,
                "static_template": { "file": card::file(tool) },
            },
            // Without it, Copilot keeps the function apart from all others.
            "security_info": { "data_handling": ["GetPrivateData"] },
        },
    })
}

/// Describes the plugin to the model, which reads it before the functions.
fn for_model(package: &AgentPackage) -> String {
    let AgentPackage { about, .. } = package;
    format!(
        "Use this for questions of sellers about customers, records and emails that {} knows of. {}",
        about.title, about.description
    )
}

/// Returns the letters and digits of a name, which a namespace consists of.
fn namespace(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}
