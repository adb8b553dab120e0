//! Command-line entry point of the insight host.

#[cfg(target_os = "linux")]
mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    insight_host::cli::run(std::env::args_os())
}
