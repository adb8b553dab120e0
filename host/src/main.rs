//! Command-line entry point of the insight host.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Gives back what a storm of calls took: the system's allocator keeps, for each thread, whatever lies below the last
/// thing that is still in use.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    insight_host::cli::run(std::env::args_os())
}
