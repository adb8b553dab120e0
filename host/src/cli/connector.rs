//! `insight-host connector`: exports a connector for Power Platform.

use std::path::PathBuf;

use clap::ValueEnum;

use super::export::{ExportArguments, offer, print_findings, sign_in};
use super::one::wait_for;
use super::{CliError, folder};
use crate::cli::output::{errln, outln};
use connector::conform::{self, CheckScope, ConnectorDefinition, DefinitionOrigin, Example};
use connector::{self, About, Definition, EmailSummaries, Offer, Settings};
use contract::Capability;
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
    #[command(flatten)]
    export: ExportArguments,
    /// File connector.toml, which describes the connector where the plugin does not
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Version of email summary in the definition; both have the same description
    #[arg(long, value_name = "VERSION", value_enum, default_value_t = Version::V2)]
    email_summary: Version,
    /// Export chat skills too, although the agent's chat has taken no connector actions since 2024
    #[arg(long)]
    chat_skills: bool,
}

/// A version of email summary.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Version {
    V1,
    V2,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let _log = telemetry::log_to_stderr("off,guest=warn")?;
    let export = arguments.export;
    let config = export.file.read()?;
    let settings = arguments.settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
    let location = export.location(&config);

    wait_for(async {
        let catalog = folder::load(&export.plugins, &config, export.provider.as_ref()).await?;
        let mut offer = offer(&catalog, export.provider.as_ref())?;
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
        for path in connector::write(&definition, &offer, &settings, &export.out, export.overwrite())? {
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
    print_findings(report.findings.all(), "the definition");
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::NotConforming { errors }),
    }
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
    use connector::{OAuth, OperationIds, Provider, PublicUrl};
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
