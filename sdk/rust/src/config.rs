//! The `[config]` table of the plugin's settings. Needs no grant.

#[cfg(target_family = "wasm")]
use crate::bindings::host::insight::provider::config as host;
#[cfg(not(target_family = "wasm"))]
use crate::testing::host::config as host;

/// Returns a value as text, if it is set.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    host::get(name)
}
