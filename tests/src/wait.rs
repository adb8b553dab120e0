//! Waiting for what must become true.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a test waits for what must happen, before it fails. Far longer than anything takes, as
/// the machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until `look` finds something, and returns it.
///
/// # Panics
///
/// Panics, naming `what`, if it is not there within [`PATIENCE`].
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        sleep(PAUSE);
    }
}
