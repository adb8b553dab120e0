//! A cache that outlives the call, for tokens and look-ups. Needs a grant.
//!
//! Each plugin has its own for each tenant that asks. Entries may vanish at any time.

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::host::insight::provider::key_value as host;
#[cfg(not(target_family = "wasm"))]
use crate::testing::host::key_value as host;

pub use crate::bindings::host::insight::provider::key_value::StoreError;

/// Returns the value of a key, if there is one.
///
/// # Errors
///
/// If the cache does not serve; a plugin then does without.
pub fn get(key: &str) -> Result<Option<String>, StoreError> {
    host::get(key)
}

/// Stores a value in place of any before it, for whole seconds and at least one. The host may
/// keep it for less.
///
/// # Errors
///
/// If the cache does not serve, or the key or value is too long.
pub fn set(key: &str, value: &str, time_to_live: Duration) -> Result<(), StoreError> {
    let seconds = u32::try_from(time_to_live.as_secs()).unwrap_or(u32::MAX);
    host::set(key, value, seconds.max(1))
}

/// Removes a key, if it is there.
///
/// # Errors
///
/// If the cache does not serve.
pub fn remove(key: &str) -> Result<(), StoreError> {
    host::remove(key)
}
