//! `insight-host connector`: exports a connector for Power Platform.

use std::path::PathBuf;

use clap::ValueEnum;

use super::one::wait_for;
use super::settings::SettingsArgument;
use super::{CliError, audience, folder};
use crate::cli::output::{errln, outln};
use crate::config::Config;
use crate::http::{BasePath, PublicName};
use crate::plugin::Catalog;
use connector::conform::{self, CheckScope, ConnectorDefinition, DefinitionOrigin, Example, Finding};
use connector::{self, About, Definition, EmailSummaries, OAuth, Offer, PublicUrl, Settings};
use contract::{Capability, Printable, ProviderId};
use net::outfile::Overwrite;
use net::telemetry;

/// Export a connector for Power Platform
///
/// Writes a folder with the definition of all operations that the plugins answer but the chat's, the connection
/// properties of Power Platform, an icon, a readme in the layout that certification requires, settings
/// for paconn, and a solution. The description of the connector comes from the plugin and from
/// connector.toml, which takes precedence. Statements that are missing, or that import or certification
/// would reject, are listed by their keys and nothing is written. With the host's settings, the host
/// must accept the tokens that the connector requests. Files that are not of an earlier export, or were
/// changed since, are not replaced without --force, and links are never followed. An existing
/// settings.json stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host connector --plugins /srv/plugins --host-name api.contoso.com \\
      --provider contoso-hub --config insight-host.toml --out connector
  insight-host connector --plugins /srv/plugins --host-name api.contoso.com \\
      --settings connector.toml --out connector
  insight-host connector --plugins out --host-name api.contoso.com \\
      --base-path /insights --email-summary v1 --out c

connector.toml, every key optional:
  title = \"Contoso Hub\"                     at most 30 characters
  description = \"…\"                         30 to 500 characters
  version = \"1.0.0\"
  publisher = \"Contoso Ltd.\"
  website = \"https://contoso.com\"
  privacy-policy = \"https://contoso.com/privacy\"
  categories = [\"Sales and CRM\", \"Productivity\"]
  brand-color = \"#0f6cbd\"
  icon = \"icon.png\"                         square, 100 to 230 pixels a side
  operation-ids = \"0.1\"                     keeps the operation ids of an export by version 0.1
  published-to-copilots = [\"Microsoft Sales Copilot\"]
  [contact]
  name = \"…\"
  email = \"help@contoso.com\"
  url = \"https://contoso.com/help\"
  [oauth]                                   Entra ID: docs/connector.md explains the registrations
  application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"
  client-id = \"11111111-7777-8888-9999-aaaaaaaaaaaa\"
  tenant = \"22222222-7777-8888-9999-aaaaaaaaaaaa\"
  scope = \"Insights.Read\"
  [oauth]                                   another provider, in place of Entra ID
  authorization-url = \"https://id.contoso.com/authorize\"
  token-url = \"https://id.contoso.com/token\"
  refresh-url = \"https://id.contoso.com/token\"
  client-id = \"…\"
  scope = \"insights offline_access\"")]
pub(super) struct Arguments {
    /// Folder that holds the components
    #[arg(long, value_name = "DIR")]
    plugins: PathBuf,
    /// Public name of the host, with a port unless it is 443
    #[arg(long, value_name = "NAME")]
    host_name: PublicName,
    /// Path that all routes begin with [default: `http.base-path` of the settings]
    #[arg(long, value_name = "PATH")]
    base_path: Option<BasePath>,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Provider of the connector; if absent, all providers merged
    #[arg(long, value_name = "ID")]
    provider: Option<ProviderId>,
    /// File connector.toml, which describes the connector where the plugin does not
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Version of email summary in the definition; both have the same description
    #[arg(long, value_name = "VERSION", value_enum, default_value_t = Version::V2)]
    email_summary: Version,
    /// Export chat skills too, although the agent's chat has taken no connector actions since 2024
    #[arg(long)]
    chat_skills: bool,
    /// Replace files that no earlier export has written, or that were changed since
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    file: SettingsArgument,
}

/// A version of email summary.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Version {
    V1,
    V2,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let _log = telemetry::log_to_stderr("off,guest=warn")?;
    let config = arguments.file.read()?;
    let settings = arguments.settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
    let base_path = arguments.base_path.unwrap_or_else(|| config.http.base_path.clone());
    let location = arguments.host_name.location(&base_path);

    wait_for(async {
        let catalog = folder::load(&arguments.plugins, &config, arguments.provider.as_ref()).await?;
        let mut offer = offer(&catalog, arguments.provider.as_ref())?;
        if !arguments.chat_skills {
            leave_out_skills(&mut offer)?;
        }
        let about = About::of(&offer, &settings);
        let emails = EmailSummaries::from(arguments.email_summary);
        let oauth = sign_in("connector", settings.oauth(), &location, &config)?;
        let definition = Definition::new(&offer, emails, location, about, oauth, settings.operation_ids())?;
        definition.check()?;
        for warning in definition.warnings() {
            errln!("warning: {warning}");
        }
        judge(&definition).await?;
        let overwrite = if arguments.force { Overwrite::Any } else { Overwrite::Own };
        for path in connector::write(&definition, &offer, &settings, &arguments.out, overwrite)? {
            outln!("{}", path.display());
        }
        Ok(())
    })
}

/// Leaves out chat skills, which agents take in place of connectors. A connector of nothing else would be for nobody.
fn leave_out_skills(offer: &mut Offer) -> Result<(), CliError> {
    let left_out = offer.leave_out_skills();
    let answers = |capability| offer.providers.iter().any(|provider| provider.capabilities.contains(&capability));
    if !Capability::ALL.into_iter().any(|capability| capability != Capability::Chat && answers(capability)) {
        return Err(CliError::OnlyChat);
    }
    if left_out > 0 {
        errln!(
            "note: {left_out} chat {} left out: they reach the chat by `insight-host agent`, and not by connectors",
            if left_out == 1 { "skill is" } else { "skills are" }
        );
    }
    Ok(())
}

/// Judges the definition as `conform` does. What it still finds are flaws in the texts of plugins, such as a skill whose
/// description is its title.
async fn judge(definition: &Definition) -> Result<(), CliError> {
    let text = definition.swagger().to_string();
    // A definition too large to be read is refused when it is to be written.
    let Ok(definition) = ConnectorDefinition::read(text.as_bytes()) else { return Ok(()) };
    let scope = CheckScope { all: true, origin: DefinitionOrigin::Import };
    let report = conform::conform(&definition, None, &Example::read(""), &[], scope).await;
    for Finding { rule, location, what } in report.findings.all() {
        let location = if location.is_empty() { "the definition" } else { location };
        let (location, what) = (Printable(location), Printable(what));
        errln!("{}: {location}: {what} (`{rule}`: {})", rule.severity(), rule.remedy());
    }
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::NotConforming { errors }),
    }
}

/// Returns the statements about sign-in, completed by the settings of the host, which must accept the tokens; `what` is
/// exported.
pub(super) fn sign_in(what: &str, stated: &OAuth, location: &PublicUrl, config: &Config) -> Result<OAuth, CliError> {
    let issuers = &config.auth.issuers;
    let oauth = audience::complete(stated.clone(), issuers);
    if let (true, Some(audience)) = (stated.is_without_audience(), &oauth.resource) {
        errln!("note: the {what} requests tokens for the audience `{audience}`, as the host's settings have it");
    }
    if issuers.is_empty() {
        if let Some(audience) = oauth.audience(location) {
            errln!(
                "warning: the {what} requests tokens for `{audience}`; `--config` with the host's settings checks \
                 that the host accepts them"
            );
        }
        return Ok(oauth);
    }
    let disagreements = audience::disagreements(&oauth, location, issuers);
    if disagreements.is_empty() { Ok(oauth) } else { Err(CliError::Audience(disagreements)) }
}

/// Returns the operations that `provider` answers, or those of all providers.
pub(super) fn offer(catalog: &Catalog, provider: Option<&ProviderId>) -> Result<Offer, CliError> {
    let plugins = || catalog.plugins().map(AsRef::as_ref);
    if let Some(id) = provider {
        let plugin = catalog.provider(id.as_str()).ok_or_else(|| {
            let present = plugins().map(|plugin| plugin.id().to_string()).collect::<Vec<_>>().join(", ");
            CliError::UnknownProvider { id: id.clone(), present }
        })?;
        return Ok(Offer::alone(plugin.as_ref().into()));
    }
    let answers = |capability| plugins().any(|plugin| plugin.capabilities().contains(&capability));
    if !Capability::ALL.into_iter().any(answers) {
        return Err(CliError::NoOperations);
    }
    Ok(Offer::merged(plugins().map(Into::into)))
}

impl From<Version> for EmailSummaries {
    fn from(version: Version) -> Self {
        match version {
            Version::V1 => Self::First,
            Version::V2 => Self::Second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector::{OperationIds, Provider};
    use contract::Skill;
    use contract::operation::RECORD_DETAILS;

    #[tokio::test]
    async fn a_skill_that_the_agent_could_not_choose_is_found_before_anything_is_written() {
        let skill = |title: &str, description: &str| Skill {
            name: "who-decides".to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            parameters: Vec::new(),
        };
        let report = async |skill: Skill| {
            let provider =
                Provider { id: "hub".to_owned(), profile: None, capabilities: [].into(), skills: vec![skill] };
            let offer = Offer::merged([provider]);
            let about = About::of(&offer, &Settings::default());
            let location = PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() };
            let (emails, ids) = (EmailSummaries::Second, OperationIds::Observed);
            let definition = Definition::new(&offer, emails, location, about, OAuth::default(), ids);
            judge(&definition.expect("no two operations share an id")).await
        };

        assert!(report(skill("Who decides", "Answers who decides about an account.")).await.is_ok());
        // The agent would take it for a capability of the connector.
        assert!(report(skill("Who decides", RECORD_DETAILS.description)).await.is_err());
    }
}
