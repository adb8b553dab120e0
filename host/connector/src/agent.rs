//! The package of a declarative agent for Microsoft 365 Copilot: an app manifest, the agent, one plugin and what these
//! refer to.
//!
//! The chat of the Sales agent copies its tools from such a package. An agent must name each tool once, so a package
//! has one [runtime](AgentRuntime): an API plugin, which calls the routes below `/api/agent`, or an MCP plugin. Both
//! are written from the one list of tools, and from the same statements: those of `agent.toml`, else the plugin's
//! profile. What nobody states is asked for by its key. No file holds a secret: the plugin names a registration in
//! Microsoft's vault by its id.

mod about;
mod app;
mod card;
mod declarative;
mod folder;
pub(crate) mod icons;
pub(crate) mod image;
mod instructions;
mod languages;
mod openapi;
mod plugin;
mod readme;
mod settings;
mod tool;

use serde_json::Value;
use uuid::Uuid;

use super::conform::Rule;
use super::{Incomplete, OAuth, Offer, PublicUrl};

pub use self::folder::{AgentFolderError, write};
pub use self::settings::AgentSettings;

use self::about::AgentAbout;
use self::languages::Languages;
use self::settings::VaultAuth;
use self::tool::AgentTool;

/// The name of an agent's package for all providers merged.
const MERGED: &str = "insight-host";

/// The plugin of a package, which decides how Copilot calls the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentRuntime {
    /// An API plugin: the routes below `/api/agent`, with cards.
    Api,
    /// An MCP plugin.
    Mcp,
}

/// The way in which an MCP plugin knows its tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discovery {
    /// The package holds the tools.
    #[default]
    Pinned,
    /// Copilot lists the server's tools in each session. There are no cards then.
    Dynamic,
}

/// The version of the app manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManifestVersion {
    /// The version that Microsoft's toolkit writes.
    #[default]
    V1_29,
    /// The newest version.
    V1_30,
}

/// The choices that do not come from plugins or their makers.
#[derive(Clone, Copy, Debug)]
pub struct AgentForm {
    /// The plugin.
    pub runtime: AgentRuntime,
    /// How an MCP plugin knows its tools.
    pub discovery: Discovery,
    /// The version of the app manifest.
    pub manifest: ManifestVersion,
}

/// The package of an agent, ready to be written.
#[derive(Debug)]
pub struct AgentPackage {
    /// The provider's id, or a fixed name for all of them.
    name: String,
    location: PublicUrl,
    form: AgentForm,
    about: AgentAbout,
    languages: Languages,
    auth: VaultAuth,
    oauth: OAuth,
    tools: Vec<AgentTool>,
    /// The skills that are no tools.
    nameless: Vec<String>,
    /// The provider whose tools alone are offered.
    provider: Option<String>,
    icons: icons::Icons,
}

impl ManifestVersion {
    const fn as_str(self) -> &'static str {
        match self {
            Self::V1_29 => "1.29",
            Self::V1_30 => "1.30",
        }
    }
}

impl AgentPackage {
    /// Creates the package of the tools in `offer`, which sellers reach at `location`.
    ///
    /// # Errors
    ///
    /// Fails with everything that is missing or would be refused, by key, or if two tools would have one name.
    pub fn new(
        offer: &Offer,
        settings: &AgentSettings,
        location: PublicUrl,
        oauth: OAuth,
        form: AgentForm,
    ) -> Result<Self, AgentFolderError> {
        let provider = offer.is_alone.then(|| offer.only().map(|provider| provider.id.clone())).flatten();
        let tools = tool::tools(offer)?;
        let about = AgentAbout::of(offer, settings, form.runtime, &location, provider.as_deref());
        let auth = settings.auth.clone();
        let mut problems = about.problems();
        problems.extend(auth.problems(form.runtime));
        problems.extend(settings.problems());
        if !problems.is_empty() {
            return Err(Incomplete::of_agent(problems).into());
        }
        if let Some(broken) = super::certification::host(&location.host) {
            return Err(AgentFolderError::HostName { host: location.host, broken });
        }
        let languages = Languages::of(offer, settings, &about, &tools);
        let icons = icons::of(offer, settings, &about.accent_color)?;
        let name = provider.clone().unwrap_or_else(|| MERGED.to_owned());
        let nameless = tool::nameless(offer);
        Ok(Self { name, location, form, about, languages, auth, oauth, tools, nameless, provider, icons })
    }

    /// Returns what is left to do by hand, or should be known, as far as it shows in the package.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.auth.warnings();
        if !self.nameless.is_empty() {
            let skills = self.nameless.join(", ");
            warnings.push(format!("the names of these skills are too long for tools, so they are left out: {skills}"));
        }
        let untold = self.languages.untold.join(", ");
        if !untold.is_empty() {
            warnings.push(format!(
                "the plugin speaks {untold}, for which there are no texts: `[languages.TAG]` in agent.toml states them"
            ));
        }
        if self.form.runtime == AgentRuntime::Mcp && self.form.discovery == Discovery::Dynamic {
            warnings.push(
                "Microsoft's published schema refuses plugins with dynamic discovery (`atk validate` does), and so may \
                 publishing; pinned tools pass"
                    .to_owned(),
            );
        }
        warnings
    }

    /// Returns whether no provider answers anything.
    pub fn is_without_tools(&self) -> bool {
        self.tools.is_empty()
    }

    /// Returns whether [`warnings`](Self::warnings) say what a finding of this rule would say again.
    pub fn tells(&self, rule: Rule) -> bool {
        matches!(rule, Rule::Placeholder | Rule::SignInOpen | Rule::ToolsDynamic)
    }

    /// Returns the files of the package, each with its path, in the order in which they are archived.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("manifest.json".to_owned(), text(&app::manifest(self))),
            (declarative::FILE.to_owned(), text(&declarative::agent(self))),
            (plugin::file(self.form.runtime).to_owned(), text(&plugin::manifest(self))),
        ];
        if self.form.runtime == AgentRuntime::Api {
            files.push((openapi::FILE.to_owned(), text(&openapi::document(self))));
        }
        if self.has_cards() {
            let nothing = self.languages.nothing();
            files.extend(self.tools.iter().map(|tool| (card::file(tool), text(&card::template(tool, nothing)))));
        }
        files.push((icons::COLOR.to_owned(), self.icons.color.clone()));
        files.push((icons::OUTLINE.to_owned(), self.icons.outline.clone()));
        files.extend(self.languages.files(self.form.manifest).iter().map(|(name, file)| (name.clone(), text(file))));
        files
    }

    /// Returns whether Copilot shows answers of this package on cards.
    fn has_cards(&self) -> bool {
        self.form.runtime == AgentRuntime::Api || self.form.discovery == Discovery::Pinned
    }

    /// Returns the URL of the MCP server.
    fn mcp_url(&self) -> String {
        let provider = self.provider.as_ref().map(|id| format!("/{id}")).unwrap_or_default();
        format!("{}/mcp{provider}", self.location.url())
    }
}

/// Returns the id of the app, which stays the same in every export: that of the other runtime is another app.
fn app_id(stated: Option<Uuid>, runtime: AgentRuntime, location: &PublicUrl, provider: Option<&str>) -> Uuid {
    let of_api = stated.unwrap_or_else(|| {
        let name = format!("{}/api/agent/{}", location.url(), provider.unwrap_or_default());
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
    });
    match runtime {
        AgentRuntime::Api => of_api,
        AgentRuntime::Mcp => Uuid::new_v5(&of_api, b"mcp"),
    }
}

/// Formats JSON with indentation.
fn text(document: &Value) -> Vec<u8> {
    format!("{document:#}\n").into_bytes()
}

#[cfg(test)]
pub(crate) mod tests;
