//! The immutable set of loaded providers that a request uses.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Plugin, ProviderId};
use contract::{Capability, SkillTool, ToolOperation};

/// The loaded providers, in the order in which their insights are shown.
///
/// Never changed in place: a reload creates another, and indexes it once. A request takes one and uses it to its end.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    plugins: Vec<Arc<Plugin>>,
    /// Places in `plugins`, here and below: a start indexes each of many plugins many times.
    by_name: HashMap<Arc<str>, usize>,
    by_capability: HashMap<Capability, Vec<usize>>,
    /// The plugins by the names of their tools. `None` for a name that several have, or that is an operation's: nobody
    /// may answer in the name of another.
    by_tool: HashMap<String, Option<usize>>,
}

impl Catalog {
    /// Returns all providers.
    pub fn plugins(&self) -> impl Iterator<Item = &Arc<Plugin>> {
        self.plugins.iter()
    }

    /// Returns the provider with this name.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Arc<Plugin>> {
        self.by_name.get(id).map(|place| &self.plugins[*place])
    }

    /// Returns the providers that implement `capability`.
    #[must_use]
    pub fn providers_of(&self, capability: Capability) -> Vec<Arc<Plugin>> {
        let places = self.by_capability.get(&capability).into_iter().flatten();
        places.map(|place| Arc::clone(&self.plugins[*place])).collect()
    }

    /// Returns the plugin whose skill has the tool of this name.
    pub(crate) fn plugin_of_tool(&self, name: &str) -> Option<&Arc<Plugin>> {
        self.by_tool.get(name)?.map(|place| &self.plugins[place])
    }

    /// Returns the tools of `plugin` that no other plugin's tool shares its name with.
    pub(crate) fn tools_of<'plugin>(&self, plugin: &'plugin Plugin) -> impl Iterator<Item = &'plugin SkillTool> {
        plugin.tools().iter().filter(|tool| self.plugin_of_tool(tool.name.as_str()).is_some())
    }

    /// Returns the name of whatever else has a tool of the name of `plugin`'s `tool`, if that is not served for it.
    pub(super) fn rival_of<'catalog>(&'catalog self, plugin: &Plugin, tool: &SkillTool) -> Option<&'catalog str> {
        if self.plugin_of_tool(tool.name.as_str()).is_some() {
            return None;
        }
        let has_it = |other: &&Arc<Plugin>| {
            other.id() != plugin.id() && other.tools().iter().any(|others| others.name == tool.name)
        };
        let rival = self.plugins().find(has_it).map(|other| other.id().as_str());
        rival.or_else(|| ToolOperation::named(tool.name.as_str()).map(|operation| operation.name))
    }

    /// Returns this catalog with `plugin` in place of the one with its name.
    pub(super) fn with(&self, plugin: Plugin, order: &[ProviderId]) -> Self {
        let mut plugins = self.others(plugin.id());
        plugins.push(Arc::new(plugin));
        Self::ordered(plugins, order)
    }

    /// Returns this catalog in the operator's `order`; other providers follow by their authors' order, then by
    /// name.
    pub(super) fn in_order(self, order: &[ProviderId]) -> Self {
        Self::ordered(self.plugins, order)
    }

    /// Returns this catalog without the provider with this name.
    pub(super) fn without(&self, id: &ProviderId) -> Self {
        Self::indexed(self.others(id))
    }

    fn others(&self, id: &ProviderId) -> Vec<Arc<Plugin>> {
        self.plugins.iter().filter(|plugin| plugin.id() != id).cloned().collect()
    }

    fn ordered(mut plugins: Vec<Arc<Plugin>>, order: &[ProviderId]) -> Self {
        plugins.sort_by_cached_key(|plugin| {
            let stated = order.iter().position(|id| id == plugin.id()).unwrap_or(order.len());
            (stated, plugin.settings().order.unwrap_or(0), Arc::clone(&plugin.name))
        });
        Self::indexed(plugins)
    }

    fn indexed(plugins: Vec<Arc<Plugin>>) -> Self {
        let mut by_name = HashMap::with_capacity(plugins.len());
        let mut by_capability: HashMap<Capability, Vec<usize>> = HashMap::new();
        let mut by_tool: HashMap<String, Option<usize>> = HashMap::new();
        for (place, plugin) in plugins.iter().enumerate() {
            by_name.insert(Arc::clone(&plugin.name), place);
            for capability in plugin.capabilities() {
                by_capability.entry(*capability).or_default().push(place);
            }
            for tool in plugin.tools() {
                let name = tool.name.as_str();
                let is_taken = by_tool.contains_key(name) || ToolOperation::named(name).is_some();
                by_tool.insert(name.to_owned(), (!is_taken).then_some(place));
            }
        }
        Self { plugins, by_name, by_capability, by_tool }
    }
}
