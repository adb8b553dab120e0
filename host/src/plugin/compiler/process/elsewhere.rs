//! The child as a process of macOS or Windows, where authors compile their own plugins: by a process of its own that the host
//! ends after its time, and with no limit of memory.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;
use std::{env, io};

use tokio::process::Command;

use super::child::ChildLimits;
use net::os::system_variables;

/// Returns the program of a host: the file that it was started from.
pub(super) fn own_program() -> PathBuf {
    env::current_exe().unwrap_or_else(|_| "insight-host".into())
}

/// Passes on what programs of Windows need to draw random numbers.
pub(super) fn set_apart(command: &mut Command) {
    command.envs(system_variables());
}

/// Limits nothing. The host bounds the time and the output.
pub(super) fn limit_this_process(_limits: &ChildLimits) -> io::Result<()> {
    Ok(())
}

/// Watches nothing: a child whose host has ended fails when it writes its output.
pub(super) fn end_with_the_host() {}

/// Returns whether a child was ended as it had used up its processor time, of which it has no limit.
pub(super) fn is_out_of_time(_status: ExitStatus) -> bool {
    false
}

/// Returns no time.
pub(super) fn processor_time(_process: u32) -> Option<Duration> {
    None
}
