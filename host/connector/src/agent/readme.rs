//! `README.md`: what is in the folder, the ids to fill in, and the way through the consoles.

use super::settings::VaultKind;
use super::{AgentPackage, AgentRuntime};
use crate::readme::text;

/// The address to which the token store of Copilot returns users after they have signed in.
const REDIRECT: &str = "https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect";
const SSO_REDIRECT: &str = "https://teams.microsoft.com/api/platform/v1.0/oAuthConsentRedirect";

/// The client with which the token store requests tokens.
pub(super) const TOKEN_STORE: &str = "ab3be6b7-f5df-413d-ac2d-abf1e3fd9c0b";

/// Builds the file; `archive` is the name of the package's archive.
pub(super) fn document(package: &AgentPackage, archive: &str) -> String {
    let AgentPackage { about, location, form, .. } = package;
    let (kind, base) = match form.runtime {
        AgentRuntime::Api => ("an API plugin: the routes of `openapi.json`", location.url()),
        AgentRuntime::Mcp => ("an MCP plugin", package.mcp_url()),
    };
    let tools: String =
        package.tools.iter().map(|tool| format!("- `{}`: {}\n", tool.name, text(&tool.title))).collect();
    format!(
        "# {title}: an agent for Microsoft 365 Copilot\n\n\
         `{archive}` is the package to upload. It holds {kind}. The other files are its content,\n\
         for reading; the instructions of the model stand in `instructions.txt` and in `declarativeAgent.json`.\n\n\
         Tools:\n\n{tools}\n\
         ## Ids\n\n{ids}\n\
         ## Consoles\n\n{sign_in}\
         {last}. *Microsoft 365 admin center › Agents › All agents › Upload custom agent*: upload\n   `{archive}`. It \
         need not be deployed to anybody.\n\
         {next}. *Agents › All agents › Sales › Custom tools & knowledge › Choose agent*: choose\n   {title}, assign \
         users, save. The Sales agent copies tools; after a new version, remove the\n   agent there and choose it \
         again.\n\
         {test}. Ask in Copilot's chat. `-developer on` shows which tools were chosen, and their answers.\n\n\
         The base URL of the registration must be `{base}`.\n\
         docs/agent.md of Insight Host explains each step, its waiting times, and what cannot be tried outside a\n\
         tenant.\n",
        title = text(&about.title),
        ids = ids(package),
        sign_in = sign_in(package),
        last = if package.auth.kind() == VaultKind::None { 1 } else { 3 },
        next = if package.auth.kind() == VaultKind::None { 2 } else { 4 },
        test = if package.auth.kind() == VaultKind::None { 3 } else { 5 },
    )
}

fn ids(package: &AgentPackage) -> String {
    let reference = match package.auth.kind() {
        VaultKind::None => "none is needed".to_owned(),
        VaultKind::Oauth | VaultKind::ApiKey => format!("`{}`", package.auth.reference()),
    };
    format!(
        "| id | value | from |\n|---|---|---|\n\
         | app | `{}` | derived; `app-id` of `agent.toml` replaces it |\n\
         | registration | {reference} | Teams developer portal; `auth.reference-id` of `agent.toml` |\n\
         | audience | `{}` | Entra ID; `oauth.application` or `oauth.resource` of `agent.toml` |\n",
        package.about.app_id,
        package.oauth.audience(&package.location).unwrap_or_else(|| "the provider's".to_owned()),
    )
}

fn sign_in(package: &AgentPackage) -> String {
    match package.auth.kind() {
        VaultKind::None => String::new(),
        VaultKind::ApiKey => "\
             1. Insight Host: `insight-host auth new-key`.\n\
             2. *Teams developer portal › Tools › API key registration*: the key, in the header `x-api-key`. Its\n   id \
             goes into `agent.toml`; export again.\n"
            .to_owned(),
        VaultKind::Oauth => format!(
            "1. *Entra ID › App registrations*: the registration of the host accepts the redirect URI\n   \
             `{SSO_REDIRECT}`\n   (single sign-on) or\n   `{REDIRECT}`\n   (OAuth), and has the client \
             `{TOKEN_STORE}` as an authorised client.\n\
             2. *Teams developer portal › Tools › Microsoft Entra SSO client ID registration*, or *OAuth\n   client \
             registration*. For single sign-on, add the Application ID URI that it shows to the\n   registration in \
             Entra ID and to `audiences` of the host's issuer. The id of the new\n   registration goes into \
             `agent.toml`; export again.\n"
        ),
    }
}
