//! The check of language files and of the keys that stand for their texts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Rule;
use super::Review;
use super::app::MANIFEST;
use super::schemas::{self, ManifestSchema};

/// Returns the key that a text stands for.
pub(super) fn key(text: &str) -> Option<&str> {
    text.strip_prefix("[[")?.strip_suffix("]]")
}

/// Collects the keys in a manifest.
pub(super) fn collect(review: &mut Review<'_>, file: &str, value: &Value) {
    match value {
        Value::String(text) => {
            if let Some(key) = key(text) {
                review.keys.entry(key.to_owned()).or_insert_with(|| file.to_owned());
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(review, file, entry)),
        Value::Object(members) => members.values().for_each(|member| collect(review, file, member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Checks the language files that the app names, against the keys that were collected.
pub(super) fn check(review: &mut Review<'_>, manifest: &Value) {
    let info = &manifest["localizationInfo"];
    let others = info["additionalLanguages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let default = info["defaultLanguageFile"].as_str();
    let keys = std::mem::take(&mut review.keys);
    if default.is_none() {
        if !others.is_empty() {
            review.add(Rule::LanguageFile, MANIFEST, "`localizationInfo/defaultLanguageFile` is missing");
        }
        for (key, file) in &keys {
            review.add(
                Rule::TextUntranslated,
                file,
                format!("`[[{key}]]` has no text, as there is no default language file"),
            );
        }
    }
    let mut tags = BTreeSet::new();
    let default_tag =
        info["defaultLanguageTag"].as_str().map(|tag| (tag, "localizationInfo/defaultLanguageFile", default));
    let listed = others.iter().map(|other| {
        (
            other["languageTag"].as_str().unwrap_or_default(),
            "localizationInfo/additionalLanguages",
            other["file"].as_str(),
        )
    });
    for (tag, pointer, file) in default_tag.into_iter().chain(listed) {
        if !tags.insert(tag.to_ascii_lowercase()) {
            review.add(Rule::LanguageFile, MANIFEST, format!("`{tag}` is listed twice"));
        }
        let Some((path, texts)) = file.and_then(|file| review.refer_json(MANIFEST, pointer, file)) else { continue };
        schemas::check(review, &path, ManifestSchema::Language, &texts);
        // Both forms of a key are in use: with its brackets, and without.
        let present: BTreeSet<&str> = texts["localizationKeys"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| key(name).unwrap_or(name))
            .collect();
        for missing in keys.keys().filter(|key| !present.contains(key.as_str())) {
            review.add(Rule::TextUntranslated, &path, format!("`{missing}` has no text"));
        }
        for unused in present.iter().filter(|key| !keys.contains_key(**key)) {
            review.add(Rule::TextUnused, &path, format!("nothing refers to `{unused}`"));
        }
    }
}
