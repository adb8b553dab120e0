//! A plugin as connectors show it.

use connector::Provider;

use super::Plugin;

impl From<&Plugin> for Provider {
    fn from(plugin: &Plugin) -> Self {
        Self {
            id: plugin.id().to_string(),
            profile: plugin.profile().cloned(),
            capabilities: plugin.capabilities().clone(),
            skills: plugin.skills().to_vec(),
        }
    }
}
