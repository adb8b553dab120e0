//! The exports of a script, compared with those of its world: JavaScript's tools do not look, and a call would trap.

use std::collections::BTreeSet;
use std::path::Path;

use heck::ToLowerCamelCase;

use super::BuildError;
use super::bindings::PluginInterface;

/// Compares what the module `entry` exports with what the world does.
///
/// # Errors
///
/// Fails if either has an interface that the other lacks.
pub(super) fn compare(
    exports: &BTreeSet<String>,
    interface: &PluginInterface,
    project: &Path,
    entry: &str,
) -> Result<(), BuildError> {
    let (exported, others) = interface.exported_and_others();
    match difference(exports, &exported, &others) {
        Some(problem) => Err(BuildError::Manifest { path: project.join(entry), problem }),
        None => Ok(()),
    }
}

fn difference(exports: &BTreeSet<String>, exported: &BTreeSet<String>, others: &BTreeSet<String>) -> Option<String> {
    let export = |name: &str| unversioned(name).to_lower_camel_case();
    let lacking = exported.iter().find(|name| !exports.contains(&export(name)));
    if let Some(name) = lacking {
        return Some(format!("has no export `{}`, and wit/plugin.wit has `export {name};`", export(name)));
    }
    let unnamed = others.iter().find(|name| exports.contains(&export(name)))?;
    Some(format!("exports `{}`; add `export {unnamed};` to wit/plugin.wit", export(unnamed)))
}

/// Returns `chat` of `insight:provider/chat@1.0.0`.
fn unversioned(name: &str) -> &str {
    let name = name.split('@').next().unwrap_or(name);
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "insight:provider/record-summary@1.0.0";
    const CHAT: &str = "insight:provider/chat@1.0.0";

    fn found(exports: &[&str]) -> Option<String> {
        let exports = exports.iter().copied().map(String::from).collect();
        difference(&exports, &[SUMMARY.to_owned()].into(), &[CHAT.to_owned()].into())
    }

    #[test]
    fn a_script_may_export_more_than_interfaces() {
        assert_eq!(found(&["recordSummary", "version"]), None);
    }

    #[test]
    fn an_interface_that_one_side_lacks_is_named() {
        let lacking = found(&[]).expect("there is no `recordSummary`");
        let unnamed = found(&["recordSummary", "chat"]).expect("the world has no `chat`");

        assert!(lacking.contains("`recordSummary`") && lacking.contains(SUMMARY), "{lacking}");
        assert!(unnamed.contains("add `export insight:provider/chat@1.0.0;`"), "{unnamed}");
    }
}
