//! The limit of open files of a host, and the connections that fit within it.

use tracing::{debug, info, warn};

use net::chain;
use net::descriptors::{self, OpenFiles};

/// Descriptors that are left for anything but callers' connections, if the limit permits it.
const OWN_FILES: usize = 512;

/// Raises the limit of open files as far as the system permits, logs it, and returns how many of `connections` fit
/// within it.
pub(super) fn raise(connections: usize) -> usize {
    let (files, raised) = descriptors::raise();
    let OpenFiles { limit, before, reserve } = files;
    if let Err(error) = raised {
        debug!(?limit, error = %chain(&error), "failed to raise the limit of open files");
    }
    let most = within(connections, limit);
    info!(open_files = limit, before, reserve, connections = most, "limit of open files");
    if most < connections {
        warn!(
            open_files = limit,
            connections = most,
            "the limit of open files permits fewer connections than `http.connections`"
        );
    }
    most
}

/// Returns how many of `connections` fit within a limit of open files: connections to backends, the admin API and files
/// need descriptors, too.
fn within(connections: usize, limit: Option<u64>) -> usize {
    let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) else { return connections };
    let most = (limit - limit / 4).min(limit.saturating_sub(OWN_FILES)).max(limit / 4).max(1);
    connections.min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        assert_eq!(within(10_000, None), 10_000);
        assert_eq!(within(10_000, Some(524_288)), 10_000);
        assert_eq!(within(10_000, Some(4_096)), 3_072);
        assert_eq!(within(10_000, Some(1_024)), 512);
        assert_eq!(within(10_000, Some(256)), 64);
        assert_eq!(within(100, Some(1_024)), 100);
    }
}
