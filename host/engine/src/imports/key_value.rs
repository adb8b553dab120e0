//! `insight:provider/key-value`: values that a plugin keeps for later calls, if it is granted to.

use crate::bindings::v1::insight::provider::key_value;
use crate::state::GuestState;
use egress::CallEgress;
use egress::store::{Entries, StoreError};

impl key_value::Host for GuestState {
    async fn get(&mut self, key: String) -> Result<Option<String>, key_value::StoreError> {
        Ok(self.entries()?.get(&key).await?)
    }

    async fn set(&mut self, key: String, value: String, ttl_seconds: u32) -> Result<(), key_value::StoreError> {
        Ok(self.entries()?.set(&key, value, ttl_seconds).await?)
    }

    async fn remove(&mut self, key: String) -> Result<(), key_value::StoreError> {
        Ok(self.entries()?.remove(&key).await?)
    }
}

impl GuestState {
    /// Returns the entries of this call; an error in a trial, during `init`, or without a grant.
    fn entries(&self) -> Result<&Entries, key_value::StoreError> {
        self.egress().and_then(CallEgress::entries).ok_or(key_value::StoreError::NotGranted)
    }
}

impl From<StoreError> for key_value::StoreError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLong => Self::TooLong,
            StoreError::Full => Self::Full,
            StoreError::Unavailable => Self::Unavailable,
        }
    }
}
