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
static AGENT: LazyLock<Validator> =
    LazyLock::new(|| validator(&parsed(include_str!("schemas/declarative-agent-v1.8.draft7.schema.json"))));
static PLUGIN: LazyLock<Validator> =
    LazyLock::new(|| validator(&parsed(include_str!("schemas/plugin-v2.4.strict.schema.json"))));
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
    for error in validator.iter_errors(document).take(MOST) {
        for meant in official::meant(&error) {
            for (pointer, what) in words::flaws(meant, name) {
                let part = words::readable(pointer.trim_start_matches('/'));
                let part = if part.is_empty() { "it".to_owned() } else { format!("`{part}`") };
                review.add(Rule::ManifestInvalid, file, format!("{part} {what}"));
            }
        }
    }
}
