//! Systems on which nothing is counted.

use std::process::ExitCode;

/// Fails.
pub(crate) fn play() -> ExitCode {
    #[expect(clippy::print_stderr, reason = "there is nobody else to tell")]
    {
        eprintln!("instructions are counted on Linux on x86-64 only");
    }
    ExitCode::FAILURE
}
