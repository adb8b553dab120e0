//! A plugin's egress: the grants that its author requests, the grants that the operator gives, and the attempts that
//! were denied. Of a secret it shows the name and the hosts that it may be sent to, never the value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plugin::Plugin;
use egress::{EgressKind, KeyValueGrant, Network};

/// The requested grants, the grants, and the attempts denied so far.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ReachView {
    pub(crate) wished: Wished,
    pub(crate) granted: GrantView,
    pub(crate) refused: Vec<RefusedReach>,
}

/// The requested grants, from the author's settings.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wished {
    /// The origins that it sends requests to.
    pub(crate) http: Vec<String>,
    /// The names of the secrets that it uses.
    pub(crate) secrets: Vec<String>,
    pub(crate) key_value: bool,
    pub(crate) caller: bool,
    /// The caller's sign-in name.
    pub(crate) user_name: bool,
}

/// The grants, from the operator's settings.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GrantView {
    pub(crate) http: Vec<GrantedHttp>,
    pub(crate) secrets: Vec<GrantedSecret>,
    /// The scope of its key-value store, if it has one.
    pub(crate) key_value: Option<String>,
    pub(crate) caller: bool,
    /// The caller's sign-in name.
    pub(crate) user_name: bool,
}

/// An origin that is granted, with its methods and networks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GrantedHttp {
    pub(crate) origin: String,
    /// The allowed methods; empty for any.
    pub(crate) methods: Vec<String>,
    /// The networks that are allowed besides public ones.
    pub(crate) networks: Vec<String>,
}

/// A secret that is granted, and where it may be sent.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GrantedSecret {
    pub(crate) name: String,
    pub(crate) hosts: Vec<String>,
    pub(crate) header: Option<String>,
    pub(crate) body: bool,
    pub(crate) readable: bool,
}

/// The count of denied attempts of one kind.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RefusedReach {
    pub(crate) kind: String,
    pub(crate) count: u64,
}

impl ReachView {
    pub(super) fn of(plugin: &Plugin) -> Self {
        let wishes = &plugin.settings().wishes;
        let refused = plugin.egress().refused();
        Self {
            wished: Wished {
                http: wishes.http.clone(),
                secrets: wishes.secrets.clone(),
                key_value: wishes.key_value,
                caller: wishes.caller,
                user_name: wishes.user_name,
            },
            granted: GrantView::to(plugin),
            refused: EgressKind::ALL
                .map(|kind| RefusedReach { kind: kind.name().to_owned(), count: refused.get(kind) })
                .into(),
        }
    }
}

impl GrantView {
    fn to(plugin: &Plugin) -> Self {
        let grants = plugin.egress().grants();
        let http = grants.http.iter().map(|grant| GrantedHttp {
            origin: grant.origin.clone(),
            methods: grant.methods.clone(),
            networks: grant.networks.iter().map(|network| name_of(*network).to_owned()).collect(),
        });
        let secrets = grants.secrets.iter().map(|(name, grant)| GrantedSecret {
            name: name.clone(),
            hosts: grant.hosts.clone(),
            header: grant.header.clone(),
            body: grant.body,
            readable: grant.readable,
        });
        let whose = |grant| match grant {
            KeyValueGrant::PerTenant => "per-tenant".to_owned(),
            KeyValueGrant::AllTenants => "all-tenants".to_owned(),
        };
        Self {
            http: http.collect(),
            secrets: secrets.collect(),
            key_value: grants.key_value.map(whose),
            caller: grants.caller,
            user_name: grants.user_name,
        }
    }
}

fn name_of(network: Network) -> &'static str {
    match network {
        Network::Loopback => "loopback",
        Network::Private => "private",
        Network::LinkLocal => "link-local",
    }
}
