//! The loads of a running host, and the children that compile for it.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::TestHost;
use crate::wait::wait_for;

impl TestHost {
    /// Waits until no plugin is being loaded. A host whose admin API a test cannot use is not waited for.
    pub fn wait_until_loaded(&self) {
        let is_usable = self.admin_files().len() == 1 && !self.admin().token.is_empty();
        if is_usable {
            wait_for("all plugins", || {
                (self.ask_admin("GET", "/api/status").json()["plugins"]["loading"] == 0).then_some(())
            });
        }
    }

    /// Returns the load in progress of a plugin, as the admin API shows it; `null` if there is none.
    #[must_use]
    pub fn loading(&self, plugin: &str) -> Value {
        let plugins = self.ask_admin("GET", "/api/plugins").json();
        let plugins = plugins["plugins"].as_array().cloned().unwrap_or_default();
        plugins.iter().find(|listed| listed["id"] == plugin).map_or(Value::Null, |listed| listed["loading"].clone())
    }

    /// Stops the children that compile for it now, so that they hang, and returns how many those are.
    pub fn stop_compiling(&self) -> usize {
        signal_compilers(self.pid(), Signal::STOP)
    }
}

/// Sends a signal to the children that compile for the host `parent` now, and returns how many those are.
///
/// # Panics
///
/// Panics if the kernel lists no processes.
pub fn signal_compilers(parent: Pid, signal: Signal) -> usize {
    let parent = format!("PPid:\t{}", parent.as_raw_nonzero());
    let processes = fs::read_dir("/proc").expect("the kernel lists processes");
    let ids = processes.filter_map(|process| process.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let children = ids.filter(|id| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        status.lines().any(|line| line == parent) && command.split(|byte| *byte == 0).any(|word| word == b"compile")
    });
    let send = |id: i32| kill_process(Pid::from_raw(id)?, signal).ok();
    children.filter_map(send).count()
}
