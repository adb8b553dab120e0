//! The check of a plugin's runtimes: how Copilot signs in, and the operations or tools that it reaches.

use serde_json::Value;
use url::Url;

use super::super::Rule;
use super::{Review, openapi, tool};

/// The parts of a runtime that bind functions to it.
pub(super) struct PluginRuntime {
    /// Its operations or tools, each with its description; `None` if they are not known.
    pub(super) offered: Option<Vec<(String, String)>>,
    /// The functions that it runs, with wildcards; `None` for all that it has.
    pub(super) run_for: Option<Vec<String>>,
    /// Where its operations or tools stand, for error texts.
    pub(super) source: String,
}

impl PluginRuntime {
    /// Checks a runtime.
    pub(super) fn check(review: &mut Review<'_>, file: &str, index: usize, runtime: &Value) -> Self {
        let pointer = format!("runtimes/{index}");
        let kind = runtime["type"].as_str().unwrap_or_default();
        check_sign_in(review, file, &pointer, kind, &runtime["auth"]);
        let spec = &runtime["spec"];
        let (offered, source) = match kind {
            "OpenApi" => of_definition(review, file, &pointer, spec),
            "RemoteMCPServer" => of_server(review, file, &pointer, spec),
            _ => (None, pointer),
        };
        let run_for = runtime["run_for_functions"].as_array();
        let run_for = run_for.map(|names| names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect());
        Self { offered, run_for, source: format!("`{source}`") }
    }

    /// Returns whether it runs the function of this name.
    pub(super) fn claims(&self, name: &str) -> bool {
        match (&self.run_for, &self.offered) {
            (Some(patterns), _) => patterns.iter().any(|pattern| matches(pattern, name)),
            (None, Some(offered)) => offered.iter().any(|(offered, _)| offered == name),
            (None, None) => true,
        }
    }

    /// Returns whether it is known not to have the function of this name.
    pub(super) fn lacks(&self, name: &str) -> bool {
        self.offered.as_ref().is_some_and(|offered| !offered.iter().any(|(offered, _)| offered == name))
    }

    /// Returns the description of its operation or tool of this name.
    pub(super) fn description(&self, name: &str) -> Option<&str> {
        let found = self.offered.iter().flatten().find(|(offered, _)| offered == name);
        found.map(|(_, description)| description.as_str())
    }
}

fn check_sign_in(review: &mut Review<'_>, file: &str, pointer: &str, kind: &str, auth: &Value) {
    match auth["type"].as_str() {
        Some("None") => review.add(Rule::SignInOpen, file, format!("`{pointer}/auth/type` is `None`")),
        Some("ApiKeyPluginVault") if kind == "RemoteMCPServer" => {
            review.add(Rule::SignInKind, file, format!("`{pointer}/auth/type`: no key is sent to an MCP server"));
        }
        _ => {}
    }
}

type Offered = Option<Vec<(String, String)>>;

/// Reads the definition of an API plugin.
fn of_definition(review: &mut Review<'_>, file: &str, pointer: &str, spec: &Value) -> (Offered, String) {
    if let Some(text) = spec["api_description"].as_str() {
        let source = format!("{pointer}/spec/api_description");
        let document = review.json(file, text.as_bytes());
        return (document.map(|document| openapi::check(review, file, &document)), source);
    }
    let Some(url) = spec["url"].as_str() else { return (None, pointer.to_owned()) };
    let pointer = format!("{pointer}/spec/url");
    let unread = |review: &mut Review<'_>, why: &str| {
        review.add(Rule::DefinitionUnread, file, format!("`{pointer}` names `{url}`, which {why}"));
    };
    if Url::parse(url).is_ok() {
        unread(review, "is not in the package");
        return (None, url.to_owned());
    }
    let Some((path, content)) = review.refer(file, &pointer, url) else { return (None, url.to_owned()) };
    if path.ends_with(".yaml") || path.ends_with(".yml") {
        unread(review, "is YAML");
        return (None, path);
    }
    let document = review.json(&path, content);
    (document.map(|document| openapi::check(review, &path, &document)), path)
}

/// Reads the tools of an MCP plugin.
fn of_server(review: &mut Review<'_>, file: &str, pointer: &str, spec: &Value) -> (Offered, String) {
    if let Some(url) = spec["url"].as_str() {
        check_url(review, file, &format!("{pointer}/spec/url"), url);
    }
    let description = &spec["mcp_tool_description"];
    let source = format!("{pointer}/spec/mcp_tool_description");
    if let Some(name) = description["file"].as_str() {
        review.add(Rule::ToolsInFile, file, format!("`{source}/file`"));
        let Some((path, tools)) = review.refer_json(file, &format!("{source}/file"), name) else {
            return (None, source);
        };
        let tools = if tools["tools"].is_array() { &tools["tools"] } else { &tools };
        return (Some(tool::check(review, &path, tools)), path);
    }
    if description["tools"].is_array() {
        return (Some(tool::check(review, file, &description["tools"])), source);
    }
    review.add(Rule::ToolsDynamic, file, format!("`{source}` is missing"));
    (None, source)
}

/// Checks that a server is at an absolute https URL.
pub(super) fn check_url(review: &mut Review<'_>, file: &str, pointer: &str, url: &str) {
    if url.contains("${{") {
        return;
    }
    let is_good = Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some());
    if !is_good {
        review.add(Rule::RuntimeUrl, file, format!("`{pointer}` is `{url}`"));
    }
}

/// Returns whether a name matches a pattern, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(begin) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let Some(last) = parts.pop() else { return true };
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_wildcard_stands_for_anything() {
        for (pattern, name) in [("*", "x"), ("get_*", "get_a"), ("*_a", "get_a"), ("g*t*a", "get_a"), ("a", "a")] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("get_*", "set_a"), ("a", "ab"), ("a*bb", "ab"), ("*x*", "abc")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
