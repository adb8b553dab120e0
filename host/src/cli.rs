//! The command line: one file per command, and one type for the failures of all.
//!
//! Standard output carries results only; logs, progress and figures go to standard error.

mod admin;
mod agent;
mod audience;
mod auth;
mod build;
mod call;
mod check;
mod clock_steps;
mod compile;
mod config;
mod conform;
mod connector;
mod dev;
mod error;
mod export;
mod folder;
mod health;
mod host;
#[cfg_attr(not(target_os = "linux"), path = "cli/memory/elsewhere.rs")]
mod memory;
mod new;
mod one;
mod open_files;
mod output;
mod plugins;
mod serve;
mod settings;
#[cfg_attr(not(unix), path = "cli/signals/elsewhere.rs")]
mod signals;
#[cfg_attr(not(target_os = "linux"), path = "cli/supervisor/elsewhere.rs")]
mod supervisor;
mod wit;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::error::CliError;
use net::chain_by;

/// Exit codes of `insight-host`. Scripts may rely on them.
pub mod exit {
    /// A failure that no other code names.
    pub const FAILURE: u8 = 1;
    /// An invalid command line (clap's own code).
    pub const USAGE: u8 = 2;
    /// A plugin or connector that breaks its contract, or a plugin that does not load.
    pub const CONTRACT: u8 = 3;
    /// A plugin that does not build.
    pub const BUILD: u8 = 4;
    /// A called plugin that ended without an answer.
    pub const NO_ANSWER: u8 = 5;
    /// Invalid settings (`EX_CONFIG` of `sysexits.h`).
    pub const CONFIG: u8 = 78;
}

/// Answers Microsoft 365 Copilot for Sales from sandboxed WebAssembly components.
#[derive(Debug, Parser)]
#[command(name = "insight-host", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  insight-host new contoso-hub --lang rust    create a plugin
  insight-host wit --out wit                  write the interface for the tools of your language
  insight-host dev plugins/contoso-hub        build, serve and rebuild on save
  insight-host serve --plugins /srv/plugins   serve a folder of components
  insight-host build plugins/contoso-hub --out /srv/plugins
  insight-host check contoso-hub.wasm         test a component against its contract
  insight-host conform http://127.0.0.1:8080  test a connector with the requests of the agent
  insight-host conform --mcp http://127.0.0.1:8080/mcp    test an MCP server as Copilot would use it
  insight-host call --help                    send one request to a component
  insight-host connector --help               export a connector for Power Platform
  insight-host agent --help                   export a declarative agent for Microsoft 365 Copilot
  insight-host plugins list                   list the plugins of a running host
  insight-host health --ready                 test whether a running host accepts requests
  insight-host auth new-key --name reporting  create an API key for a caller without tokens
  insight-host config check                   report every error in the settings

Exit codes: 1 failure, 2 usage, 3 plugin, connector or server breaks its contract, 4 plugin does not build,
5 plugin did not answer, 78 settings are not valid.";

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Arguments),
    Wit(wit::Arguments),
    Dev(dev::Arguments),
    Serve(serve::Arguments),
    Build(build::Arguments),
    Call(call::Arguments),
    Check(check::Arguments),
    Conform(conform::Arguments),
    Connector(connector::Arguments),
    Agent(agent::Arguments),
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
        // What a host prints is for people, and no result.
        Command::Dev(arguments) => return dev::run(arguments),
        Command::Serve(arguments) => return serve::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Wit(arguments) => wit::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Call(arguments) => call::run(arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Conform(arguments) => conform::run(&arguments),
        Command::Connector(arguments) => connector::run(arguments),
        Command::Agent(arguments) => agent::run(&arguments),
        Command::Plugins(arguments) => plugins::run(arguments),
        Command::Health(arguments) => health::run(arguments),
        Command::Auth(arguments) => auth::run(arguments),
        Command::Config(arguments) => config::run(arguments),
        Command::Compile(arguments) => compile::run(&arguments),
    }?;
    output::written().map_err(CliError::Output)
}

/// Returns an error and its causes, a line each.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    chain_by(error, "\n  because ")
}
