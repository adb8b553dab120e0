//! Settings of authentication.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::api_keys::KeyHash;
use super::form::Form;
use super::providers::Providers;
use net::proxy::Proxies;

/// Settings of authentication.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// True if callers without credentials are admitted. Credentials that are sent must be valid all the same.
    pub(crate) anonymous: bool,
    /// Issuers whose tokens are accepted.
    pub(crate) issuers: Vec<IssuerSettings>,
    /// Keys of callers without tokens.
    pub(crate) keys: Vec<KeySettings>,
    /// Certificates to trust when signing keys are fetched, in place of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// Proxies that signing keys are fetched through.
    pub(crate) proxies: Arc<Proxies>,
    /// Times for fetching signing keys.
    pub(crate) key_times: KeyTimes,
}

/// Times for fetching and keeping the signing keys of issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyTimes {
    /// Age at which they are fetched again.
    pub(crate) refresh: Duration,
    /// The least time between two fetches, however many tokens name unknown keys.
    pub(crate) pause: Duration,
    /// Age up to which they are used while their issuer cannot be reached.
    pub(crate) stale: Duration,
}

/// One hour, half a minute and one day.
impl Default for KeyTimes {
    fn default() -> Self {
        let hour = Duration::from_secs(60 * 60);
        Self { refresh: hour, pause: Duration::from_secs(30), stale: 24 * hour }
    }
}

/// An issuer, and the conditions for accepting its tokens.
#[derive(Clone, Debug)]
pub(crate) struct IssuerSettings {
    /// Name in the log and in metrics.
    pub(crate) name: String,
    /// Permitted values of a token's `iss`.
    pub(crate) forms: Vec<Form>,
    /// Tenants whose tokens are accepted, in lower case; all, if there is no list.
    pub(crate) tenants: Option<BTreeSet<String>>,
    /// Permitted values of a token's `aud`.
    pub(crate) audiences: Vec<String>,
    /// Scopes (`scp`) of which a user's token needs one.
    pub(crate) scopes: BTreeSet<String>,
    /// Roles (`roles`) of which an application's token needs one, in place of a scope.
    pub(crate) roles: BTreeSet<String>,
    /// Applications that tokens may be issued to (`azp`, `appid`); any, if none is named.
    pub(crate) clients: Vec<ClientSettings>,
    /// Providers that callers with its tokens may ask.
    pub(crate) providers: Providers,
    /// URL of its signing keys. Without it, OpenID discovery finds them.
    pub(crate) jwks_url: Option<Url>,
    /// URL of OpenID discovery, by the first of `forms`.
    pub(crate) discovery_url: Url,
    /// True if its keys may be fetched unencrypted from another machine.
    pub(crate) plain_http: bool,
}

/// An application that callers use.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    /// Its id, in lower case.
    pub(crate) id: String,
    /// Providers that its users may ask, among those that its issuer permits.
    pub(crate) providers: Providers,
}

/// A key of a caller without tokens.
#[derive(Clone, Debug)]
pub(crate) struct KeySettings {
    /// Name in the log.
    pub(crate) name: String,
    /// Digest of the key.
    pub(crate) sha256: KeyHash,
    /// Providers that its owner may ask.
    pub(crate) providers: Providers,
}
