//! `insight-host agent`: exports the package of a declarative agent for Microsoft 365 Copilot.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::export::{ExportArguments, offer, print_findings, sign_in};
use super::one::wait_for;
use super::{CliError, folder};
use crate::cli::output::{errln, outln};
use crate::config::Config;
use connector::agent::{self, AgentForm, AgentPackage, AgentRuntime, AgentSettings, Discovery, ManifestVersion};
use connector::conform::agent::{AgentFiles, judge};
use net::telemetry;

/// Export a declarative agent for Microsoft 365 Copilot
///
/// Writes a folder with the package that an administrator uploads, ID-agent.zip, and its files: the app
/// manifest, the agent with its instructions, one plugin with the tools that the plugins of the folder
/// answer, card templates, icons, language files and a guide. The Sales agent copies the tools of such
/// an agent into its chat. The description of the agent comes from the plugin and from agent.toml, which
/// takes precedence. Statements that are missing, or that Microsoft would refuse, are listed by their
/// keys and nothing is written. Files that are not of an earlier export, or were changed since, are not
/// replaced without --force, and links are never followed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host agent --plugins /srv/plugins --host-name api.contoso.com \\
      --provider contoso-hub --settings agent.toml --config insight-host.toml --out agent
  insight-host agent --plugins /srv/plugins --host-name api.contoso.com \\
      --settings agent.toml --runtime both --out agents
  insight-host conform --agent agent/contoso-hub-agent.zip

agent.toml, every key optional:
  title = \"Contoso Hub\"                     at most 30 characters
  summary = \"…\"                             at most 80 characters
  description = \"…\"                         at most 1,000 characters
  version = \"1.0.0\"
  publisher = \"Contoso Ltd.\"                at most 32 characters
  website = \"https://contoso.com\"
  privacy-policy = \"https://contoso.com/privacy\"
  terms-of-use = \"https://contoso.com/terms\"
  brand-color = \"#0f6cbd\"
  icon = \"color.png\"                        192 pixels a side
  outline-icon = \"outline.png\"              32 pixels a side, white on transparent
  app-id = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"
  instructions = \"…\"                        added to the ones that are written
  [auth]                                    the registration in the developer portal
  type = \"oauth\"                            or \"api-key\", or \"none\" for development
  reference-id = \"…\"
  [oauth]                                   as in connector.toml
  application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"
  [languages.de]                            title, summary and description in a further language
  description = \"…\"")]
pub(super) struct Arguments {
    #[command(flatten)]
    export: ExportArguments,
    /// File agent.toml, which describes the agent where the plugin does not
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Plugin of the agent; both makes two packages, in the folders api and mcp
    #[arg(long, value_name = "RUNTIME", value_enum, default_value_t = RuntimeChoice::Api)]
    runtime: RuntimeChoice,
    /// Whether an MCP plugin holds its tools or lists them in each session
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Tools::Pinned)]
    discovery: Tools,
    /// Version of the app manifest
    #[arg(long, value_name = "VERSION", value_enum, default_value_t = Manifest::V1_29)]
    manifest_version: Manifest,
}

/// The choice of plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RuntimeChoice {
    Api,
    Mcp,
    Both,
}

/// The choice of discovery.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tools {
    Pinned,
    Dynamic,
}

/// The choice of manifests.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Manifest {
    #[value(name = "1.29")]
    V1_29,
    #[value(name = "1.30")]
    V1_30,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let _log = telemetry::log_to_stderr("off,guest=warn")?;
    let config = arguments.export.file.read()?;
    let settings = arguments.settings.as_deref().map(AgentSettings::read).transpose()?.unwrap_or_default();
    wait_for(async { export(arguments, &config, &settings).await })
}

async fn export(arguments: &Arguments, config: &Config, settings: &AgentSettings) -> Result<(), CliError> {
    let location = arguments.export.location(config);
    let provider = arguments.export.provider.as_ref();
    let catalog = folder::load(&arguments.export.plugins, config, provider).await?;
    let offer = offer(&catalog, provider)?;
    let oauth = sign_in("agent", settings.oauth(), &location, config)?;
    let mut packages = Vec::new();
    for (runtime, out) in runtimes(arguments) {
        let form =
            AgentForm { runtime, discovery: arguments.discovery.into(), manifest: arguments.manifest_version.into() };
        let package = AgentPackage::new(&offer, settings, location.clone(), oauth.clone(), form)?;
        if package.is_without_tools() {
            return Err(CliError::NoOperations);
        }
        tell(&package)?;
        packages.push((package, out));
    }
    for (package, out) in packages {
        for path in agent::write(&package, &out, arguments.export.overwrite())? {
            outln!("{}", path.display());
        }
    }
    Ok(())
}

/// Returns the wanted plugins, each with the folder of its package.
fn runtimes(arguments: &Arguments) -> Vec<(AgentRuntime, PathBuf)> {
    let out: &Path = &arguments.export.out;
    match arguments.runtime {
        RuntimeChoice::Api => vec![(AgentRuntime::Api, out.to_owned())],
        RuntimeChoice::Mcp => vec![(AgentRuntime::Mcp, out.to_owned())],
        RuntimeChoice::Both => vec![(AgentRuntime::Api, out.join("api")), (AgentRuntime::Mcp, out.join("mcp"))],
    }
}

/// Prints what is left to do, and judges the package as `conform --agent` does.
fn tell(package: &AgentPackage) -> Result<(), CliError> {
    for warning in package.warnings() {
        errln!("warning: {warning}");
    }
    let report = judge(&AgentFiles::of_files(package.files()));
    let untold = report.findings.all().iter().filter(|finding| !package.tells(finding.rule));
    print_findings(untold, "the package");
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::AgentNotConforming { errors }),
    }
}

impl From<Tools> for Discovery {
    fn from(tools: Tools) -> Self {
        match tools {
            Tools::Pinned => Self::Pinned,
            Tools::Dynamic => Self::Dynamic,
        }
    }
}

impl From<Manifest> for ManifestVersion {
    fn from(manifest: Manifest) -> Self {
        match manifest {
            Manifest::V1_29 => Self::V1_29,
            Manifest::V1_30 => Self::V1_30,
        }
    }
}
