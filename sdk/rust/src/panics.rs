//! The texts of panics, where there is no standard error for them.
//!
//! They go to the host's log. The host tells them with the trap that follows.

/// Sees to it that panics are logged, from the first call on. A hook that the plugin sets later stays.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub fn log() {
    use std::panic::{PanicHookInfo, set_hook};
    use std::sync::Once;

    use crate::log::{self, Level};

    fn write(panic: &PanicHookInfo<'_>) {
        let message = panic.payload_as_str().unwrap_or("a value that is no text");
        let text = match panic.location() {
            Some(place) => format!("panicked at {place}: {message}"),
            None => format!("panicked: {message}"),
        };
        log::write(Level::Error, &text, &[]);
    }

    static SET: Once = Once::new();
    SET.call_once(|| set_hook(Box::new(write)));
}

/// Does nothing: the standard library writes panics to standard error.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub const fn log() {}
