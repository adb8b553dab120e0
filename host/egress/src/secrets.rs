//! Secrets of a plugin: read at load, put into requests in place of `{{secret:NAME}}`, and redacted in
//! responses.

mod author;
mod read;
mod redact;
mod template;

use std::collections::BTreeMap;
use std::fmt;

use hyper::header::HeaderName;
use secrecy::{ExposeSecret, SecretString};

pub use self::author::AuthorSecret;
pub(crate) use self::read::SecretError;
pub(super) use self::redact::Blanking;
pub(super) use self::template::{SecretSlot, TemplateSearch, Unfilled, has_template};
use super::grants::SecretGrant;
use super::origin::host_name;

/// The secrets of one plugin, by name.
#[derive(Default)]
pub(super) struct Secrets(BTreeMap<String, Secret>);

struct Secret {
    value: SecretString,
    goes_to: Option<GoesTo>,
    readable: bool,
}

/// The destinations that a secret may be sent to.
enum GoesTo {
    /// One header of requests to some hosts, by https.
    Only {
        /// Hosts in the form that [`super::origin::Origin`] has.
        hosts: Vec<String>,
        /// The header; the body if `None`.
        header: Option<HeaderName>,
    },
    /// Any header and bodies of granted requests, by https or to this machine: the value is for development.
    Anywhere,
}

/// The reason a plugin may not read a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unrevealed {
    /// The plugin is granted no secret of this name.
    #[error("not granted")]
    Unknown,
    /// The plugin may send the secret, but not read it.
    #[error("not readable")]
    NotReadable,
}

impl Secrets {
    /// Reads the secrets that `grants` name.
    ///
    /// # Errors
    ///
    /// Fails if one is missing, or has a value that its destination cannot hold.
    pub(super) fn read(grants: &BTreeMap<String, SecretGrant>) -> Result<Self, SecretError> {
        let read = |(name, grant): (&String, &SecretGrant)| Ok((name.clone(), Secret::read(name, grant)?));
        grants.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Returns a secret's value, for a plugin that may read it.
    ///
    /// # Errors
    ///
    /// Fails if the plugin may not read it.
    pub(super) fn reveal(&self, name: &str) -> Result<String, Unrevealed> {
        let secret = self.0.get(name).ok_or(Unrevealed::Unknown)?;
        if !secret.readable {
            return Err(Unrevealed::NotReadable);
        }
        Ok(secret.value.expose_secret().to_owned())
    }

    /// Returns whether both have the same values, so that one can replace the other.
    pub(super) fn have_the_values_of(&self, other: &Self) -> bool {
        let values = |secrets: &Self| {
            let values = secrets.0.iter().map(|(name, secret)| (name.clone(), secret.value.expose_secret().to_owned()));
            values.collect::<Vec<_>>()
        };
        values(self) == values(other)
    }

    /// Returns the values to redact in responses: those that the plugin may send but not read.
    fn hidden(&self) -> impl Iterator<Item = &[u8]> {
        let hidden = self.0.values().filter(|secret| secret.goes_to.is_some() && !secret.readable);
        hidden.map(|secret| secret.value.expose_secret().as_bytes())
    }
}

/// Shows the names only.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl GoesTo {
    fn of(grant: &SecretGrant) -> Option<Self> {
        if grant.of_author.is_some() {
            return Some(Self::Anywhere);
        }
        let header = grant.header.as_deref().and_then(|header| HeaderName::from_bytes(header.as_bytes()).ok());
        let hosts = grant.hosts.iter().filter_map(|host| host_name(host)).collect();
        (header.is_some() || grant.body).then_some(Self::Only { hosts, header })
    }

    fn may_be_a_header(&self) -> bool {
        matches!(self, Self::Only { header: Some(_), .. } | Self::Anywhere)
    }
}

#[cfg(test)]
impl Secrets {
    /// Returns a secret for a header to one host, for tests.
    pub(super) fn of_header(name: &str, value: &str, header: &'static str, host: &str) -> Self {
        Self::of(name, value, host, Some(HeaderName::from_static(header)))
    }

    /// Returns a secret for bodies to one host, for tests.
    pub(super) fn of_body(name: &str, value: &str, host: &str) -> Self {
        Self::of(name, value, host, None)
    }

    /// Returns these secrets and others, for tests.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    fn of(name: &str, value: &str, host: &str, header: Option<HeaderName>) -> Self {
        let goes_to = Some(GoesTo::Only { hosts: vec![host.to_owned()], header });
        Self(BTreeMap::from([(name.to_owned(), Secret { value: value.into(), goes_to, readable: false })]))
    }
}
