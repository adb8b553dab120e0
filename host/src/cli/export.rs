//! The parts that all exports of plugins share: arguments, the choice of providers, sign-in, and findings.

use std::path::PathBuf;

use super::settings::SettingsArgument;
use super::{CliError, audience};
use crate::cli::output::errln;
use crate::config::Config;
use crate::http::{BasePath, PublicName};
use crate::plugin::Catalog;
use connector::conform::Finding;
use connector::{OAuth, Offer, PublicUrl};
use contract::{Capability, Printable, ProviderId};
use net::outfile::Overwrite;

/// Arguments of every export.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArguments {
    /// Folder that holds the components
    #[arg(long, value_name = "DIR")]
    pub(super) plugins: PathBuf,
    /// Public name of the host, with a port unless it is 443
    #[arg(long, value_name = "NAME")]
    host_name: PublicName,
    /// Path that all routes begin with [default: `http.base-path` of the settings]
    #[arg(long, value_name = "PATH")]
    base_path: Option<BasePath>,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Provider to export; if absent, all providers merged
    #[arg(long, value_name = "ID")]
    pub(super) provider: Option<ProviderId>,
    /// Replace files that no earlier export has written, or that were changed since
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) file: SettingsArgument,
}

impl ExportArguments {
    /// Returns the public address of the host's routes.
    pub(super) fn location(&self, config: &Config) -> PublicUrl {
        self.host_name.location(self.base_path.as_ref().unwrap_or(&config.http.base_path))
    }

    /// Returns the files that may be replaced.
    pub(super) fn overwrite(&self) -> Overwrite {
        if self.force { Overwrite::Any } else { Overwrite::Own }
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

/// Prints findings of `conform` about an export; those without a location are about `whole`.
pub(super) fn print_findings<'a>(findings: impl IntoIterator<Item = &'a Finding>, whole: &str) {
    for Finding { rule, location, what } in findings {
        let location = if location.is_empty() { whole } else { location };
        let (location, what) = (Printable(location), Printable(what));
        errln!("{}: {location}: {what} (`{rule}`: {})", rule.severity(), rule.remedy());
    }
}
