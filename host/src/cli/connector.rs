//! `insight-host connector`: exports a connector for Power Platform.

use std::path::PathBuf;

use clap::ValueEnum;

use super::one::wait_for;
use super::settings::SettingsArgument;
use super::{CliError, folder};
use crate::cli::output::outln;
use crate::http::{BasePath, PublicName};
use crate::plugin::Catalog;
use connector::{self, About, Definition, EmailSummaries, Offer, Settings};
use contract::{Capability, ProviderId};
use net::outfile::Overwrite;
use net::telemetry;

/// Export a connector for Power Platform
///
/// Writes a folder with the definition of all operations that the plugins answer, the connection
/// properties of Power Platform, an icon, a readme in the layout that certification requires, and
/// settings for paconn. The description of the connector comes from the plugin and from connector.toml,
/// which takes precedence. If required statements are missing, their keys are listed and nothing is
/// written. Files that are not of an earlier export, or were changed since, are not replaced without
/// --force, and links are never followed. An existing settings.json stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host connector --plugins /srv/plugins --host-name api.contoso.com \\
      --provider contoso-hub --out connector
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
  [contact]
  name = \"…\"
  email = \"help@contoso.com\"
  url = \"https://contoso.com/help\"
  [oauth]                                   docs/connector.md explains the registrations
  application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"
  client-id = \"11111111-7777-8888-9999-aaaaaaaaaaaa\"
  tenant = \"22222222-7777-8888-9999-aaaaaaaaaaaa\"
  scope = \"Insights.Read\"")]
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
        let offer = offer(&catalog, arguments.provider.as_ref())?;
        let about = About::of(&offer, &settings);
        let emails = EmailSummaries::from(arguments.email_summary);
        let definition = Definition::new(&offer, emails, location, about, settings.oauth().clone())?;
        let overwrite = if arguments.force { Overwrite::Any } else { Overwrite::Own };
        for path in connector::write(&definition, &offer, &settings, &arguments.out, overwrite)? {
            outln!("{}", path.display());
        }
        Ok(())
    })
}

/// Returns the operations that `provider` answers, or those of all providers.
fn offer(catalog: &Catalog, provider: Option<&ProviderId>) -> Result<Offer, CliError> {
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
