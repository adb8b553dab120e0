//! What the operator lets one plugin reach, as the settings file says it.

mod check;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::origin::Origin;

/// What one plugin may reach: nothing, unless its table `[plugins.NAME.grants]` says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Origins it may send HTTP requests to.
    pub http: Vec<HttpGrant>,
    /// Secrets it may use, by name.
    pub secrets: BTreeMap<String, SecretGrant>,
    /// Whether it has a key-value cache, and whose.
    pub key_value: Option<KeyValueGrant>,
    /// Whether it is told who asks: tenant and user, never the token.
    pub caller: bool,
}

/// One origin, and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpGrant {
    /// Such as `https://api.contoso.com`, `https://*.contoso.com:8443`.
    pub origin: String,
    /// Methods in upper case; all but CONNECT and TRACE, if none is named.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Addresses it may have besides public ones.
    #[serde(default)]
    pub networks: Vec<Network>,
}

/// Addresses that are reached only if granted as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// This machine.
    Loopback,
    /// Networks of the operator's own (RFC 1918, RFC 6598, RFC 4193).
    Private,
    /// The link alone, where clouds serve their metadata too.
    LinkLocal,
}

impl Grants {
    /// Whether everything that `others` grant is granted here too.
    pub fn cover(&self, others: &Self) -> bool {
        others.http.iter().all(|grant| self.http.contains(grant))
            && others.secrets.iter().all(|(name, secret)| self.secrets.get(name) == Some(secret))
            && others.key_value.is_none_or(|whose| self.key_value == Some(whose))
            && (self.caller || !others.caller)
    }

    /// What is granted, a line each. Of secrets, where they go and not where they come from.
    pub fn summary(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.http.iter().map(HttpGrant::to_string).collect();
        lines.extend(self.secrets.iter().map(|(name, secret)| format!("secret {name}{secret}")));
        lines.extend(self.key_value.map(|whose| match whose {
            KeyValueGrant::PerTenant => "key-value per-tenant".to_owned(),
            KeyValueGrant::AllTenants => "key-value all-tenants".to_owned(),
        }));
        lines.extend(self.caller.then(|| "caller".to_owned()));
        lines
    }

    /// Whether requests to `origin`, as an author wishes for it, are granted by some method at least.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let Ok(wish) = Origin::parse(origin) else { return false };
        self.http.iter().any(|grant| Origin::parse(&grant.origin).is_ok_and(|granted| granted.covers(&wish)))
    }
}

/// Such as `http https://api.contoso.com by GET POST, network private`.
impl fmt::Display for HttpGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http {}", self.origin)?;
        if !self.methods.is_empty() {
            write!(f, " by {}", self.methods.join(" "))?;
        }
        self.networks.iter().try_for_each(|network| write!(f, ", network {network}"))
    }
}

/// Such as ` in the header authorization to api.contoso.com`.
impl fmt::Display for SecretGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(header) = &self.header {
            write!(f, " in the header {header}")?;
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

/// A secret: where it comes from, and the one place it may go to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
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
    /// Whether it may be sent in a body.
    #[serde(default)]
    pub body: bool,
    /// Whether the plugin may read it.
    #[serde(default)]
    pub readable: bool,
}

/// Whose key-value cache a plugin has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyValueGrant {
    /// One for each tenant that asks.
    PerTenant,
    /// One for all tenants.
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
        let all = "caller = true\nkey-value = \"per-tenant\"\nhttp = [{ origin = \"https://a.com\" }]\n\
                   [secrets.t]\nenv = \"T\"\nhosts = [\"a.com\"]\nheader = \"x-t\"\n";
        let (all_of_it, nothing) = (grants(all), Grants::default());

        assert!(all_of_it.cover(&all_of_it) && all_of_it.cover(&nothing) && nothing.cover(&nothing));
        for part in [
            "caller = true",
            "key-value = \"all-tenants\"",
            "http = [{ origin = \"https://a.com\", methods = [\"GET\"] }]",
            "[secrets.t]\nenv = \"T\"\nhosts = [\"a.com\"]\nheader = \"x-t\"\nreadable = true",
        ] {
            assert!(!nothing.cover(&grants(part)), "{part}");
            assert!(all_of_it.cover(&grants(part)) == (part == "caller = true"), "{part}");
        }
    }
}
