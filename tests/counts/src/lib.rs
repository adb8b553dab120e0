//! Counts of the instructions that the host executes for a request, and their comparison with those that were reviewed.
//!
//! `benches/instructions` counts, under callgrind. The counts that were reviewed stand in `baseline.txt`.

mod baseline;
mod change;
mod counts;

pub use baseline::{Baseline, BaselineError};
pub use change::{Change, PERMITTED, Verdict};
pub use counts::{Counts, ProfileError};
