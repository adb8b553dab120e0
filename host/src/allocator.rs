//! The allocator of the process, where hosts serve sellers. Authors' machines have the system's.
//!
//! It is jemalloc, which returns memory after a burst of calls: unused pages after a second, and large allocations
//! immediately (`.cargo/config.toml`). The system's allocator keeps, per thread, whatever lies below the last allocation in
//! use: 25 MiB after a burst.

use tikv_jemallocator::Jemalloc;

/// The allocator of the process.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
