//! Command-line entry point of the insight host.

use std::process::ExitCode;

fn main() -> ExitCode {
    match insight_host::cli::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
