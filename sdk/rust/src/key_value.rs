//! A key-value store that outlives the call, a cache for tokens and look-ups. Needs a grant.
//!
//! Each plugin has a store of its own for each tenant. Entries may be evicted at any time.

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
/// Fails if the store is not available; a plugin then goes on without it.
pub fn get(key: &str) -> Result<Option<String>, StoreError> {
    host::get(key)
}

/// Stores a value and replaces any earlier one. The time to live is rounded down to seconds, to at
/// least one; the host may keep the value for less.
///
/// # Errors
///
/// Fails if the store is not available, or the key or value is too long.
pub fn set(key: &str, value: &str, time_to_live: Duration) -> Result<(), StoreError> {
    let seconds = u32::try_from(time_to_live.as_secs()).unwrap_or(u32::MAX);
    host::set(key, value, seconds.max(1))
}

/// Removes a key, if it is there.
///
/// # Errors
///
/// Fails if the store is not available.
pub fn remove(key: &str) -> Result<(), StoreError> {
    host::remove(key)
}
