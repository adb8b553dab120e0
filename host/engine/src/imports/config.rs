//! `insight:provider/config`: values from the plugin's settings.

use crate::bindings::v1::insight::provider::config;
use crate::state::GuestState;

impl config::Host for GuestState {
    fn get(&mut self, name: String) -> Option<String> {
        self.config.get(&name).cloned()
    }
}
