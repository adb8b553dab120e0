//! The host's log. Needs no grant.
//!
//! The host adds the plugin's name and the activity id. Facts belong in fields, so that messages stay constant:
//!
//! ```
//! use insight_sdk::log;
//!
//! log::warn!("backend refused", status = 503, attempt = 2);
//! ```

#[cfg(target_family = "wasm")]
use crate::bindings::host::insight::provider::log as host;
#[cfg(not(target_family = "wasm"))]
use crate::testing::host::log as host;

use crate::Property;

pub use crate::bindings::host::insight::provider::log::Level;
#[doc(inline)]
pub use crate::{
    __log_debug as debug, __log_error as error, __log_info as info, __log_trace as trace, __log_warn as warn,
};

/// Writes an entry.
pub fn write(level: Level, message: &str, fields: &[Property]) {
    host::write(level, message, fields);
}

/// Writes an entry whose fields have values that implement `Display`.
#[doc(hidden)]
#[macro_export]
macro_rules! __log {
    ($level:ident, $message:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::log::write($crate::log::Level::$level, $message, &[
            $($crate::Property::from((stringify!($name), ::std::string::ToString::to_string(&$value)))),*
        ])
    };
}

/// Writes an entry of level trace: a detail of a step.
#[doc(hidden)]
#[macro_export]
macro_rules! __log_trace { ($($entry:tt)+) => { $crate::__log!(Trace, $($entry)+) }; }

/// Writes an entry of level debug: a step.
#[doc(hidden)]
#[macro_export]
macro_rules! __log_debug { ($($entry:tt)+) => { $crate::__log!(Debug, $($entry)+) }; }

/// Writes an entry of level info: a change of state.
#[doc(hidden)]
#[macro_export]
macro_rules! __log_info { ($($entry:tt)+) => { $crate::__log!(Info, $($entry)+) }; }

/// Writes an entry of level warn: something that the operator should know.
#[doc(hidden)]
#[macro_export]
macro_rules! __log_warn { ($($entry:tt)+) => { $crate::__log!(Warn, $($entry)+) }; }

/// Writes an entry of level error: something that the operator must act on.
#[doc(hidden)]
#[macro_export]
macro_rules! __log_error { ($($entry:tt)+) => { $crate::__log!(Error, $($entry)+) }; }
