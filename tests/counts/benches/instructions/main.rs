//! The instructions that the host executes for fixed requests, counted by callgrind and compared with `baseline.txt`.
//!
//! ```text
//! cargo bench --workspace --bench instructions --profile dev --config tests/counts/profile.toml [-- --update]
//! ```
//!
//! This program starts itself under the emulator, there runs the host as shipped, and asks it over a socket. What the
//! host's threads execute from one request to the next is counted. Three things differ from a host in production:
//!
//! * Its clock stands still during a request, and its hash tables have fixed seeds (`roles/machine.rs`).
//! * Its pool has three sandboxes, as `runtime.calls-at-once` is 1: the emulated processor has 64 GB of addresses.
//! * Its plugin is compiled under the emulator too, for the instructions that the emulated processor has.

#[cfg_attr(not(all(target_os = "linux", target_arch = "x86_64")), path = "elsewhere.rs")]
mod roles;

use std::process::ExitCode;

fn main() -> ExitCode {
    roles::play()
}
