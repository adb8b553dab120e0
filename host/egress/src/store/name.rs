//! Unambiguous names of entries.
//!
//! A name consists of its space and its key. Each part follows its length, so that no tenant's id or key can
//! imitate another's name: a separator could occur in them too.
//!
//! A space belongs to a tenant or to an API key. Each key is a party of its own, as a key states no tenant and
//! the owners of two keys may have nothing in common. Callers with neither share one space.

use std::borrow::Cow;

use crate::grants::KeyValueGrant;
use contract::Caller;

/// Bytes of a part's length.
const LENGTH: usize = size_of::<u32>();

/// The space of one plugin's entries for one scope: two parts, each after its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Space(Vec<u8>);

/// A space and a key in it: three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntryName {
    bytes: Vec<u8>,
    /// The number of its bytes that are the space.
    space: usize,
}

/// The scope of a space. Each kind has its own letter, so that no tenant's id can imitate another kind.
enum Scope<'a> {
    Tenant(&'a str),
    /// A caller with an API key, which states no tenant.
    ApiKey(&'a str),
    /// Callers without token or key, who share this space.
    Unknown,
    All,
}

impl Space {
    /// Returns the space of `plugin` in a call of `caller`.
    pub(crate) fn of(plugin: &str, grant: KeyValueGrant, caller: Option<&Caller>) -> Self {
        let scope = match (grant, caller) {
            (KeyValueGrant::AllTenants, _) => Scope::All,
            (KeyValueGrant::PerTenant, Some(Caller::User(user))) => Scope::Tenant(&user.tenant_id),
            (KeyValueGrant::PerTenant, Some(Caller::Tenant(id))) => Scope::Tenant(id),
            (KeyValueGrant::PerTenant, Some(Caller::ApiKey(name))) => Scope::ApiKey(name),
            (KeyValueGrant::PerTenant, None) => Scope::Unknown,
        };
        let mut bytes = Vec::new();
        append(&mut bytes, &[plugin]);
        match scope {
            Scope::Tenant(id) => append(&mut bytes, &["t", id]),
            Scope::ApiKey(name) => append(&mut bytes, &["k", name]),
            Scope::Unknown => append(&mut bytes, &["u"]),
            Scope::All => append(&mut bytes, &["a"]),
        }
        Self(bytes)
    }

    /// Returns the name of the entry `key` in this space.
    pub(super) fn name(&self, key: &str) -> EntryName {
        let mut bytes = Vec::with_capacity(self.0.len() + LENGTH + key.len());
        bytes.extend_from_slice(&self.0);
        append(&mut bytes, &[key]);
        EntryName { bytes, space: self.0.len() }
    }
}

impl EntryName {
    /// Returns the whole name.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the space.
    pub(super) fn space(&self) -> &[u8] {
        &self.bytes[..self.space]
    }

    /// Returns the key after its length; never empty.
    pub(super) fn key(&self) -> &[u8] {
        &self.bytes[self.space..]
    }
}

/// Returns the space of a name that was stored as bytes, or all of the bytes if they are not a name.
pub(super) fn space_of(name: &[u8]) -> &[u8] {
    let parts = part(name).and_then(|plugin| Some(plugin + part(&name[plugin..])?));
    parts.map_or(name, |end| &name[..end])
}

/// Returns the part of a space, or of a name, that is the plugin, with its length.
pub(super) fn plugin_of(space: &[u8]) -> &[u8] {
    part(space).map_or(space, |end| &space[..end])
}

/// Returns the plugin's name in such a part.
pub(super) fn plugin_name(part: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(part.get(LENGTH..).unwrap_or_default())
}

/// Returns the bytes of the first part, its length included.
fn part(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.first_chunk::<LENGTH>()?);
    let end = LENGTH.checked_add(usize::try_from(length).ok()?)?;
    (end <= bytes.len()).then_some(end)
}

/// Appends one part: its length, then `pieces` in order.
fn append(bytes: &mut Vec<u8>, pieces: &[&str]) {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    let length = u32::try_from(length).expect("names, tenants and keys are far below 4 GiB");
    bytes.extend_from_slice(&length.to_be_bytes());
    for piece in pieces {
        bytes.extend_from_slice(piece.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use contract::User;

    /// Plugin, grant, caller if known, key.
    type Whose = (String, KeyValueGrant, Option<Caller>, String);

    /// Texts of few letters, including those that names consist of, so that parts often run into each other.
    fn whose() -> impl Strategy<Value = Whose> {
        let text = "[abktu\u{0}\u{1}\u{2}]{0,4}";
        let grant = prop_oneof![Just(KeyValueGrant::PerTenant), Just(KeyValueGrant::AllTenants)];
        let user =
            (text, text).prop_map(|(tenant_id, user_id)| Caller::User(User { tenant_id, user_id, user_name: None }));
        let caller = prop_oneof![user, text.prop_map(Caller::Tenant), text.prop_map(Caller::ApiKey)];
        (text, grant, proptest::option::of(caller), text)
    }

    fn name((plugin, grant, caller, key): &Whose) -> EntryName {
        Space::of(plugin, *grant, caller.as_ref()).name(key)
    }

    /// The scope of a caller: its tenant's, for all users of the tenant.
    fn party(caller: Option<&Caller>) -> Option<(bool, &str)> {
        caller.map(|caller| match caller {
            Caller::User(User { tenant_id, .. }) | Caller::Tenant(tenant_id) => (true, tenant_id.as_str()),
            Caller::ApiKey(name) => (false, name.as_str()),
        })
    }

    /// For all tenants, the caller makes no difference.
    fn same((plugin, grant, caller, key): &Whose, other: &Whose) -> bool {
        let is_party = party(caller.as_ref()) == party(other.2.as_ref());
        let scope = *grant == other.1 && (*grant == KeyValueGrant::AllTenants || is_party);
        *plugin == other.0 && scope && *key == other.3
    }

    proptest! {
        #[test]
        fn names_are_the_same_bytes_only_if_plugin_scope_and_key_are_the_same(one in whose(), other in whose()) {
            prop_assert_eq!(name(&one).bytes() == name(&other).bytes(), same(&one, &other));
        }

        #[test]
        fn no_space_begins_with_another(one in whose(), other in whose()) {
            let (one, other) = (name(&one), name(&other));
            prop_assert_eq!(one.space().starts_with(other.space()), one.space() == other.space());
        }

        #[test]
        fn a_name_kept_as_bytes_still_says_its_space(whose in whose()) {
            let name = name(&whose);
            prop_assert_eq!(space_of(name.bytes()), name.space());
        }

        #[test]
        fn bytes_that_are_no_name_have_some_space(bytes: Vec<u8>) {
            prop_assert!(bytes.starts_with(space_of(&bytes)));
        }
    }

    #[test]
    fn a_space_says_its_plugin() {
        let space = Space::of("hub", KeyValueGrant::AllTenants, None);

        assert_eq!(plugin_name(plugin_of(space.name("key").space())), "hub");
    }

    #[test]
    fn a_tenant_that_is_not_known_is_neither_a_tenant_nor_all_of_them() {
        let caller = |tenant: &str| Caller::Tenant(tenant.to_owned());
        let of = |grant, tenant: Option<&str>| name(&("hub".into(), grant, tenant.map(caller), "token".into()));
        let unknown = of(KeyValueGrant::PerTenant, None);

        for tenant in ["", "u", "a", "t"] {
            assert_ne!(unknown, of(KeyValueGrant::PerTenant, Some(tenant)));
            assert_ne!(of(KeyValueGrant::AllTenants, None), of(KeyValueGrant::PerTenant, Some(tenant)));
        }
        assert_ne!(unknown, of(KeyValueGrant::AllTenants, None));
    }
}
