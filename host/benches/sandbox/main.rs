//! The cost of each step of a call, and of a fresh sandbox over the guest's own work.
//!
//! `engine_alone` is a bare engine without the host: `store`, `instance`, and `reused`, which calls one instance over and
//! over. `host_steps` are the host's own, in their order; `fresh` is a store, an instance, a call and its check, and
//! everything given back. `whole` is what a caller waits for. Compare medians within one run.

mod engine_alone;
mod host_steps;
mod sample;
mod whole;

use std::process::ExitCode;

fn main() -> ExitCode {
    // The host of `whole` starts its compile child so.
    if std::env::args_os().nth(1).is_some_and(|command| command == "compile") {
        return insight_host::cli::run(std::env::args_os());
    }
    divan::main();
    ExitCode::SUCCESS
}
