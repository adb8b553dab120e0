//! `insight-host compile`: compiles a component in a child process with limits.
//!
//! The host starts this command itself. A compiler is the largest program that untrusted bytes reach, so it runs in a
//! process of its own, whose CPU time, memory and output are limited.

use std::process::ExitCode;

use super::CliError;
use crate::plugin::{ChildLimits, CompileForm, run_child};
use engine::inspect::inspect;

/// Compiles the component on standard input. The host starts this command itself.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(super) struct Arguments {
    /// The limits of this process.
    limits: ChildLimits,
    /// The form of the compilation.
    form: Option<CompileForm>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let form = arguments.form.unwrap_or_default();
    let code = run_child(&arguments.limits, form.is_awaited(), |input| {
        form.compile(input, |component, mode| {
            inspect(component).map_err(|refusal| refusal.to_string())?;
            engine::compile(component, mode)
        })
    });
    if code == ExitCode::SUCCESS { Ok(()) } else { Err(CliError::Reported(code)) }
}
