//! Looking for what an earlier call, or another plugin's, has left in memory.

use std::hint::black_box;

use crate::{Answer, said};

/// Bytes of the secret.
const LENGTH: usize = 32;

/// How often it is written, so that it lies on many pages.
const COPIES: usize = 100_000;

/// What the allocator aligns to.
const ALIGNMENT: usize = 8;

/// Pages of wasm memory to grow by before looking: fresh ones must be clean too.
const FRESH_PAGES: usize = 64;

/// Leaves a secret in memory, many times.
pub(crate) fn remember() -> Answer {
    let secret: Vec<u8> = (0..LENGTH).map(byte).collect();
    std::mem::forget(black_box(secret.repeat(COPIES)));
    said(format!("remembered; found {}", found()))
}

/// Looks for it in all of its memory.
pub(crate) fn recall() -> Answer {
    core::arch::wasm32::memory_grow::<0>(FRESH_PAGES);
    said(format!("found {}", found()))
}

/// How often the secret lies in memory. It is never put together to be compared with, or it would
/// find itself.
fn found() -> usize {
    let starts = memory().windows(LENGTH).step_by(ALIGNMENT);
    starts.filter(|window| window.iter().enumerate().all(|(index, it)| *it == byte(index))).count()
}

/// The byte of the secret at `index`.
fn byte(index: usize) -> u8 {
    let index = u8::try_from(black_box(index)).expect("the secret is short");
    index.wrapping_mul(37).wrapping_add(11) ^ 0xa5
}

/// All of this instance's memory but the first page, which Rust's stack guard keeps free.
fn memory() -> &'static [u8] {
    const PAGE: usize = 64 << 10;
    let length = core::arch::wasm32::memory_size::<0>() * PAGE;
    #[expect(unsafe_code, reason = "a guest that snoops looks beyond what Rust gave it")]
    // SAFETY: all of linear memory may be read, and nobody writes while this call does.
    unsafe {
        std::slice::from_raw_parts(black_box(PAGE as *const u8), length - PAGE)
    }
}
