//! The published schemas of an agent's manifests, and their errors in words.

use std::sync::LazyLock;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use super::super::official::words;
use super::super::{Rule, official};
use super::Review;

/// The most errors of one file that are reported.
const MOST: usize = 40;

/// The most steps that a pattern may go back: the texts are untrusted, and these patterns look ahead and behind.
const MOST_STEPS: usize = 200_000;

/// The versions of agents and plugins, the newest last. Former ones have no members that the newest does not have.
const AGENT_VERSIONS: [&str; 9] = ["v1.0", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8"];
const PLUGIN_VERSIONS: [&str; 4] = ["v2.1", "v2.2", "v2.3", "v2.4"];

/// A schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ManifestSchema {
    App,
    Agent,
    Plugin,
    Language,
}

static APP: LazyLock<Validator> = LazyLock::new(|| {
    let mut schema = parsed(include_str!("schemas/app-manifest-v1.30.draft7.schema.json"));
    // Former versions differ in what agents have nothing to do with, so their number is checked elsewhere.
    schema["properties"]["manifestVersion"] = serde_json::json!({ "type": "string" });
    validator(&schema)
});
static AGENT: LazyLock<Validator> = LazyLock::new(|| {
    let mut schema = parsed(include_str!("schemas/declarative-agent-v1.8.draft7.schema.json"));
    schema["properties"]["version"] = serde_json::json!({ "enum": AGENT_VERSIONS });
    validator(&schema)
});
static PLUGIN: LazyLock<Validator> = LazyLock::new(|| {
    let mut schema = parsed(include_str!("schemas/plugin-v2.4.strict.schema.json"));
    schema["properties"]["schema_version"] = serde_json::json!({ "enum": PLUGIN_VERSIONS });
    validator(&schema)
});
static LANGUAGE: LazyLock<Validator> =
    LazyLock::new(|| validator(&parsed(include_str!("schemas/app-manifest-localization-v1.30.draft7.schema.json"))));

fn parsed(schema: &str) -> Value {
    serde_json::from_str(schema).expect("the schema is JSON")
}

fn validator(schema: &Value) -> Validator {
    let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true);
    let patterns = PatternOptions::fancy_regex().backtrack_limit(MOST_STEPS);
    options.with_pattern_options(patterns).build(schema).expect("the schema is valid")
}

/// Adds a finding for each part of `document` that its schema refuses.
pub(super) fn check(review: &mut Review<'_>, file: &str, schema: ManifestSchema, document: &Value) {
    let (validator, name) = match schema {
        ManifestSchema::App => (&APP, "the app manifest"),
        ManifestSchema::Agent => (&AGENT, "the agent's manifest 1.8"),
        ManifestSchema::Plugin => (&PLUGIN, "the plugin manifest 2.4"),
        ManifestSchema::Language => (&LANGUAGE, "language files"),
    };
    let version = match schema {
        ManifestSchema::Agent => Some(("version", &AGENT_VERSIONS[..])),
        ManifestSchema::Plugin => Some(("schema_version", &PLUGIN_VERSIONS[..])),
        ManifestSchema::App | ManifestSchema::Language => None,
    };
    if let Some((member, [former @ .., newest])) = version
        && let Some(version) = document[member].as_str().filter(|version| former.contains(version))
    {
        review.add(Rule::ManifestFormer, file, format!("`{member}` is `{version}`; `{newest}` is the newest"));
    }
    for error in validator.iter_errors(document).take(MOST) {
        for meant in official::meant(&error) {
            // What a value will be that is still to be filled in is not known.
            if meant.instance().as_str().is_some_and(|text| text.contains("${{")) {
                continue;
            }
            for (pointer, what) in words::flaws(meant, name) {
                let part = words::readable(pointer.trim_start_matches('/'));
                let part = if part.is_empty() { "it".to_owned() } else { format!("`{part}`") };
                review.add(Rule::ManifestInvalid, file, format!("{part} {what}"));
            }
        }
    }
}
