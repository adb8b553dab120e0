//! A server of the Model Context Protocol, of anybody's.

use super::{Arguments, ConformError, proxies, read, secrets, tell};
use crate::cli::CliError;
use crate::cli::one::wait_for;
use connector::conform::mcp::{self, McpPlan, ToolArguments};
use connector::conform::{Base, Example};

/// Judges the server at `url`.
pub(super) fn judge_server(arguments: &Arguments, url: &str) -> Result<(), CliError> {
    let plan = plan(arguments)?;
    let proxies = proxies(arguments)?;
    let secrets = secrets(arguments).map_err(ConformError::from)?;
    let base = Base::new(url, arguments.ca.clone(), secrets, proxies).map_err(ConformError::from)?;
    let report = wait_for(async { Ok(mcp::judge(&base, &plan).await) })?;
    tell(arguments, || report.junit(), || report.json(), || report.table())?;
    match report.errors() {
        0 => Ok(()),
        errors => Err(CliError::ServerNotConforming { errors }),
    }
}

fn plan(arguments: &Arguments) -> Result<McpPlan, ConformError> {
    let named = match &arguments.arguments {
        Some(path) => ToolArguments::read(&read(path)?)
            .map_err(|source| ConformError::Arguments { path: path.clone(), source })?,
        None => ToolArguments::default(),
    };
    Ok(McpPlan {
        arguments: named,
        example: Example::read(&arguments.example),
        languages: arguments.languages.clone(),
        calls_all: arguments.call_all,
    })
}
