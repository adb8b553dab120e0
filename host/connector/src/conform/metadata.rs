//! The check of a connector's metadata by the rules of import and certification.

use serde_json::Value;

use super::definition::ConnectorDefinition;
use super::official::SwaggerFlaws;
use super::{DefinitionOrigin, Findings, Rule};
use crate::{categories, certification};

/// The properties that the catalogue of connectors shows, of which certification requires each.
const PROPERTIES: [&str; 3] = ["Website", "Privacy policy", "Categories"];

/// A rule of certification for one text: the clauses that it breaks.
type TextRule = fn(&str) -> Vec<String>;

/// Checks the metadata. A part that Swagger's schema rejects is not judged again.
pub(super) fn check(
    definition: &ConnectorDefinition,
    origin: DefinitionOrigin,
    flaws: &SwaggerFlaws,
    findings: &mut Findings,
) {
    let document = definition.document();
    let texts: [(&str, TextRule); 5] = [
        ("/info/title", certification::title),
        ("/info/description", certification::description),
        ("/info/contact/name", |name| {
            name.trim().is_empty().then(|| "must not be empty".to_owned()).into_iter().collect()
        }),
        ("/info/contact/email", |email| certification::email(email).into_iter().collect()),
        ("/info/contact/url", |url| certification::website(url).into_iter().collect()),
    ];
    let is_without_contact = document["info"]["contact"].is_null();
    if is_without_contact {
        findings.add(Rule::ConnectorInfo, "", "`info.contact` is missing");
    }
    for (pointer, rule) in texts {
        if flaws.cover(pointer) || is_without_contact && pointer.contains("/contact/") {
            continue;
        }
        let name = pointer.trim_start_matches('/').replace('/', ".");
        match document.pointer(pointer).and_then(Value::as_str) {
            Some(text) => {
                for broken in rule(text) {
                    findings.add(Rule::ConnectorInfo, "", format!("`{name}` {broken}"));
                }
            }
            None => findings.add(Rule::ConnectorInfo, "", format!("`{name}` is missing")),
        }
    }
    if definition.is_swagger() {
        check_location(document, origin, flaws, findings);
        check_properties(document, findings);
    }
}

/// Checks where the connector says that its service is.
fn check_location(document: &Value, origin: DefinitionOrigin, flaws: &SwaggerFlaws, findings: &mut Findings) {
    let is_https = |schemes: &Value| schemes.as_array().is_some_and(|schemes| *schemes == ["https"]);
    if !flaws.cover("/schemes") && !is_https(&document["schemes"]) {
        findings.add(Rule::ConnectorInfo, "", "`schemes` must be `[\"https\"]`");
    }
    // A service that is tried out where it is written has no public name yet.
    if flaws.cover("/host") || origin == DefinitionOrigin::Service {
        return;
    }
    let broken = match document["host"].as_str() {
        Some(host) => certification::host(host),
        None => Some("is missing".to_owned()),
    };
    if let Some(broken) = broken {
        findings.add(Rule::ConnectorHost, "", format!("`host` {broken}"));
    }
}

/// Checks the properties that the catalogue shows.
fn check_properties(document: &Value, findings: &mut Findings) {
    let listed = &document["x-ms-connector-metadata"];
    let entries = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut object = |what: String| findings.add(Rule::ConnectorInfo, "", what);
    if entries.is_empty() {
        object(format!("`x-ms-connector-metadata` is missing; it lists {}", PROPERTIES.join(", ")));
        return;
    }
    for name in PROPERTIES {
        let is_named = |entry: &&Value| entry["propertyName"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(name));
        let Some(value) =
            entries.iter().find(is_named).map(|entry| entry["propertyValue"].as_str().unwrap_or_default())
        else {
            object(format!("`x-ms-connector-metadata` does not name `{name}`"));
            continue;
        };
        if name == "Categories" {
            let names: Vec<String> = value.split(';').map(|name| name.trim().to_owned()).collect();
            if names.len() > categories::MOST {
                object(format!(
                    "`x-ms-connector-metadata` names {} categories, and may name {}",
                    names.len(),
                    categories::MOST
                ));
            }
            for unknown in categories::unknown(&names) {
                object(format!(
                    "`x-ms-connector-metadata` names the category `{unknown}`, which the catalogue does not have"
                ));
            }
        } else if let Some(broken) = certification::website(value) {
            object(format!("`{name}` of `x-ms-connector-metadata` {broken}"));
        }
    }
}
