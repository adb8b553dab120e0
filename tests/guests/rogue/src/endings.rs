//! Behaviours that end a call without an answer.

use std::hint::black_box;

use crate::Answer;

/// Panics, with a text for the log that the caller must not see.
pub(crate) fn panic(why: &str) -> Answer {
    panic!("a panic of the guest's, with its own words{why}");
}

/// Exits as a program would.
pub(crate) fn exit(code: i32) -> ! {
    std::process::exit(code)
}

/// Divides. Rust checks for zero before the instruction does.
pub(crate) fn divide(one: u32, by: u32) -> u32 {
    black_box(one) / black_box(by)
}
