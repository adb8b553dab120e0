//! Egress grants of one plugin, as the settings file states them.

mod check;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::origin::Origin;
use super::secrets::AuthorSecret;

/// The grants of one plugin: none, unless its table `[plugins.NAME.grants]` has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Origins that the plugin may send HTTP requests to.
    pub http: Vec<HttpGrant>,
    /// Secrets that the plugin may use, by name.
    pub secrets: BTreeMap<String, SecretGrant>,
    /// The kind of key-value cache, if the plugin has one.
    pub key_value: Option<KeyValueGrant>,
    /// Set if the plugin learns the caller's tenant and user. It never sees the token.
    pub caller: bool,
    /// Set if it learns the caller's sign-in name, too.
    pub user_name: bool,
}

/// One origin, with its methods and networks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpGrant {
    /// The origin, such as `https://api.contoso.com` or `https://*.contoso.com:8443`.
    pub origin: String,
    /// Methods in upper case; all but CONNECT and TRACE, if none is named.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Networks its addresses may belong to besides the public one.
    #[serde(default)]
    pub networks: Vec<Network>,
}

/// Networks that are reachable only if granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// This machine.
    Loopback,
    /// The operator's own networks (RFC 1918, RFC 6598, RFC 4193).
    Private,
    /// The local link, on which clouds also serve metadata.
    LinkLocal,
}

impl Grants {
    /// Returns whether everything that `others` grant is granted here too.
    pub fn cover(&self, others: &Self) -> bool {
        others.http.iter().all(|grant| self.http.contains(grant))
            && others.secrets.iter().all(|(name, secret)| self.secrets.get(name) == Some(secret))
            && others.key_value.is_none_or(|whose| self.key_value == Some(whose))
            && (self.caller || !others.caller)
            && (self.user_name || !others.user_name)
    }

    /// Returns the files that hold secrets.
    pub fn secret_files(&self) -> impl Iterator<Item = &Path> {
        self.secrets.values().filter_map(|secret| secret.file.as_deref())
    }

    /// Returns the grants, one per line. A secret's line shows its destination, not its source.
    pub fn summary(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.http.iter().map(HttpGrant::to_string).collect();
        lines.extend(self.secrets.iter().map(|(name, secret)| format!("secret {name}{secret}")));
        lines.extend(self.key_value.map(|whose| match whose {
            KeyValueGrant::PerTenant => "key-value per-tenant".to_owned(),
            KeyValueGrant::AllTenants => "key-value all-tenants".to_owned(),
        }));
        lines.extend(self.caller.then(|| "caller".to_owned()));
        lines.extend(self.user_name.then(|| "user-name".to_owned()));
        lines
    }

    /// Returns whether requests to `origin`, as an author requests it, are granted with at least one method.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let Ok(wish) = Origin::parse(origin) else { return false };
        self.http.iter().any(|grant| Origin::parse(&grant.origin).is_ok_and(|granted| granted.covers(&wish)))
    }
}

impl HttpGrant {
    /// Creates the grant of an origin that an author states for development, which may be this machine.
    pub fn of_author(origin: &str, networks: &[Network]) -> Self {
        let is_here = Origin::parse(origin).is_ok_and(|origin| origin.is_loopback());
        let mut networks = networks.to_vec();
        if is_here && !networks.contains(&Network::Loopback) {
            networks.push(Network::Loopback);
        }
        Self { origin: origin.to_owned(), methods: Vec::new(), networks }
    }
}

impl SecretGrant {
    /// Creates the grant of a secret that an author supplies for development.
    pub fn of_author(value: String) -> Self {
        Self { of_author: Some(value.into()), ..Self::default() }
    }
}

/// Formats a grant, such as `http https://api.contoso.com by GET POST, network private`.
impl fmt::Display for HttpGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http {}", self.origin)?;
        if !self.methods.is_empty() {
            write!(f, " by {}", self.methods.join(" "))?;
        }
        self.networks.iter().try_for_each(|network| write!(f, ", network {network}"))
    }
}

/// Formats a secret's use, such as ` in the header authorization to api.contoso.com`.
impl fmt::Display for SecretGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(header) = &self.header {
            write!(f, " in the header {header}")?;
        }
        if self.of_author.is_some() {
            return f.write_str(" for development");
        }
        if self.body {
            f.write_str(" in the body")?;
        }
        if !self.hosts.is_empty() {
            write!(f, " to {}", self.hosts.join(" "))?;
        }
        if self.readable { f.write_str(", readable") } else { Ok(()) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
        })
    }
}

/// A secret: its source, and its only destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretGrant {
    /// The environment variable that holds it.
    pub env: Option<String>,
    /// The file that holds it; a line break at its end is not part of it.
    pub file: Option<PathBuf>,
    /// The exact hosts it may be sent to, by https.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The header it may be sent in.
    pub header: Option<String>,
    /// Set if it may be sent in a body.
    #[serde(default)]
    pub body: bool,
    /// Set if the plugin may read it.
    #[serde(default)]
    pub readable: bool,
    /// The value, in place of all of the above, if the plugin's author supplies it for development.
    #[serde(skip)]
    pub of_author: Option<AuthorSecret>,
}

/// The scope of a plugin's key-value cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyValueGrant {
    /// A cache per calling tenant.
    PerTenant,
    /// One cache for all tenants.
    AllTenants,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(text: &str) -> Grants {
        toml::from_str(text).expect("the test writes grants")
    }

    #[test]
    fn grants_cover_those_that_have_nothing_they_lack() {
        let all = "caller = true\nuser-name = true\nkey-value = \"per-tenant\"\nhttp = [{ origin = \"https://a.com\" }]\n\
                   [secrets.t]\nenv = \"T\"\nhosts = [\"a.com\"]\nheader = \"x-t\"\n";
        let (all_of_it, nothing) = (grants(all), Grants::default());

        assert!(all_of_it.cover(&all_of_it) && all_of_it.cover(&nothing) && nothing.cover(&nothing));
        for part in [
            "caller = true",
            "user-name = true",
            "key-value = \"all-tenants\"",
            "http = [{ origin = \"https://a.com\", methods = [\"GET\"] }]",
            "[secrets.t]\nenv = \"T\"\nhosts = [\"a.com\"]\nheader = \"x-t\"\nreadable = true",
        ] {
            assert!(!nothing.cover(&grants(part)), "{part}");
            assert!(all_of_it.cover(&grants(part)) == matches!(part, "caller = true" | "user-name = true"), "{part}");
        }
    }
}
