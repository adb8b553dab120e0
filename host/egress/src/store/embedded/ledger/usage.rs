//! The use of the store by plugins and their spaces, and the choice of whose entries are evicted.
//!
//! When the store is full, entries of its largest user are evicted: nobody who holds less than an equal share loses any,
//! whatever lifetime the others ask for. The same holds among a plugin's spaces.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::name::plugin_of;

/// Bytes of all names and values, by plugin and space. It repeats a table, for quick decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::store::embedded) struct StoreUsage {
    bytes: u64,
    plugins: BTreeMap<Box<[u8]>, PluginUsage>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct PluginUsage {
    bytes: u64,
    /// Its spaces, the smallest first.
    spaces: BTreeSet<(u64, Box<[u8]>)>,
}

impl StoreUsage {
    /// Returns the bytes of all entries.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the bytes of each plugin, by the part of names that it stands for.
    pub(in crate::store::embedded) fn plugins(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.plugins.iter().map(|(plugin, usage)| (&**plugin, usage.bytes))
    }

    /// Records that a space that held `before` bytes holds `after`.
    pub(super) fn change(&mut self, space: &[u8], before: u64, after: u64) {
        let plugin = self.plugins.entry(plugin_of(space).into()).or_default();
        plugin.spaces.remove(&(before, space.into()));
        if after > 0 {
            plugin.spaces.insert((after, space.into()));
        }
        plugin.bytes = (plugin.bytes + after).saturating_sub(before);
        self.bytes = (self.bytes + after).saturating_sub(before);
        if plugin.spaces.is_empty() {
            self.plugins.remove(plugin_of(space));
        }
    }

    /// Returns the space whose entries make room for `more` bytes in the space `for_space`: the largest of the plugin
    /// that uses most, with those bytes counted. `None` if only the new entry is there.
    pub(super) fn largest(&self, for_space: &[u8], more: u64) -> Option<Box<[u8]>> {
        let requester = plugin_of(for_space);
        let with_more = |is_its: bool, bytes: u64| if is_its { bytes + more } else { bytes };
        let by_use = self.plugins.iter().map(|(name, usage)| {
            let is_requester = **name == *requester;
            (with_more(is_requester, usage.bytes), is_requester, usage)
        });
        // Of equal ones it is the requester, so that nobody gains by writing once more.
        let (_, is_requester, usage) = by_use.max_by_key(|(bytes, is_requester, _)| (*bytes, *is_requester))?;
        let (bytes, space) = usage.spaces.last()?;
        // Its own space may become the largest with the new entry.
        let own = usage.spaces.iter().rev().find(|(_, space)| is_requester && **space == *for_space);
        match own {
            Some((own, its_space)) if own + more >= *bytes => Some(its_space.clone()),
            _ => Some(space.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grants::KeyValueGrant;
    use crate::store::Space;
    use contract::Caller;

    fn space(plugin: &str, tenant: &str) -> Box<[u8]> {
        let caller = Caller::Tenant(tenant.to_owned());
        Space::of(plugin, KeyValueGrant::PerTenant, Some(&caller)).name("key").space().into()
    }

    fn usage(spaces: &[(&str, &str, u64)]) -> StoreUsage {
        let mut usage = StoreUsage::default();
        for (plugin, tenant, bytes) in spaces {
            usage.change(&space(plugin, tenant), 0, *bytes);
        }
        usage
    }

    #[test]
    fn the_largest_user_makes_room_whoever_asks() {
        let usage = usage(&[("greedy", "a", 60), ("greedy", "b", 50), ("hub", "a", 70)]);

        for asking in [space("hub", "a"), space("greedy", "b"), space("new", "a")] {
            assert_eq!(usage.largest(&asking, 5), Some(space("greedy", "a")));
        }
    }

    #[test]
    fn whoever_becomes_the_largest_user_makes_its_own_room() {
        let usage = usage(&[("hub", "a", 100), ("care", "a", 100)]);

        assert_eq!(usage.largest(&space("hub", "a"), 1), Some(space("hub", "a")));
        assert_eq!(usage.largest(&space("care", "a"), 1), Some(space("care", "a")));
        assert_eq!(usage.largest(&space("care", "b"), 1), Some(space("care", "a")), "its largest tenant");
    }

    #[test]
    fn a_tenant_that_becomes_the_largest_of_its_plugin_makes_its_own_room() {
        let usage = usage(&[("hub", "a", 50), ("hub", "b", 50)]);

        assert_eq!(usage.largest(&space("hub", "a"), 10), Some(space("hub", "a")));
        assert_eq!(usage.largest(&space("hub", "b"), 10), Some(space("hub", "b")));
    }

    #[test]
    fn what_is_gone_is_no_longer_counted() {
        let mut usage = usage(&[("hub", "a", 50), ("care", "a", 20)]);

        usage.change(&space("hub", "a"), 50, 0);

        assert_eq!((usage.bytes(), usage.plugins().count()), (20, 1));
        assert_eq!(usage.largest(&space("new", "a"), 1), Some(space("care", "a")));
    }
}
