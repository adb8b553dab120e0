//! Names of entries: whose they are, and their key, so that two of them are never the same bytes.

use crate::contract::Caller;
use crate::reach::grants::KeyValueGrant;

/// Bytes that say how long a part is.
const LENGTH: usize = size_of::<u32>();

/// Whose entries: one plugin's, and for whom. Two parts, each after its length, as text between them
/// could stand in a tenant's id too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reach) struct Space(Vec<u8>);

/// A space and a key in it: three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    bytes: Vec<u8>,
    /// Bytes of it that are the space.
    space: usize,
}

/// For whom a space is. Each kind has a letter of its own, so that no tenant's id is taken for another kind.
enum Scope<'a> {
    Tenant(&'a str),
    /// Nobody knows for whom: callers without a token have this, and no tenant's.
    Unknown,
    All,
}

impl Space {
    /// The space of `plugin` in a call of `caller`.
    pub(in crate::reach) fn of(plugin: &str, grant: KeyValueGrant, caller: Option<&Caller>) -> Self {
        let scope = match (grant, caller) {
            (KeyValueGrant::AllTenants, _) => Scope::All,
            (KeyValueGrant::PerTenant, Some(caller)) => Scope::Tenant(&caller.tenant_id),
            (KeyValueGrant::PerTenant, None) => Scope::Unknown,
        };
        let mut bytes = Vec::new();
        append(&mut bytes, &[plugin]);
        match scope {
            Scope::Tenant(id) => append(&mut bytes, &["t", id]),
            Scope::Unknown => append(&mut bytes, &["u"]),
            Scope::All => append(&mut bytes, &["a"]),
        }
        Self(bytes)
    }

    /// The name of the entry `key` in it.
    pub(super) fn name(&self, key: &str) -> Name {
        let mut bytes = Vec::with_capacity(self.0.len() + LENGTH + key.len());
        bytes.extend_from_slice(&self.0);
        append(&mut bytes, &[key]);
        Name { bytes, space: self.0.len() }
    }
}

impl Name {
    /// All of it.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its space.
    pub(super) fn space(&self) -> &[u8] {
        &self.bytes[..self.space]
    }

    /// Its key, after the key's length: never empty.
    pub(super) fn key(&self) -> &[u8] {
        &self.bytes[self.space..]
    }
}

/// The space of a name that was kept as bytes. All of the bytes, if they are no name.
pub(super) fn space_of(name: &[u8]) -> &[u8] {
    let parts = part(name).and_then(|plugin| Some(plugin + part(&name[plugin..])?));
    parts.map_or(name, |end| &name[..end])
}

/// Bytes of the first part, its length included.
fn part(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.first_chunk::<LENGTH>()?);
    let end = LENGTH.checked_add(usize::try_from(length).ok()?)?;
    (end <= bytes.len()).then_some(end)
}

/// Adds one part: its length, and `pieces` one after the other.
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

    /// Who keeps what: plugin, grant, tenant if known, key.
    type Whose = (String, KeyValueGrant, Option<String>, String);

    /// Texts of few letters, the ones that names are made of among them, so that parts often run into each other.
    fn whose() -> impl Strategy<Value = Whose> {
        let text = "[abtu\u{0}\u{1}\u{2}]{0,4}";
        let grant = prop_oneof![Just(KeyValueGrant::PerTenant), Just(KeyValueGrant::AllTenants)];
        (text, grant, proptest::option::of(text), text)
    }

    fn name((plugin, grant, tenant, key): &Whose) -> Name {
        let caller = tenant.clone().map(|tenant_id| Caller { tenant_id, user_id: "kenny".to_owned() });
        Space::of(plugin, *grant, caller.as_ref()).name(key)
    }

    /// For all tenants it is the same who asks.
    fn same((plugin, grant, tenant, key): &Whose, other: &Whose) -> bool {
        let scope = *grant == other.1 && (*grant == KeyValueGrant::AllTenants || *tenant == other.2);
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
    fn a_tenant_that_is_not_known_is_neither_a_tenant_nor_all_of_them() {
        let of = |grant, tenant: Option<&str>| name(&("hub".into(), grant, tenant.map(Into::into), "token".into()));
        let unknown = of(KeyValueGrant::PerTenant, None);

        for tenant in ["", "u", "a", "t"] {
            assert_ne!(unknown, of(KeyValueGrant::PerTenant, Some(tenant)));
            assert_ne!(of(KeyValueGrant::AllTenants, None), of(KeyValueGrant::PerTenant, Some(tenant)));
        }
        assert_ne!(unknown, of(KeyValueGrant::AllTenants, None));
    }
}
