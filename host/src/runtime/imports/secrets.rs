//! `insight:provider/secrets`: no plugin is granted any yet.

use crate::bindings::v1::insight::provider::secrets;
use crate::runtime::state::GuestState;

impl secrets::Host for GuestState {
    fn reveal(&mut self, _name: String) -> Result<String, secrets::SecretError> {
        Err(secrets::SecretError::Unknown)
    }
}
