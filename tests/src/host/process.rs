//! The process of a running host: signals, exit code and memory.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use super::TestHost;
use crate::wait::wait_for;

/// The bytes by which a host's memory may differ and still count as the same. Sandboxes of the pool
/// keep a few MiB each, to be reset faster.
const SLACK: usize = 48 << 20;

impl TestHost {
    /// Sends it SIGTERM, as a service manager does.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Returns its process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Returns its exit code, if it has ended by itself.
    ///
    /// # Panics
    ///
    /// Panics if its status cannot be read.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.try_wait().expect("it is our child").and_then(|status| status.code())
    }

    /// Sends it SIGHUP, to reload its files and reopen its logs, as a service manager does.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    pub fn hang_up(&self) {
        self.signal(Signal::HUP);
    }

    /// Runs `meanwhile` while the process is stopped, so that all events of that time reach it together.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    pub fn while_it_stands_still(&self, meanwhile: impl FnOnce()) {
        self.signal(Signal::STOP);
        meanwhile();
        self.signal(Signal::CONT);
    }

    /// Sends it any signal.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it is our child, and has not been waited for");
    }

    /// Returns the number of descriptors that it has open.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs").count()
    }

    /// Returns the memory that it holds, in bytes.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    #[must_use]
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel tells");
        let kibibytes: usize = line.trim().trim_end_matches("kB").trim().parse().expect("a number of kB");
        kibibytes << 10
    }

    /// Waits until its memory is about as low as `before`.
    pub fn wait_for_memory(&self, before: usize) {
        wait_for("the host's memory to be given back", || (self.memory() <= before + SLACK).then_some(()));
    }
}
