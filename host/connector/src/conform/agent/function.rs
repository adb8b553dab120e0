//! The check of functions, by which the model chooses.

use serde_json::Value;

use super::super::Rule;
use super::runtime::PluginRuntime;
use super::{Review, card};

/// The most characters of a description that are read.
pub(in crate::conform) const LONGEST_DESCRIPTION: usize = 1_024;

/// Checks the functions of a plugin.
pub(super) fn check(review: &mut Review<'_>, file: &str, functions: &[&Value], runtimes: &[PluginRuntime]) {
    let mut described: Vec<(&str, String)> = Vec::new();
    for (index, function) in functions.iter().enumerate() {
        let Some(name) = function["name"].as_str() else { continue };
        check_name(review, file, name);
        let offered = || runtimes.iter().find_map(|runtime| runtime.description(name));
        let description = function["description"].as_str().or_else(offered).unwrap_or_default();
        check_description(review, file, name, description);
        if let Some((other, _)) = described.iter().find(|(_, text)| *text == description && !text.is_empty()) {
            review.add(Rule::DescriptionsAlike, file, format!("`{other}` and `{name}`"));
        }
        described.push((name, description.to_owned()));
        let capabilities = &function["capabilities"];
        let handling = capabilities["security_info"]["data_handling"].as_array();
        if handling.is_none_or(Vec::is_empty) {
            review.add(Rule::SecurityInfo, file, format!("`{name}` has no `security_info`"));
        }
        check_semantics(review, file, index, &capabilities["response_semantics"]);
    }
}

/// Checks the characters of a function's or tool's name.
pub(super) fn check_name(review: &mut Review<'_>, file: &str, name: &str) {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        review.add(Rule::FunctionName, file, format!("`{name}`"));
    }
}

/// Checks the description of a function or tool.
pub(super) fn check_description(review: &mut Review<'_>, file: &str, name: &str, description: &str) {
    let length = description.encode_utf16().count();
    if description.trim().is_empty() {
        review.add(Rule::FunctionDescription, file, format!("`{name}` has no description"));
    } else if length > LONGEST_DESCRIPTION {
        let what = format!("the description of `{name}` has {length} characters; {LONGEST_DESCRIPTION} are read");
        review.add(Rule::TextIgnored, file, what);
    }
}

/// Checks where a function's answer holds its items and their texts, and the card that shows one.
fn check_semantics(review: &mut Review<'_>, file: &str, index: usize, semantics: &Value) {
    let pointer = format!("functions/{index}/capabilities/response_semantics");
    let properties = semantics["properties"].as_object();
    let paths = properties.into_iter().flatten().map(|(name, path)| (format!("properties/{name}"), path));
    for (member, path) in std::iter::once(("data_path".to_owned(), &semantics["data_path"])).chain(paths) {
        if path.as_str().is_some_and(|path| !path.starts_with('$')) {
            review.add(Rule::DataPath, file, format!("`{pointer}/{member}` does not begin with `$`"));
        }
    }
    let template = &semantics["static_template"];
    match template["file"].as_str() {
        Some(name) => {
            let pointer = format!("{pointer}/static_template/file");
            if let Some((path, card)) = review.refer_json(file, &pointer, name) {
                card::check(review, &path, "", &card);
            }
        }
        None if template.is_object() => card::check(review, file, &format!("{pointer}/static_template"), template),
        None => {}
    }
}
