//! Names of entries: whose they are, and their key, so that two of them are never the same bytes.

use crate::grants::KeyValueGrant;
use contract::Caller;

/// Bytes that say how long a part is.
const LENGTH: usize = size_of::<u32>();

/// Whose entries: one plugin's, and for whom. Two parts, each after its length, as text between them
/// could stand in a tenant's id too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space(Vec<u8>);

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
    /// Who has a key of the host's, which says nothing of tenants.
    ApiKey(&'a str),
    /// Nobody knows for whom: callers without token or key have this, and no tenant's.
    Unknown,
    All,
}

impl Space {
    /// The space of `plugin` in a call of `caller`.
    pub fn of(plugin: &str, grant: KeyValueGrant, caller: Option<&Caller>) -> Self {
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
    use contract::User;

    /// Who keeps what: plugin, grant, caller if known, key.
    type Whose = (String, KeyValueGrant, Option<Caller>, String);

    /// Texts of few letters, the ones that names are made of among them, so that parts often run into each other.
    fn whose() -> impl Strategy<Value = Whose> {
        let text = "[abktu\u{0}\u{1}\u{2}]{0,4}";
        let grant = prop_oneof![Just(KeyValueGrant::PerTenant), Just(KeyValueGrant::AllTenants)];
        let user = (text, text).prop_map(|(tenant_id, user_id)| Caller::User(User { tenant_id, user_id }));
        let caller = prop_oneof![user, text.prop_map(Caller::Tenant), text.prop_map(Caller::ApiKey)];
        (text, grant, proptest::option::of(caller), text)
    }

    fn name((plugin, grant, caller, key): &Whose) -> Name {
        Space::of(plugin, *grant, caller.as_ref()).name(key)
    }

    /// Whose entries a caller has: those of the tenant, whoever of it asks.
    fn party(caller: Option<&Caller>) -> Option<(bool, &str)> {
        caller.map(|caller| match caller {
            Caller::User(User { tenant_id, .. }) | Caller::Tenant(tenant_id) => (true, tenant_id.as_str()),
            Caller::ApiKey(name) => (false, name.as_str()),
        })
    }

    /// For all tenants it is the same who asks.
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
