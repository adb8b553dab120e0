//! A maker's statements about an agent, in `agent.toml`. They take precedence over the profiles of plugins.
//!
//! Keys that mean the same as in `connector.toml` have the same names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use uuid::Uuid;

use super::AgentRuntime;
use crate::OAuth;
use crate::settings::{SettingsError, beside, read};

/// The most characters of a maker's own instructions. Together with the written ones they fit into 8,000.
const LONGEST_INSTRUCTIONS: usize = 3_000;

/// The place of a registration that nobody has stated yet, in the form that Microsoft's toolkit replaces.
const PLACEHOLDER: &str = "${{PLUGIN_REFERENCE_ID}}";

/// A maker's statements. All are optional; an error names the keys that neither they nor the plugin provide.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgentSettings {
    /// Name of the agent, at most 30 characters.
    pub(super) title: Option<String>,
    /// Its benefit for sellers in at most 80 characters.
    pub(super) summary: Option<String>,
    /// The same at length, at most 1,000 characters.
    pub(super) description: Option<String>,
    /// Version of the app, such as `1.0.0`.
    pub(super) version: Option<String>,
    /// Company that publishes it, at most 32 characters.
    pub(super) publisher: Option<String>,
    /// The company's web site.
    pub(super) website: Option<String>,
    /// Its privacy policy.
    pub(super) privacy_policy: Option<String>,
    /// Its terms of use.
    pub(super) terms_of_use: Option<String>,
    /// Colour of the app and behind its icon, such as `#0f6cbd`.
    pub(super) brand_color: Option<String>,
    /// A PNG of 192 × 192 pixels, by its path from this file.
    pub(super) icon: Option<PathBuf>,
    /// A PNG of 32 × 32 pixels, white on transparent, by its path from this file.
    pub(super) outline_icon: Option<PathBuf>,
    /// The app's id, if it is not the one that follows from host and provider.
    pub(super) app_id: Option<Uuid>,
    /// What the model should know besides what is written for it.
    pub(super) instructions: Option<String>,
    /// The registration with which Copilot signs in.
    pub(super) auth: VaultAuth,
    /// The sign-in of its users.
    pub(super) oauth: OAuth,
    /// Texts in further languages, by language tag.
    pub(super) languages: BTreeMap<String, LanguageTexts>,
}

/// The texts of an agent in one language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LanguageTexts {
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
}

/// The registration in Microsoft's vault with which Copilot signs in, by its id: its secret is nowhere here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct VaultAuth {
    r#type: VaultKind,
    /// The id that the developer portal shows for the registration.
    reference_id: Option<String>,
}

/// The kind of a registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VaultKind {
    /// OAuth 2.0 or Entra ID single sign-on: in a manifest they look alike.
    #[default]
    Oauth,
    /// An API key in a header.
    ApiKey,
    /// None, for development.
    None,
}

impl AgentSettings {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// Fails with the change to make, and its location.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let mut settings: Self = read(path)?;
        // Paths are relative to the file, wherever the command runs.
        settings.icon = settings.icon.map(|icon| beside(path, &icon));
        settings.outline_icon = settings.outline_icon.map(|icon| beside(path, &icon));
        Ok(settings)
    }

    /// Returns the statements about sign-in.
    pub fn oauth(&self) -> &OAuth {
        &self.oauth
    }

    /// Returns every key whose value would be refused, with the change to make.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = self.oauth.problems();
        let instructions = self.instructions.as_deref().unwrap_or_default();
        if instructions.encode_utf16().count() > LONGEST_INSTRUCTIONS {
            problems.push(format!("`instructions` must have at most {LONGEST_INSTRUCTIONS} characters"));
        }
        if instructions.contains("[[") || instructions.contains("]]") {
            problems.push("`instructions` must not hold `[[` or `]]`, which mark keys of language files".to_owned());
        }
        for tag in self.languages.keys().filter(|tag| contract::language(tag).is_none()) {
            problems.push(format!("`languages`: `{}` is no language tag", contract::Printable(tag)));
        }
        problems
    }
}

impl VaultAuth {
    /// Returns the kind of the registration.
    pub(super) const fn kind(&self) -> VaultKind {
        self.r#type
    }

    /// Returns its id, or the place of it.
    pub(super) fn reference(&self) -> &str {
        self.reference_id.as_deref().unwrap_or(PLACEHOLDER)
    }

    /// Returns the object of a plugin's manifest.
    pub(super) fn manifest(&self) -> serde_json::Value {
        let kind = match self.r#type {
            VaultKind::Oauth => "OAuthPluginVault",
            VaultKind::ApiKey => "ApiKeyPluginVault",
            VaultKind::None => return serde_json::json!({ "type": "None" }),
        };
        serde_json::json!({ "type": kind, "reference_id": self.reference() })
    }

    pub(super) fn problems(&self, runtime: AgentRuntime) -> Vec<String> {
        let mut problems = Vec::new();
        if self.r#type == VaultKind::ApiKey && runtime == AgentRuntime::Mcp {
            problems.push("`auth.type`: Copilot sends no API key to an MCP server; use \"oauth\"".to_owned());
        }
        if self.reference_id.as_ref().is_some_and(|id| id.trim().is_empty() || id.contains(char::is_whitespace)) {
            problems.push("`auth.reference-id` must be the id that the developer portal shows".to_owned());
        }
        problems
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let of_key = "Microsoft's documents contradict each other about API keys in a header such as `x-api-key`; \
                      \"oauth\" is sure";
        let mut warnings: Vec<String> = match (self.r#type, &self.reference_id) {
            (VaultKind::None, _) => vec![
                "`auth.type = \"none\"` is for development: the host must answer without a token, and anybody can ask"
                    .to_owned(),
            ],
            (VaultKind::Oauth | VaultKind::ApiKey, None) => vec![format!(
                "`auth.reference-id` is not stated in agent.toml: the package holds `{PLACEHOLDER}` in its place, and \
                 Copilot cannot sign in until the id of the registration in the developer portal stands there"
            )],
            (VaultKind::Oauth | VaultKind::ApiKey, Some(_)) => Vec::new(),
        };
        warnings.extend((self.r#type == VaultKind::ApiKey).then(|| of_key.to_owned()));
        warnings
    }
}
