//! The immutable set of loaded providers that a request sees.

use std::sync::Arc;

use super::{Plugin, ProviderId};
use contract::Capability;

/// The loaded providers, in the order in which their insights are shown.
///
/// Never changed in place: a reload makes another. A request takes one and uses it to its end.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    plugins: Vec<Arc<Plugin>>,
}

impl Catalog {
    /// All providers.
    pub fn plugins(&self) -> impl Iterator<Item = &Arc<Plugin>> {
        self.plugins.iter()
    }

    /// The provider of this name.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Arc<Plugin>> {
        self.plugins.iter().find(|plugin| plugin.id().as_str() == id)
    }

    /// The providers that answer `capability`.
    #[must_use]
    pub fn providers_of(&self, capability: Capability) -> Vec<Arc<Plugin>> {
        self.plugins.iter().filter(|plugin| plugin.capabilities().contains(&capability)).cloned().collect()
    }

    /// This catalog with `plugin` in place of the one of its name.
    pub(super) fn with(&self, plugin: Plugin, order: &[ProviderId]) -> Self {
        let mut next = self.without(plugin.id());
        next.plugins.push(Arc::new(plugin));
        next.in_order(order)
    }

    /// This catalog in the operator's `order`; what that does not name follows by its author's, then by name.
    pub(super) fn in_order(mut self, order: &[ProviderId]) -> Self {
        self.plugins.sort_by_cached_key(|plugin| {
            let stated = order.iter().position(|id| id == plugin.id()).unwrap_or(order.len());
            (stated, plugin.settings().order.unwrap_or(0), plugin.id().clone())
        });
        self
    }

    /// This catalog without the provider of this name.
    pub(super) fn without(&self, id: &ProviderId) -> Self {
        Self { plugins: self.plugins.iter().filter(|plugin| plugin.id() != id).cloned().collect() }
    }
}
