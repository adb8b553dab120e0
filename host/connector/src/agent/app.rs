//! `manifest.json`: the app that an administrator uploads.

use serde_json::{Value, json};

use super::about::shortened;
use super::{AgentPackage, declarative, icons};

/// The most characters of an app's full name.
const LONGEST_FULL_NAME: usize = 100;

/// Builds the manifest.
pub(super) fn manifest(package: &AgentPackage) -> Value {
    let AgentPackage { about, languages, location, form, .. } = package;
    let version = form.manifest.as_str();
    let mut manifest = json!({
        "$schema": schema("MicrosoftTeams.schema.json", version),
        "manifestVersion": version,
        "version": about.version,
        "id": about.app_id,
        "developer": {
            "name": about.developer,
            "websiteUrl": about.website,
            "privacyUrl": about.privacy_policy,
            "termsOfUseUrl": about.terms_of_use,
        },
        "name": { "short": about.title, "full": full_name(&about.title, about.developer.as_deref()) },
        "description": { "short": about.summary, "full": about.description },
        "icons": { "color": icons::COLOR, "outline": icons::OUTLINE },
        "accentColor": about.accent_color,
        "copilotAgents": { "declarativeAgents": [{ "id": declarative::ID, "file": declarative::FILE }] },
        "validDomains": [location.host.split(':').next()],
    });
    if let Some(info) = languages.info() {
        manifest["localizationInfo"] = info;
    }
    manifest
}

/// Returns the URL of a schema of the app manifest.
pub(super) fn schema(name: &str, version: &str) -> String {
    format!("https://developer.microsoft.com/en-us/json-schemas/teams/v{version}/{name}")
}

/// Returns the name of an agent with its publisher's.
pub(super) fn full_name(title: &str, developer: Option<&str>) -> String {
    let full = developer.map_or_else(|| title.to_owned(), |developer| format!("{title} ({developer})"));
    shortened(&full, LONGEST_FULL_NAME)
}
