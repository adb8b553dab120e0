//! Values of secrets that a plugin's author supplies while developing it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The value of a secret, from the author's settings for development.
///
/// Such a secret may be read, and be sent in any header and in bodies to every granted origin: by https, and by http to
/// this machine. No setting of a host yields one, so a host that serves others has none.
#[derive(Clone)]
pub struct AuthorSecret(SecretString);

impl From<String> for AuthorSecret {
    fn from(value: String) -> Self {
        Self(value.into())
    }
}

impl AuthorSecret {
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Compares values, as a secret that has changed is another grant.
impl PartialEq for AuthorSecret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for AuthorSecret {}

/// Keeps the value out of logs.
impl fmt::Debug for AuthorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorSecret")
    }
}
