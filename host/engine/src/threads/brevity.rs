//! The trust that a plugin's calls are brief, by which they may begin on the answering threads.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Calls in succession that were brief before one may begin on an answering thread.
const ENOUGH: u32 = 16;

/// The time for which a plugin that was stuck on an answering thread gets none.
const BARRED: Duration = Duration::from_secs(60);

/// The beginning of the times here.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The recent calls of one plugin, for all callers.
#[derive(Default)]
pub(super) struct Brevity {
    /// Brief calls in succession, as far as they matter.
    brief: AtomicU32,
    /// Milliseconds until which it gets no answering thread.
    barred_until: AtomicU64,
}

impl Brevity {
    /// Returns whether the plugin's next call may begin on an answering thread.
    pub(super) fn is_earned(&self) -> bool {
        self.brief.load(Ordering::Relaxed) >= ENOUGH
            && match self.barred_until.load(Ordering::Relaxed) {
                0 => true,
                until => now() >= until,
            }
    }

    /// Records the end of a call, or that one has not been brief.
    pub(super) fn record(&self, is_brief: bool) {
        if !is_brief {
            self.brief.store(0, Ordering::Relaxed);
        } else if self.brief.load(Ordering::Relaxed) < ENOUGH {
            self.brief.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records that a call was stuck on an answering thread.
    pub(super) fn bar(&self) {
        self.barred_until.store(now() + BARRED.as_millis() as u64, Ordering::Relaxed);
    }
}

fn now() -> u64 {
    u64::try_from(BEGIN.elapsed().as_millis()).unwrap_or(u64::MAX)
}
