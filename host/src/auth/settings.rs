//! How callers are judged.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::api_keys::KeyHash;
use super::form::Form;
use super::providers::Providers;

/// How callers are judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Whether who proves nothing is let in. What is sent must be good all the same.
    pub(crate) anonymous: bool,
    /// Who may give tokens.
    pub(crate) issuers: Vec<IssuerSettings>,
    /// Keys of callers without tokens.
    pub(crate) keys: Vec<KeySettings>,
    /// Whom to trust when signing keys are fetched, in place of the system's certificates.
    pub(crate) ca_file: Option<PathBuf>,
    /// How signing keys are kept.
    pub(crate) key_times: KeyTimes,
}

/// How the signing keys of issuers are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTimes {
    /// Age at which they are fetched again.
    pub(crate) refresh: Duration,
    /// The least time between two fetches, however many tokens name keys that are not known.
    pub(crate) pause: Duration,
    /// Age up to which they serve while their issuer cannot be reached.
    pub(crate) stale: Duration,
}

/// An hour, half a minute and a day.
impl Default for KeyTimes {
    fn default() -> Self {
        let hour = Duration::from_secs(60 * 60);
        Self { refresh: hour, pause: Duration::from_secs(30), stale: 24 * hour }
    }
}

/// Somebody who gives tokens, and which of them are good here.
#[derive(Clone, Debug)]
pub(crate) struct IssuerSettings {
    /// What the log and metrics call it.
    pub(crate) name: String,
    /// What a token's `iss` may be.
    pub(crate) forms: Vec<Form>,
    /// Tenants whose tokens are good, in lower case; all, if there is no list.
    pub(crate) tenants: Option<BTreeSet<String>>,
    /// What a token's `aud` may be.
    pub(crate) audiences: Vec<String>,
    /// Scopes (`scp`) of which a user's token needs one.
    pub(crate) scopes: BTreeSet<String>,
    /// Roles (`roles`) of which an application's token needs one, in place of a scope.
    pub(crate) roles: BTreeSet<String>,
    /// Applications that tokens may be given to (`azp`, `appid`); any, if none is named.
    pub(crate) clients: Vec<ClientSettings>,
    /// Whom callers with its tokens may ask.
    pub(crate) providers: Providers,
    /// Where its signing keys are; if not said, it is asked by OpenID discovery.
    pub(crate) jwks_url: Option<Url>,
    /// Where it says that: of the first form.
    pub(crate) discovery_url: Url,
    /// Whether its keys may come unencrypted from another machine.
    pub(crate) plain_http: bool,
}

/// An application that callers use.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    /// Its id, in lower case.
    pub(crate) id: String,
    /// Whom its users may ask, of those that its issuer permits.
    pub(crate) providers: Providers,
}

/// A key of a caller without tokens.
#[derive(Clone, Debug)]
pub(crate) struct KeySettings {
    /// What the log calls it.
    pub(crate) name: String,
    /// What is kept of it.
    pub(crate) sha256: KeyHash,
    /// Whom its owner may ask.
    pub(crate) providers: Providers,
}
