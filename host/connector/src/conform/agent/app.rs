//! The check of the app manifest.

use serde_json::Value;

use super::super::Rule;
use super::schemas::{self, ManifestSchema};
use super::{Review, declarative, icon, language};

/// The name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";

/// The versions that take declarative agents: `1.` and these.
const VERSIONS: std::ops::RangeInclusive<u32> = 18..=30;

/// Checks the manifest, and all that it refers to.
pub(super) fn check(review: &mut Review<'_>) {
    if !review.files().files.contains_key(MANIFEST) {
        let nested = review.files().files.keys().find(|name| name.ends_with("/manifest.json"));
        let hint = nested.map(|name| format!("; `{name}` is not at the top")).unwrap_or_default();
        return review.add(Rule::ManifestMissing, "", format!("there is no `{MANIFEST}`{hint}"));
    }
    let Some((_, manifest)) = review.refer_json("", "package", MANIFEST) else { return };
    schemas::check(review, MANIFEST, ManifestSchema::App, &manifest);
    check_version(review, &manifest);
    check_id(review, &manifest);
    icon::check(review, &manifest);
    check_domains(review, &manifest);
    let agents = manifest["copilotAgents"]["declarativeAgents"].as_array();
    let files = agents.into_iter().flatten().filter_map(|agent| agent["file"].as_str());
    let mut is_without = true;
    for (index, file) in files.enumerate() {
        declarative::check(review, &format!("copilotAgents/declarativeAgents/{index}/file"), file);
        is_without = false;
    }
    if is_without {
        review.add(Rule::ManifestMissing, MANIFEST, "`copilotAgents/declarativeAgents` names no agent");
    }
    language::check(review, &manifest);
}

fn check_version(review: &mut Review<'_>, manifest: &Value) {
    let Some(version) = manifest["manifestVersion"].as_str() else { return };
    let number = version.strip_prefix("1.").and_then(|number| number.parse().ok());
    if version != "devPreview" && !number.is_some_and(|number| VERSIONS.contains(&number)) {
        review.add(Rule::ManifestVersion, MANIFEST, format!("`manifestVersion` is `{version}`"));
    }
}

fn check_id(review: &mut Review<'_>, manifest: &Value) {
    let Some(id) = manifest["id"].as_str() else { return };
    let is_empty = id.chars().all(|c| matches!(c, '0' | '-'));
    if is_empty {
        review.add(Rule::AppId, MANIFEST, "`id` is all zeros");
    }
}

fn check_domains(review: &mut Review<'_>, manifest: &Value) {
    let domains = manifest["validDomains"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for (index, domain) in domains.enumerate() {
        if domain.contains("${{") {
            continue;
        }
        if is_domain(domain) {
            review.domains.push(domain.to_ascii_lowercase());
        } else {
            review.add(Rule::DomainInvalid, MANIFEST, format!("`validDomains/{index}` is `{domain}`"));
        }
    }
}

/// Returns whether a text is a domain, alone or with `*.` in front of a domain that somebody owns.
fn is_domain(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let labels: Vec<&str> = name.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    labels.len() >= 2 && labels.iter().all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_no_scheme_no_path_and_an_owner() {
        for domain in ["api.contoso.com", "*.contoso.com", "contoso-hub.example"] {
            assert!(is_domain(domain), "{domain}");
        }
        for text in ["https://contoso.com", "contoso.com/x", "*", "*.com", "localhost", "a b.com", "contoso..com", ""] {
            assert!(!is_domain(text), "{text}");
        }
    }
}
