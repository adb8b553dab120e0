//! The memory of the process, which holds every plugin's secrets and every tenant's data, and is nobody else's to read.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use tracing::debug;

use net::chain;

/// Keeps other programs of this user from reading the memory: they can neither trace the process nor open its memory and
/// environment in `/proc`.
///
/// Not before the engine runs: it opens files in `/proc` that then belong to root.
pub(super) fn hide() {
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        debug!(error = %chain(&error), "failed to hide the memory of the process from others");
    }
}

/// Disables core dumps, which would hold the same.
pub(super) fn dump_none() {
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        debug!(error = %chain(&error), "failed to disable core dumps");
    }
}
