//! The promises of the host, and whether each was kept.

use std::fmt::Display;

/// The record of promises.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    broken: u32,
}

impl Promises {
    /// Prints whether a promise was kept, with the figure that shows it.
    pub(crate) fn say(&mut self, promise: &str, is_kept: bool, figure: impl Display) {
        self.broken += u32::from(!is_kept);
        println!("{} {promise}: {figure}", if is_kept { " ok  " } else { "NOT  " });
    }

    /// Returns whether all of them were kept.
    pub(crate) fn kept(&self) -> bool {
        self.broken == 0
    }
}
