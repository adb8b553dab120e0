//! The program of `lib.rs`.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    insight_bench::main()
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::print_stderr, reason = "it is all that there is to say")]
fn main() -> ExitCode {
    eprintln!("error: insight-bench measures on Linux alone: it reads what processes use from /proc");
    ExitCode::FAILURE
}
