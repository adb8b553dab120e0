//! The check of a plugin's manifest: its functions, its runtimes, and what binds the one to the other.

use serde_json::Value;

use super::super::Rule;
use super::declarative::literal;
use super::runtime::PluginRuntime;
use super::schemas::{self, ManifestSchema};
use super::{Review, function, language};

/// The texts of a plugin of which Copilot reads so many characters.
const TEXTS: [(&str, usize); 3] =
    [("name_for_human", 20), ("description_for_human", 100), ("description_for_model", 2_048)];

/// Checks a plugin.
pub(super) fn check(review: &mut Review<'_>, file: &str, manifest: &Value) {
    schemas::check(review, file, ManifestSchema::Plugin, manifest);
    language::collect(review, file, manifest);
    for (member, most) in TEXTS {
        let length = literal(manifest, member).map_or(0, |text| text.encode_utf16().count());
        if length > most {
            review.add(Rule::TextIgnored, file, format!("`{member}` has {length} characters; {most} are read"));
        }
    }
    if let Some(namespace) = manifest["namespace"].as_str()
        && (namespace.is_empty() || !namespace.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        review.add(Rule::Namespace, file, format!("`namespace` is `{namespace}`"));
    }
    let runtimes: Vec<PluginRuntime> = manifest["runtimes"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, runtime)| PluginRuntime::check(review, file, index, runtime))
        .collect();
    let functions: Vec<&Value> = manifest["functions"].as_array().into_iter().flatten().collect();
    function::check(review, file, &functions, &runtimes);
    let names: Vec<&str> = functions.iter().filter_map(|function| function["name"].as_str()).collect();
    if manifest["functions"].is_array() {
        bind(review, file, &names, &runtimes);
        review.functions.extend(names.iter().map(|name| ((*name).to_owned(), file.to_owned())));
    } else {
        // Without functions, those of the definitions are taken.
        let all = runtimes.iter().flat_map(|runtime| runtime.offered.iter().flatten().map(|(name, _)| name.clone()));
        review.functions.extend(all.map(|name| (name, file.to_owned())));
    }
}

/// Checks that each function is run by one runtime, which has it.
fn bind(review: &mut Review<'_>, file: &str, names: &[&str], runtimes: &[PluginRuntime]) {
    for name in names {
        let claiming: Vec<&PluginRuntime> = runtimes.iter().filter(|runtime| runtime.claims(name)).collect();
        match claiming.as_slice() {
            [] => review.add(Rule::FunctionUnbound, file, format!("no runtime runs `{name}`")),
            [only] if only.lacks(name) => {
                review.add(Rule::FunctionUnknown, file, format!("{} has no `{name}`", only.source));
            }
            [_] => {}
            [_, _, ..] => review.add(Rule::FunctionContested, file, format!("several runtimes run `{name}`")),
        }
    }
    for (index, runtime) in runtimes.iter().enumerate() {
        let wanted = runtime.run_for.iter().flatten().filter(|name| !name.contains('*'));
        for name in wanted.filter(|name| !names.contains(&name.as_str())) {
            let what = format!("`runtimes/{index}/run_for_functions` names `{name}`, which is no function");
            review.add(Rule::FunctionUnknown, file, what);
        }
        for (name, _) in runtime.offered.iter().flatten().filter(|(name, _)| !names.contains(&name.as_str())) {
            review.add(Rule::OperationUnused, file, format!("`{name}` of {} is no function", runtime.source));
        }
    }
}
