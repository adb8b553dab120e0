//! `insight-host conform`: tests a connector with the requests that the agent makes.

mod in_process;
mod mcp;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CliError;
use super::one::wait_for;
use super::settings::SettingsArgument;
use crate::cli::output::{out, outln};
use crate::config::Config;
use connector::conform::agent::{self, AgentFiles, AgentFilesError};
use connector::conform::mcp::ToolArgumentsError;
use connector::conform::{
    self, Base, CheckScope, ConnectorDefinition, DefinitionError, DefinitionOrigin, Example, HeaderSecret, HttpError,
    Report, Rule, conform,
};
use net::outfile::{self, OutfileError, Overwrite};
use net::proxy::Proxies;
use net::telemetry;

/// The largest definition in bytes, and one byte more, so that a larger one is recognised.
const LARGEST: u64 = (4 << 20) + 1;

/// Test a connector with the requests of Copilot for Sales
///
/// Reads a connector's definition (Swagger 2.0 or OpenAPI 3, as JSON), finds the operations that the
/// agent would find, and calls each of them in every form that is known of the agent. Prints a remedy
/// for each error. With --definition alone, explains why the agent would not match the connector. With
/// --agent, checks the package of a declarative agent by its schemas and by what its files refer to. With
/// --mcp, plays Copilot as a client of a server of the Model Context Protocol, in each version of it; calls
/// only tools that say that they only read. Ends with 0 if there are no errors (warnings are allowed), and
/// with 3 if there are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host conform --definition apiDefinition.swagger.json     will the agent match it?
  insight-host conform --plugins /srv/plugins                      a folder, served during the test
  insight-host conform http://127.0.0.1:8080 --example 'recordType=opportunity&recordId=42'
  insight-host conform https://api.example.com/v1 --definition apiDefinition.swagger.json \\
      --token-env CONNECTOR_TOKEN --junit conform.xml
  insight-host conform --agent contoso-hub-agent.zip               the package of an agent
  insight-host conform --mcp http://127.0.0.1:8080/mcp --example 'recordType=account&recordId=42'
  insight-host conform --mcp https://mcp.example.com/ --token-env MCP_TOKEN \\
      --arguments arguments.json                                   {\"find_deals\": {\"account\": \"42\"}}
  insight-host conform --rules                                     list of all rules")]
pub(super) struct Arguments {
    /// URL of the connector; its path, if any, replaces the definition's base path
    #[arg(value_name = "URL", required_unless_present_any = ["plugins", "definition", "agent", "mcp", "rules"])]
    url: Option<String>,
    /// Folder of components to serve at a loopback address and test
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    plugins: Option<PathBuf>,
    /// Definition of the connector [default: the one that the connector serves]
    #[arg(long, value_name = "FILE")]
    definition: Option<PathBuf>,
    /// Package of a declarative agent to check, a folder or an archive
    #[arg(long, value_name = "DIR|ZIP", conflicts_with_all = ["url", "plugins", "definition"])]
    agent: Option<PathBuf>,
    /// URL of a server of the Model Context Protocol to check
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "plugins", "definition", "agent", "all"])]
    mcp: Option<String>,
    /// Arguments of tools, as JSON: an object with the arguments of each tool under its name
    #[arg(long, value_name = "FILE", requires = "mcp")]
    arguments: Option<PathBuf>,
    /// Call tools, too, that do not say that they only read
    #[arg(long, requires = "mcp")]
    call_all: bool,
    /// Inputs that have answers, as a query; may hold parameters of skills and inputs of tools
    #[arg(long, value_name = "QUERY", default_value = "")]
    example: String,
    /// Languages in which answers should differ, such as en,de
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    languages: Vec<String>,
    /// Environment variable that holds a bearer token
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,
    /// Environment variable that holds a key to send as x-api-key
    #[arg(long, value_name = "NAME")]
    api_key_env: Option<String>,
    /// Certificates (PEM) to trust instead of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Write a report in JUnit XML to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Replace the file of --junit even if it is no report, or a link
    #[arg(long, requires = "junit")]
    force: bool,
    /// Check and list operations that the agent does not use, too
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print all rules and exit
    #[arg(long)]
    rules: bool,
    #[command(flatten)]
    settings: SettingsArgument,
}

/// A failure to test a connector.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConformError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The file of the report is not to be written, or cannot be.
    #[error(transparent)]
    Write(#[from] OutfileError),
    /// The report cannot be written as XML.
    #[error("failed to write the report as XML")]
    Xml(#[from] conform::SerializeError),
    /// The file is not a definition.
    #[error("{location} is not a definition of a connector")]
    Definition {
        /// The path of the file, or a description of the source.
        location: String,
        #[source]
        source: DefinitionError,
    },
    /// The package of an agent cannot be read.
    #[error(transparent)]
    Agent(#[from] AgentFilesError),
    /// The file holds no arguments of tools.
    #[error("{} holds no arguments of tools", path.display())]
    Arguments {
        path: PathBuf,
        #[source]
        source: ToolArgumentsError,
    },
    /// The connector or server cannot be called.
    #[error(transparent)]
    Http(#[from] HttpError),
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    if arguments.rules {
        out!("{}", rules());
        return Ok(());
    }
    if let Some(path) = &arguments.junit {
        // Told before the test, which takes a while.
        let overwrite = if arguments.force { Overwrite::Any } else { Overwrite::Own };
        outfile::check(path, overwrite, is_report).map_err(ConformError::from)?;
    }
    if let Some(path) = &arguments.agent {
        return judge_agent(arguments, path);
    }
    let _log = telemetry::log_to_stderr("warn,insight_host::plugin=off,insight_host::audit=off")?;
    if let Some(url) = &arguments.mcp {
        return mcp::judge_server(arguments, url);
    }
    let report = match &arguments.plugins {
        Some(plugins) => in_process::judge_folder(arguments, plugins)?,
        None => {
            let proxies = arguments.url.as_ref().map(|_| proxies(arguments)).transpose()?.unwrap_or_default();
            wait_for(async { Ok(judge(arguments, arguments.url.as_deref(), proxies).await?) })?
        }
    };
    tell(arguments, || report.junit(), || report.json(), || report.table())?;
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::NotConforming { errors }),
    }
}

/// Reads the proxies of the settings, which matter to servers elsewhere only: they lead to them.
fn proxies(arguments: &Arguments) -> Result<Arc<Proxies>, CliError> {
    Ok(Config::read(&arguments.settings.sources())?.proxies)
}

/// Judges the package of an agent.
fn judge_agent(arguments: &Arguments, path: &Path) -> Result<(), CliError> {
    let report = agent::judge(&AgentFiles::read(path).map_err(ConformError::from)?);
    tell(arguments, || report.junit(), || report.json(), || report.table())?;
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::AgentNotConforming { errors }),
    }
}

/// Writes a report in the forms that are wanted.
fn tell(
    arguments: &Arguments,
    junit: impl FnOnce() -> Result<String, conform::SerializeError>,
    json: impl FnOnce() -> String,
    table: impl FnOnce() -> String,
) -> Result<(), ConformError> {
    if let Some(path) = &arguments.junit {
        outfile::replace(path, junit()?.as_bytes())?;
    }
    if arguments.json {
        outln!("{}", json());
    } else {
        out!("{}", table());
    }
    Ok(())
}

/// Tests the definition, and the connector at `url` if there is one, which is reached through `proxies`.
async fn judge(arguments: &Arguments, url: Option<&str>, proxies: Arc<Proxies>) -> Result<Report, ConformError> {
    let base = url.map(|url| Base::new(url, arguments.ca.clone(), secrets(arguments)?, proxies)).transpose()?;
    let definition = definition(arguments, base.as_ref()).await?;
    let example = Example::read(&arguments.example);
    let origin = if arguments.definition.is_some() { DefinitionOrigin::Import } else { DefinitionOrigin::Service };
    let scope = CheckScope { all: arguments.all, origin };
    Ok(conform(&definition, base.as_ref(), &example, &arguments.languages, scope).await)
}

async fn definition(arguments: &Arguments, base: Option<&Base>) -> Result<ConnectorDefinition, ConformError> {
    let (location, bytes) = match (&arguments.definition, base) {
        (Some(path), _) => (path.display().to_string(), read(path)?.into()),
        (None, Some(base)) => ("what the connector serves".to_owned(), base.definition().await?),
        (None, None) => unreachable!("the command line requires one of the two"),
    };
    ConnectorDefinition::read(&bytes).map_err(|source| ConformError::Definition { location, source })
}

/// Returns whether the content of a file is a report in JUnit XML.
fn is_report(content: &[u8]) -> bool {
    let beginning = String::from_utf8_lossy(&content[..content.len().min(1 << 10)]);
    content.is_empty() || (beginning.starts_with("<?xml") && beginning.contains("<testsuites"))
}

/// Reads the beginning of a file, which may be an endless device.
fn read(path: &Path) -> Result<Vec<u8>, ConformError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|source| ConformError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// Reads token and key from the environment: on the command line, every user of the machine would see them.
fn secrets(arguments: &Arguments) -> Result<Vec<HeaderSecret>, HttpError> {
    let variable = |name: &String| std::env::var(name).ok();
    let token = arguments.token_env.iter().map(|name| HeaderSecret::token(name, variable(name)));
    let key = arguments.api_key_env.iter().map(|name| HeaderSecret::api_key(name, variable(name)));
    token.chain(key).collect()
}

/// Formats all rules, each with its severity, id, finding and remedy.
fn rules() -> String {
    let rule = |rule: &Rule| {
        format!("{:<9} {:<28} {}\n{:<38} change: {}\n", rule.severity(), rule.id(), rule.finds(), "", rule.remedy())
    };
    Rule::ALL.iter().map(rule).collect()
}
