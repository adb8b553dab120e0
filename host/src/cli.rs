//! The command line: one file for each command.
//!
//! Standard output carries results only; logs, progress and figures go to standard error.

mod admin;
mod auth;
mod build;
mod call;
mod check;
mod compile;
mod config;
mod conform;
mod connector;
mod dev;
mod error;
mod folder;
mod health;
mod host;
mod one;
mod plugins;
mod serve;
mod settings;
mod supervisor;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::error::CliError;
use crate::admin::AdminClientError;
use net::chain_by;
use net::telemetry::TelemetryError;

/// Exit codes of `insight-host`. Scripts may rely on them.
pub mod exit {
    /// The command did not succeed, for a reason that none of the others names.
    pub const FAILURE: u8 = 1;
    /// The command line is not valid (clap's own code).
    pub const USAGE: u8 = 2;
    /// The plugin under `check` or the connector under `conform` breaks its contract, or the plugin does not load.
    pub const CONTRACT: u8 = 3;
    /// The plugin does not build.
    pub const BUILD: u8 = 4;
    /// The plugin that was called ended otherwise than with an answer.
    pub const NO_ANSWER: u8 = 5;
    /// The settings are not valid (`EX_CONFIG`).
    pub const CONFIG: u8 = 78;
}

/// Answers Microsoft 365 Copilot for Sales out of sandboxed WebAssembly components.
#[derive(Debug, Parser)]
#[command(name = "insight-host", version, about, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  insight-host dev plugins/contoso-hub        build, serve and rebuild on save
  insight-host serve --plugins /srv/plugins   serve a folder of components
  insight-host build plugins/contoso-hub --out /srv/plugins
  insight-host check contoso-hub.wasm
  insight-host conform http://127.0.0.1:8080  a connector, asked as the agent asks
  insight-host call --help                    put one question to a component
  insight-host connector --help               what a maker hands to Power Platform
  insight-host plugins list                   what a running host serves
  insight-host health --ready                 whether a running host wants requests
  insight-host auth new-key --name reporting  a key for a caller without tokens
  insight-host config check                    all that is wrong with the settings

Exit codes: 1 failure, 2 usage, 3 the plugin or connector breaks its contract, 4 it does not build,
5 it did not answer, 78 the settings are not valid.";

#[derive(Debug, Subcommand)]
enum Command {
    Dev(dev::Arguments),
    Serve(serve::Arguments),
    Build(build::Arguments),
    Call(call::Arguments),
    Check(check::Arguments),
    Conform(conform::Arguments),
    Connector(connector::Arguments),
    Plugins(plugins::Arguments),
    Health(health::Arguments),
    Auth(auth::Arguments),
    Config(config::Arguments),
    Compile(compile::Arguments),
}

/// Runs the command that `arguments` name, the program's own name first, and returns the code to exit with.
///
/// Prints an error, with its causes, on standard error.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.print();
            error.exit_code()
        }
    }
}

fn execute(arguments: impl IntoIterator<Item = OsString>) -> Result<(), CliError> {
    match Arguments::try_parse_from(arguments)?.command {
        Command::Dev(arguments) => dev::run(arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Call(arguments) => call::run(arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Conform(arguments) => conform::run(&arguments),
        Command::Connector(arguments) => connector::run(arguments),
        Command::Plugins(arguments) => plugins::run(arguments),
        Command::Health(arguments) => health::run(arguments),
        Command::Auth(arguments) => auth::run(arguments),
        Command::Config(arguments) => config::run(arguments),
        Command::Compile(arguments) => compile::run(&arguments),
    }
}

/// Prints as much of a result as is read: `| head` is no failure.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Returns an error and its causes, a line each.
fn chain(error: &dyn std::error::Error) -> String {
    chain_by(error, "\n  because ")
}
