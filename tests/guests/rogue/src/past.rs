//! The search for data that an earlier call, or a call of another plugin, has left in memory.

use std::hint::black_box;

use crate::{Answer, said};

/// The bytes of the secret.
const LENGTH: usize = 32;

/// The copies of the secret that are written, so that it lies on many pages.
const COPIES: usize = 100_000;

/// The alignment of the allocator.
const ALIGNMENT: usize = 8;

/// The pages of wasm memory to grow by before the search: fresh ones must be clean too.
const FRESH_PAGES: usize = 64;

/// Writes the secret to memory, many times.
pub(crate) fn remember() -> Answer {
    let secret: Vec<u8> = (0..LENGTH).map(byte).collect();
    std::mem::forget(black_box(secret.repeat(COPIES)));
    said(format!("remembered; found {}", found()))
}

/// Searches all of its memory for the secret.
pub(crate) fn recall() -> Answer {
    core::arch::wasm32::memory_grow::<0>(FRESH_PAGES);
    said(format!("found {}", found()))
}

/// Counts the copies of the secret in memory. The secret is never assembled for the comparison, or
/// the search would find that copy.
fn found() -> usize {
    let starts = memory().windows(LENGTH).step_by(ALIGNMENT);
    starts.filter(|window| window.iter().enumerate().all(|(index, it)| *it == byte(index))).count()
}

/// Returns the byte of the secret at `index`.
fn byte(index: usize) -> u8 {
    let index = u8::try_from(black_box(index)).expect("the secret is short");
    index.wrapping_mul(37).wrapping_add(11) ^ 0xa5
}

/// Returns all of this instance's memory except the first page, which Rust's stack guard keeps free.
fn memory() -> &'static [u8] {
    const PAGE: usize = 64 << 10;
    let length = core::arch::wasm32::memory_size::<0>() * PAGE;
    #[expect(unsafe_code, reason = "a guest that snoops looks beyond what Rust gave it")]
    // SAFETY: all of linear memory may be read, and nobody writes while this call does.
    unsafe {
        std::slice::from_raw_parts(black_box(PAGE as *const u8), length - PAGE)
    }
}
