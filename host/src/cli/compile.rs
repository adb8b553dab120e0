//! `insight-host compile`: what the host starts as a limited child to compile a component.

use std::process::ExitCode;

use super::CliError;
use crate::plugin::{ChildLimits, run_child};
use engine::bindings::inspect::inspect;

/// Compiles the component on standard input. The host starts this by itself.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(super) struct Arguments {
    /// What this process may use.
    limits: ChildLimits,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let code = run_child(&arguments.limits, |component| {
        inspect(component).map_err(|refusal| refusal.to_string())?;
        engine::compile(component)
    });
    if code == ExitCode::SUCCESS { Ok(()) } else { Err(CliError::Reported(code)) }
}
