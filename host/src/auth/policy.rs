//! The callers that are accepted by one version of the settings.
//!
//! A policy is never changed: a reload puts another in its place, so that no request is judged by parts of two.

use std::net::SocketAddr;
use std::sync::Arc;

use tracing::{error, warn};

use super::api_keys::ApiKeys;
use super::audience::only_resource;
use super::issuer::Issuers;
use super::keys::Fetch;
use super::local::LocalNames;
use super::token_source::TokenSource;
use super::{CallerRejected, Credentials, Identity, Presented, Provenance, Settings};
use contract::Deadline;
use net::proxy::Proxies;
use net::telemetry::metrics::AuthCounts;
use net::tls::{Tls, TlsError};

/// The callers that are accepted.
pub(crate) struct CallerPolicy {
    /// True if callers without credentials are admitted.
    anonymous: bool,
    /// True if no issuer and no key is in the settings, and callers without credentials are not admitted.
    knows_nobody: bool,
    /// The names under which callers on this machine may call, if nobody else may.
    local_only: Option<Arc<LocalNames>>,
    issuers: Issuers,
    keys: ApiKeys,
    fetch: Option<TrustingFetch>,
    counts: AuthCounts,
}

/// A client for signing keys, the certificates that it trusts, and the proxies that it uses.
#[derive(Clone)]
pub(super) struct TrustingFetch {
    tls: Arc<Tls>,
    proxies: Arc<Proxies>,
    client: Fetch,
}

/// Returns the client that `settings` need, which is the one from `before` if it trusts the same file. Without issuers nothing is fetched, so a machine without certificates is no error.
///
/// # Errors
///
/// Fails if there are no certificates to trust.
pub(super) fn fetch(settings: &Settings, before: Option<&TrustingFetch>) -> Result<Option<TrustingFetch>, TlsError> {
    let proxies = Arc::clone(&settings.proxies);
    match before.filter(|before| before.tls.ca_file() == settings.ca_file.as_deref()) {
        _ if settings.issuers.is_empty() => Ok(None),
        Some(before) => {
            if before.proxies != proxies {
                before.client.reconnect(&before.tls, &proxies)?;
            }
            Ok(Some(TrustingFetch { proxies, ..before.clone() }))
        }
        None => {
            let tls = Arc::new(Tls::new(settings.ca_file.clone(), "auth.ca-file"));
            let client = Fetch::new(&tls, &proxies)?;
            Ok(Some(TrustingFetch { tls, proxies, client }))
        }
    }
}

impl TrustingFetch {
    /// Reads the file of certificates again, because it has changed. Blocks on the disk.
    pub(super) fn reread(&self) {
        if self.tls.reread() {
            // It fails only without certificates, and there are some.
            let _ = self.client.reconnect(&self.tls, &self.proxies);
        }
    }
}

impl CallerPolicy {
    /// Creates the policy of `settings`, which takes over signing keys from `before`. Others are fetched with `fetch`,
    /// in tasks of the current tokio runtime; without it, no issuer is known. Programs on this machine may call without
    /// credentials if there are `local_names` and the settings know nobody.
    pub(super) fn new(
        settings: Settings,
        fetch: Option<TrustingFetch>,
        local_names: Option<&Arc<LocalNames>>,
        counts: &AuthCounts,
        before: Option<&Self>,
    ) -> Self {
        let knows_nobody = settings.are_for_this_machine();
        let trust = |fetch: &Option<TrustingFetch>| fetch.as_ref().map(|fetch| Arc::as_ptr(&fetch.tls));
        let kept = before.filter(|before| trust(&before.fetch) == trust(&fetch)).map(|before| &before.issuers);
        let clients = std::iter::repeat(fetch.as_ref().map(|fetch| fetch.client.clone())).flatten();
        let issuers = Issuers::start(settings.issuers.into_iter().zip(clients), settings.key_times, counts, kept);
        Self {
            anonymous: settings.anonymous,
            knows_nobody,
            local_only: local_names.filter(|_| knows_nobody).cloned(),
            issuers,
            keys: ApiKeys::new(settings.keys),
            fetch,
            counts: counts.clone(),
        }
    }

    pub(super) fn fetch(&self) -> Option<&TrustingFetch> {
        self.fetch.as_ref()
    }

    /// Logs that all programs on this machine may call, or nobody.
    pub(super) fn warn_if_open(&self, listen: SocketAddr) {
        if self.is_local_only() {
            warn!(
                %listen,
                "everybody on this machine may call: set `[auth.issuers.NAME]` or `[auth.api-keys.NAME]` to \
                 authenticate callers, or `auth.anonymous = true` to admit those of other machines"
            );
        } else if self.knows_nobody {
            error!(%listen, "nobody may call: the last of `[auth.issuers]` and `[auth.api-keys]` left the settings");
        }
    }

    /// Returns the audience for which clients request tokens of Entra ID, if there is one.
    pub(crate) fn resource(&self) -> Option<&str> {
        only_resource(self.issuers.settings())
    }

    /// Returns where clients get tokens, if there is an issuer.
    pub(crate) fn token_source(&self) -> Option<TokenSource> {
        TokenSource::of(self.issuers.settings())
    }

    /// Returns whether callers without credentials are admitted from anywhere, because a proxy authenticates them.
    pub(crate) fn admits_anybody(&self) -> bool {
        self.anonymous
    }

    /// Returns whether all callers on this machine may call, and nobody else. Then [`admit_local`](Self::admit_local)
    /// judges requests.
    pub(crate) fn is_local_only(&self) -> bool {
        self.local_only.is_some()
    }

    /// Checks that a request comes from this machine, if nobody else may call.
    ///
    /// # Errors
    ///
    /// Fails if it comes from a web page of another origin, or through a proxy. This is counted.
    pub(crate) fn admit_local(&self, provenance: &Provenance<'_>) -> Result<(), CallerRejected> {
        let judged = self.local_only.as_ref().map_or(Ok(()), |names| names.check(provenance));
        self.count(judged)
    }

    /// Returns the identity that `credentials` prove, or `None` if there are none and none are required.
    ///
    /// Waits for an issuer's keys if there are none yet, but only for a part of the time left until `deadline`.
    ///
    /// # Errors
    ///
    /// Fails if they prove no identity that may call. This is counted.
    pub(crate) async fn admit(
        &self,
        credentials: Credentials<'_>,
        deadline: Deadline,
    ) -> Result<Option<Arc<Identity>>, CallerRejected> {
        let judged = self.judge(credentials, deadline).await;
        self.count(judged)
    }

    /// Counts a rejected request.
    fn count<T>(&self, judged: Result<T, CallerRejected>) -> Result<T, CallerRejected> {
        judged.inspect_err(|refused| self.counts.refused(refused.name()))
    }

    async fn judge(
        &self,
        credentials: Credentials<'_>,
        deadline: Deadline,
    ) -> Result<Option<Arc<Identity>>, CallerRejected> {
        if self.anonymous && self.issuers.is_empty() && self.keys.is_empty() {
            // Credentials that are meant for a proxy in front of the host or for a backend are ignored.
            return Ok(None);
        }
        match credentials.presented()? {
            Presented::Nothing if self.anonymous => Ok(None),
            Presented::Nothing => Err(CallerRejected::Missing),
            Presented::Token(token) => self.issuers.verify(token, deadline).await.map(Arc::new).map(Some),
            Presented::ApiKey(key) => self.keys.owner(key).map(Some).ok_or(CallerRejected::UnknownApiKey),
        }
    }
}
