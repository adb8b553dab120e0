//! `insight-host conform`: a connector, asked as the agent asks it.

mod in_process;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::CliError;
use super::one::wait_for;
use super::settings::SettingsFile;
use connector::conform::{
    self, Base, ConnectorDefinition, DefinitionError, Example, HeaderSecret, HttpError, Report, Rule, conform,
};
use net::telemetry;

/// The largest definition that is read, and a byte more to tell that it is larger.
const LARGEST: u64 = (4 << 20) + 1;

/// Ask a connector as Copilot for Sales does
///
/// Reads a connector's definition (Swagger 2.0 or OpenAPI 3, as JSON), finds in it what the agent would find, and asks
/// each operation for what the agent would ask, in every form that is known of it. Says of each thing that is wrong what to
/// change. With --definition alone it says why the agent would not match it. Ends with 0 if nothing is wrong, with 3 if
/// something is; warnings alone are 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host conform --definition apiDefinition.swagger.json            will the agent match it?
  insight-host conform --plugins /srv/plugins                             a folder, served for the while
  insight-host conform http://127.0.0.1:8080 --example 'recordType=opportunity&recordId=42'
  insight-host conform https://api.example.com/v1 --definition apiDefinition.swagger.json \\
      --token-env CONNECTOR_TOKEN --junit conform.xml
  insight-host conform --rules                                            what is held against connectors")]
pub(super) struct Arguments {
    /// Where the connector answers; a path of it stands for the definition's base path
    #[arg(value_name = "URL", required_unless_present_any = ["plugins", "definition", "rules"])]
    url: Option<String>,
    /// Folder of components to serve and ask, at a loopback address
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    plugins: Option<PathBuf>,
    /// The connector's definition [default: what the host serves of itself]
    #[arg(long, value_name = "FILE")]
    definition: Option<PathBuf>,
    /// Inputs that have answers, as a query; skills' parameters too
    #[arg(long, value_name = "QUERY", default_value = "")]
    example: String,
    /// Languages between which answers should differ, such as en,de
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    languages: Vec<String>,
    /// Variable of the environment that holds a bearer token
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,
    /// Variable of the environment that holds a key, sent as x-api-key
    #[arg(long, value_name = "NAME")]
    api_key_env: Option<String>,
    /// Certificates (PEM) to trust, in place of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Write JUnit's XML to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the rules and end
    #[arg(long)]
    rules: bool,
    #[command(flatten)]
    settings: SettingsFile,
}

/// A connector cannot be judged.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConformError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("failed to write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The report is no XML.
    #[error("failed to write the report as XML")]
    Xml(#[from] conform::SerializeError),
    /// The definition is none.
    #[error("{place} is no definition of a connector")]
    Definition {
        /// Where it came from.
        place: String,
        /// Why.
        #[source]
        source: DefinitionError,
    },
    /// The connector cannot be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    if arguments.rules {
        print!("{}", rules());
        return Ok(());
    }
    let _log = telemetry::log_to_stderr("warn,insight_host::plugin=off,insight_host::audit=off")?;
    let report = match &arguments.plugins {
        Some(plugins) => in_process::judge_folder(arguments, plugins)?,
        None => wait_for(async { Ok(judge(arguments, arguments.url.as_deref()).await?) })?,
    };
    if let Some(path) = &arguments.junit {
        let xml = report.junit().map_err(ConformError::from)?;
        fs::write(path, xml).map_err(|source| ConformError::Write { path: path.clone(), source })?;
    }
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.table());
    }
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::NotConforming { errors }),
    }
}

/// Judges the definition, and the connector at `url` if there is one.
async fn judge(arguments: &Arguments, url: Option<&str>) -> Result<Report, ConformError> {
    let base = url.map(|url| Base::new(url, arguments.ca.clone(), secrets(arguments)?)).transpose()?;
    let definition = definition(arguments, base.as_ref()).await?;
    let example = Example::read(&arguments.example);
    Ok(conform(&definition, base.as_ref(), &example, &arguments.languages).await)
}

async fn definition(arguments: &Arguments, base: Option<&Base>) -> Result<ConnectorDefinition, ConformError> {
    let (place, bytes) = match (&arguments.definition, base) {
        (Some(path), _) => (path.display().to_string(), read(path)?.into()),
        (None, Some(base)) => ("what the connector serves".to_owned(), base.definition().await?),
        (None, None) => unreachable!("the command line asks for one of the two"),
    };
    ConnectorDefinition::read(&bytes).map_err(|source| ConformError::Definition { place, source })
}

/// The beginning of a file, which may be a device without end.
fn read(path: &Path) -> Result<Vec<u8>, ConformError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|source| ConformError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// What lets a caller in, out of the environment: on the command line everybody on the machine would see it.
fn secrets(arguments: &Arguments) -> Result<Vec<HeaderSecret>, HttpError> {
    let variable = |name: &String| std::env::var(name).ok();
    let token = arguments.token_env.iter().map(|name| HeaderSecret::token(name, variable(name)));
    let key = arguments.api_key_env.iter().map(|name| HeaderSecret::api_key(name, variable(name)));
    token.chain(key).collect()
}

/// Every rule: how much it weighs, its id, what it finds and what to change.
fn rules() -> String {
    let rule = |rule: &Rule| {
        format!("{:<9} {:<28} {}\n{:<38} change: {}\n", rule.severity(), rule.id(), rule.finds(), "", rule.remedy())
    };
    Rule::ALL.iter().map(rule).collect()
}
