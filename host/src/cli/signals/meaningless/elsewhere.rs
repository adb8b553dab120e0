//! Signals of macOS that mean nothing to a host keep their effect, as tools of Linux do not send them there.

use rustix::process::Signal as Number;

use super::MeaninglessSignal;

/// Returns none.
pub(super) fn meaningless() -> impl Iterator<Item = MeaninglessSignal> {
    std::iter::empty()
}

/// Returns whether the process was started with this signal ignored, which the system does not tell.
pub(super) fn is_ignored(_signal: Number) -> bool {
    false
}
