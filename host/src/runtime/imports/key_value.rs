//! `insight:provider/key-value`: no plugin is granted a store yet.

use crate::bindings::v1::insight::provider::key_value;
use crate::runtime::state::GuestState;

impl key_value::Host for GuestState {
    async fn get(&mut self, _key: String) -> Result<Option<String>, key_value::StoreError> {
        Err(key_value::StoreError::NotGranted)
    }

    async fn set(&mut self, _key: String, _value: String, _ttl_seconds: u32) -> Result<(), key_value::StoreError> {
        Err(key_value::StoreError::NotGranted)
    }

    async fn remove(&mut self, _key: String) -> Result<(), key_value::StoreError> {
        Err(key_value::StoreError::NotGranted)
    }
}
