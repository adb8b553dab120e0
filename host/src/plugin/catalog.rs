//! The immutable set of loaded providers that a request uses.

use std::sync::Arc;

use super::{Plugin, ProviderId};
use contract::Capability;

/// The loaded providers, in the order in which their insights are shown.
///
/// Never changed in place: a reload creates another. A request takes one and uses it to its end.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    plugins: Vec<Arc<Plugin>>,
}

impl Catalog {
    /// Returns all providers.
    pub fn plugins(&self) -> impl Iterator<Item = &Arc<Plugin>> {
        self.plugins.iter()
    }

    /// Returns the provider with this name.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Arc<Plugin>> {
        self.plugins.iter().find(|plugin| plugin.id().as_str() == id)
    }

    /// Returns the providers that implement `capability`.
    #[must_use]
    pub fn providers_of(&self, capability: Capability) -> Vec<Arc<Plugin>> {
        self.plugins.iter().filter(|plugin| plugin.capabilities().contains(&capability)).cloned().collect()
    }

    /// Returns this catalog with `plugin` in place of the one with its name.
    pub(super) fn with(&self, plugin: Plugin, order: &[ProviderId]) -> Self {
        let mut next = self.without(plugin.id());
        next.plugins.push(Arc::new(plugin));
        next.in_order(order)
    }

    /// Returns this catalog in the operator's `order`; other providers follow by their authors' order, then by
    /// name.
    pub(super) fn in_order(mut self, order: &[ProviderId]) -> Self {
        self.plugins.sort_by_cached_key(|plugin| {
            let stated = order.iter().position(|id| id == plugin.id()).unwrap_or(order.len());
            (stated, plugin.settings().order.unwrap_or(0), plugin.id().clone())
        });
        self
    }

    /// Returns this catalog without the provider with this name.
    pub(super) fn without(&self, id: &ProviderId) -> Self {
        Self { plugins: self.plugins.iter().filter(|plugin| plugin.id() != id).cloned().collect() }
    }
}
