//! Behaviours that use the processor without end.

use std::hint::black_box;

use wasip2::clocks::monotonic_clock;

use crate::{Answer, said};

/// Spins.
pub(crate) fn spin() -> ! {
    loop {
        black_box(());
    }
}

/// Works for a while: `million` times a million steps, and no host call.
pub(crate) fn work(million: u64) -> Answer {
    let mixed = (0..million * 1_000_000).fold(1, |mixed: u64, step| black_box(mixed.rotate_left(5) ^ step));
    said(format!("worked {}", if mixed == 0 { "for nothing" } else { "well" }))
}

/// Spins, calling the host in each round.
pub(crate) fn spin_in_host_calls() -> ! {
    loop {
        black_box(monotonic_clock::now());
    }
}

/// Spins in an instruction that takes milliseconds by itself.
pub(crate) fn spin_in_bulk_fills() -> ! {
    let mut block = vec![0_u8; 6 << 20];
    loop {
        black_box(block.as_mut_slice()).fill(black_box(7));
    }
}

/// Recurses until something ends it.
pub(crate) fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 32]);
    if black_box(false) {
        return depth;
    }
    recurse(depth + 1) + frame[black_box(7)]
}
