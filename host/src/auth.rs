//! Authentication of callers: tokens of Microsoft Entra ID, and API keys of other callers.
//!
//! A request's headers are read into [`Credentials`]; [`Auth::admit`] returns the identity that they prove, or the
//! reason why they prove none. Nothing here depends on the HTTP server, and a token is dropped once it is verified.
//!
//! The caller that a rate limit counts is the identity that the token or key proves, and without either the address of
//! the connection. Behind a gateway, that is the gateway's address.

mod api_keys;
mod caller_rejected;
mod credentials;
mod form;
mod identity;
mod issuer;
mod keys;
mod local;
mod providers;
mod rs256;
mod settings;
mod token;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::warn;

pub(crate) use self::api_keys::ApiKey;
use self::api_keys::ApiKeys;
pub(crate) use self::caller_rejected::{CallerRejected, Meaning};
pub(crate) use self::credentials::{Credentials, Presented};
pub(crate) use self::form::Form;
pub(crate) use self::identity::Identity;
use self::issuer::Issuers;
use self::keys::Fetch;
pub(crate) use self::keys::is_safe_for_keys;
use self::local::LocalNames;
pub(crate) use self::local::Provenance;
pub(crate) use self::providers::Providers;
pub(crate) use self::settings::{ClientSettings, IssuerSettings, KeySettings, KeyTimes, Settings};
use contract::Deadline;
use net::telemetry::metrics::AuthCounts;
use net::tls::{Tls, TlsError};

/// The authentication of callers. Dropping it ends the tasks that fetch signing keys.
pub(crate) struct Auth {
    /// True if callers without credentials are admitted.
    anonymous: bool,
    /// The names under which callers on this machine may call, if nobody else may.
    local_only: Option<LocalNames>,
    issuers: Issuers,
    keys: ApiKeys,
    counts: AuthCounts,
    _fetching: JoinSet<()>,
}

/// An error in the settings of authentication.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthError {
    /// Callers would not be authenticated, and the settings do not permit that.
    #[error(
        "refused to listen at {0} without knowing who calls; set `[auth.issuers.NAME]` or `[auth.api-keys.NAME]`, \
         or `auth.anonymous = true` if a proxy in front of the host authenticates callers"
    )]
    Open(SocketAddr),
    /// There are no certificates to trust when an issuer's keys are fetched.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Settings {
    /// Checks that a host may listen at `listen`: callers from other machines must be authenticated, or `anonymous`
    /// must be set.
    ///
    /// # Errors
    ///
    /// Fails if anybody could call, and the settings do not permit that.
    pub(crate) fn check_listen(&self, listen: SocketAddr) -> Result<(), AuthError> {
        let is_open = self.know_nobody() && !self.anonymous && !listen.ip().to_canonical().is_loopback();
        if is_open { Err(AuthError::Open(listen)) } else { Ok(()) }
    }

    fn know_nobody(&self) -> bool {
        self.issuers.is_empty() && self.keys.is_empty()
    }
}

impl Auth {
    /// Starts the authentication of callers of a listener at `listen`, which they may also reach as `public_name`.
    /// Signing keys of issuers are fetched in tasks of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails if anybody could call and the settings do not permit that: callers from other machines must be
    /// authenticated, or `anonymous` must be set. Also fails if there are no certificates to trust.
    pub(crate) fn start(settings: Settings, listen: SocketAddr, public_name: Option<&str>) -> Result<Self, AuthError> {
        settings.check_listen(listen)?;
        let local_only = (settings.know_nobody() && !settings.anonymous).then(|| LocalNames::new(public_name));
        if local_only.is_some() {
            warn!(
                %listen,
                "everybody on this machine may call: set `[auth.issuers.NAME]` or `[auth.api-keys.NAME]` to \
                 authenticate callers, or `auth.anonymous = true` to admit those of other machines"
            );
        }
        rs256::install();
        let counts = AuthCounts::default();
        let mut fetching = JoinSet::new();
        // Without issuers nothing is fetched, so a machine without certificates is no error.
        let fetch = match settings.issuers.is_empty() {
            true => None,
            false => Some(Fetch::new(&Tls::new(settings.ca_file, "auth.ca-file"), settings.proxies)?),
        };
        let issuers = settings.issuers.into_iter().zip(std::iter::repeat(fetch).flatten());
        let issuers = Issuers::start(issuers, settings.key_times, &counts, &mut fetching);
        let (anonymous, keys) = (settings.anonymous, ApiKeys::new(settings.keys));
        Ok(Self { anonymous, local_only, issuers, keys, counts, _fetching: fetching })
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

    /// The metrics of authentication.
    pub(crate) fn counts(&self) -> &AuthCounts {
        &self.counts
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
        if self.issuers.is_empty() && self.keys.is_empty() {
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
