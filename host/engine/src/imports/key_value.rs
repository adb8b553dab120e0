//! `insight:provider/key-value`: values that a plugin keeps for later calls, if it is granted to.

use std::sync::Arc;

use crate::bindings::v1::insight::provider::key_value;
use crate::state::GuestState;
use egress::store::{Entries, StoreError};

impl key_value::Host for GuestState {
    async fn get(&mut self, key: String) -> Result<Option<String>, key_value::StoreError> {
        let entries = Arc::clone(self.entries()?);
        Ok(self.work.run(move || async move { entries.get(&key).await }).await?)
    }

    async fn set(&mut self, key: String, value: String, ttl_seconds: u32) -> Result<(), key_value::StoreError> {
        let entries = Arc::clone(self.entries()?);
        Ok(self.work.run(move || async move { entries.set(&key, value, ttl_seconds).await }).await?)
    }

    async fn remove(&mut self, key: String) -> Result<(), key_value::StoreError> {
        let entries = Arc::clone(self.entries()?);
        Ok(self.work.run(move || async move { entries.remove(&key).await }).await?)
    }
}

impl GuestState {
    /// Returns the entries of this call; an error in a trial, during `init`, or without a grant.
    fn entries(&self) -> Result<&Arc<Entries>, key_value::StoreError> {
        self.egress().and_then(|call| call.entries()).ok_or(key_value::StoreError::NotGranted)
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
