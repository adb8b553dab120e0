//! Command-line entry point of the insight host.
//!
//! The allocator is jemalloc, which returns memory after a burst of calls: unused pages after a second, and large
//! allocations immediately (`.cargo/config.toml`). The system's allocator keeps, per thread, whatever lies below the
//! last allocation in use: 25 MiB after a burst.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// The allocator of the process.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    insight_host::cli::run(std::env::args_os())
}
