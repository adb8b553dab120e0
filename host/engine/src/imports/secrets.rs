//! `insight:provider/secrets`: secrets that the plugin may read.

use crate::bindings::v1::insight::provider::secrets;
use crate::state::GuestState;
use egress::Unrevealed;

impl secrets::Host for GuestState {
    /// Returns no secret to a plugin that is preparing: it could keep the value beyond the call.
    fn reveal(&mut self, name: String) -> Result<String, secrets::SecretError> {
        let call = self.egress().ok_or(secrets::SecretError::Unknown)?;
        call.reveal(&name).map_err(secrets::SecretError::from)
    }
}

impl From<Unrevealed> for secrets::SecretError {
    fn from(why: Unrevealed) -> Self {
        match why {
            Unrevealed::Unknown => Self::Unknown,
            Unrevealed::NotReadable => Self::NotReadable,
        }
    }
}
