//! Behaviours that use too much memory or too many resources.

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use wasip2::cli::stdout::get_stdout;
use wasip2::clocks::monotonic_clock;
use wasip2::random::random;

use crate::{Answer, said};

/// The time for which memory is held.
const HOLD: Duration = Duration::from_millis(200);

/// Grows its memory to 4 GiB, a MiB at a time.
pub(crate) fn grow_memory() -> Answer {
    while core::arch::wasm32::memory_grow::<0>(16) != usize::MAX {}
    said("no more memory, and nobody minds")
}

/// Takes `mebibytes`, touches them all, and keeps them for a while.
pub(crate) fn hold_memory(mebibytes: usize) -> Answer {
    let block = vec![1_u8; mebibytes << 20];
    sleep(HOLD);
    said(format!("held {} bytes", black_box(block).len()))
}

/// Grows its memory by `mebibytes`, touches none of them, and sleeps until shortly before its deadline.
pub(crate) fn reserve_memory(mebibytes: usize) -> Answer {
    let grown = core::arch::wasm32::memory_grow::<0>(mebibytes * 16) != usize::MAX;
    sleep(Duration::from_millis(3_900));
    said(if grown { "reserved" } else { "no more memory" })
}

/// Creates resources of the host without end.
pub(crate) fn create_pollables() -> Answer {
    let mut held = Vec::new();
    loop {
        held.push(monotonic_clock::subscribe_duration(u64::MAX));
    }
}

/// Opens standard output without end.
pub(crate) fn create_streams() -> Answer {
    let mut held = Vec::new();
    loop {
        held.push(get_stdout());
    }
}

/// Requests more random bytes than any memory holds.
pub(crate) fn ask_for_random_bytes() -> Answer {
    said(format!("{} random bytes", random::get_random_bytes(1 << 62).len()))
}
