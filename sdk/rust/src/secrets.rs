//! The plugin's secrets.
//!
//! Most plugins need not read them: in a header of an outgoing request the host replaces
//! `{{secret:NAME}}` with the secret. This module is for plugins that need the value, for example
//! to sign requests.

#[cfg(target_family = "wasm")]
use crate::bindings::host::insight::provider::secrets as host;
#[cfg(not(target_family = "wasm"))]
use crate::testing::host::secrets as host;

pub use crate::bindings::host::insight::provider::secrets::SecretError;

/// Returns a secret that the plugin is granted to read.
///
/// # Errors
///
/// Fails if the plugin is granted no secret of this name, or granted it for sending only.
pub fn reveal(name: &str) -> Result<String, SecretError> {
    host::reveal(name)
}
