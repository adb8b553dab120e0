//! Waiting for a condition.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// The time that a test waits for an event before it fails. It is far longer than any event takes, as the
/// machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(5);

/// Polls `look` until it returns a value, and returns that.
///
/// # Panics
///
/// Panics, naming `what`, if there is none within [`PATIENCE`].
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
