//! The check of a declarative agent.

use serde_json::Value;

use super::super::Rule;
use super::app::MANIFEST;
use super::schemas::{self, ManifestSchema};
use super::{Review, language, plugin};

/// The most functions of an agent with which answers stay good.
const MOST_FUNCTIONS: usize = 10;

/// Checks the agent that the app names at `pointer`, and its plugins.
pub(super) fn check(review: &mut Review<'_>, pointer: &str, name: &str) {
    let Some((file, agent)) = review.refer_json(MANIFEST, pointer, name) else { return };
    schemas::check(review, &file, ManifestSchema::Agent, &agent);
    language::collect(review, &file, &agent);
    match agent["instructions"].as_str() {
        Some(text) if text.contains("$[file(") => {
            review.add(Rule::Placeholder, &file, "`instructions` name a file, which Microsoft's toolkit puts in");
        }
        Some(text) if !text.trim().is_empty() => {}
        Some(_) | None => review.add(Rule::InstructionsMissing, &file, "`instructions` are missing or blank"),
    }
    let actions: Vec<&str> =
        agent["actions"].as_array().into_iter().flatten().filter_map(|action| action["file"].as_str()).collect();
    let mut namespaces = Vec::new();
    for (index, action) in actions.into_iter().enumerate() {
        let Some((plugin, manifest)) = review.refer_json(&file, &format!("actions/{index}/file"), action) else {
            continue;
        };
        plugin::check(review, &plugin, &manifest);
        let namespace = manifest["namespace"].as_str().unwrap_or_default().to_owned();
        if namespaces.contains(&namespace) {
            review.add(Rule::Namespace, &plugin, format!("`namespace` `{namespace}` is another plugin's as well"));
        }
        namespaces.push(namespace);
    }
    check_functions(review, &file);
}

/// Checks the functions of all plugins together: one of each name, and not too many.
fn check_functions(review: &mut Review<'_>, agent: &str) {
    let functions = std::mem::take(&mut review.functions);
    for (index, (name, file)) in functions.iter().enumerate() {
        if let Some((_, other)) = functions[..index].iter().find(|(other, _)| other == name) {
            let also = if other == file { "twice".to_owned() } else { format!("in `{other}` as well") };
            review.add(Rule::FunctionRepeats, file, format!("`{name}` is there {also}"));
        }
    }
    if functions.len() > MOST_FUNCTIONS {
        review.add(Rule::FunctionsMany, agent, format!("its plugins have {} functions", functions.len()));
    }
}

/// Returns the text of a member, if it has one that is no key of language files.
pub(super) fn literal<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    document[member].as_str().filter(|text| language::key(text).is_none())
}
