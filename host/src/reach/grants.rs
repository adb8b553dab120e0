//! What the operator lets one plugin reach, as the settings file says it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// What one plugin may reach: nothing, unless its table `[plugins.NAME.grants]` says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Origins it may send HTTP requests to.
    pub(crate) http: Vec<HttpGrant>,
    /// Secrets it may use, by name.
    pub(crate) secrets: BTreeMap<String, SecretGrant>,
    /// Whether it has a key-value cache, and whose.
    pub(crate) key_value: Option<KeyValueGrant>,
    /// Whether it is told who asks: tenant and user, never the token.
    pub(crate) caller: bool,
}

/// One origin, and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct HttpGrant {
    /// Such as `https://api.contoso.com`, `https://*.contoso.com:8443`.
    pub(crate) origin: String,
    /// Methods in upper case; all, if none is named.
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    /// Addresses it may have besides public ones.
    #[serde(default)]
    pub(crate) networks: Vec<Network>,
}

/// Addresses that are reached only if granted as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Network {
    /// This machine.
    Loopback,
    /// Networks of the operator's own (RFC 1918, RFC 6598, RFC 4193).
    Private,
    /// The link alone, where clouds serve their metadata too.
    LinkLocal,
}

/// A secret: where it comes from, and the one place it may go to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SecretGrant {
    /// The environment variable that holds it.
    pub(crate) env: Option<String>,
    /// The file that holds it; a line break at its end is not part of it.
    pub(crate) file: Option<PathBuf>,
    /// The exact hosts it may be sent to, by https.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// The header it may be sent in.
    pub(crate) header: Option<String>,
    /// Whether it may be sent in a body.
    #[serde(default)]
    pub(crate) body: bool,
    /// Whether the plugin may read it.
    #[serde(default)]
    pub(crate) readable: bool,
}

/// Whose key-value cache a plugin has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeyValueGrant {
    /// One for each tenant that asks.
    PerTenant,
    /// One for all tenants.
    AllTenants,
}
