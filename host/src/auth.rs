//! Authentication of callers: tokens of Microsoft Entra ID, and API keys of other callers.
//!
//! A request's headers are read into [`Credentials`]; [`CallerPolicy::admit`] returns the identity that they prove, or
//! the reason why they prove none. Nothing here depends on the HTTP server, and a token is dropped once it is verified.
//!
//! The caller that a rate limit counts is the identity that the token or key proves, and without either the address of
//! the connection. Behind a gateway, that is the gateway's address.

mod api_keys;
mod audience;
mod caller_rejected;
mod claims;
mod credentials;
mod form;
mod identity;
mod issuer;
mod keys;
mod local;
mod own_names;
mod policy;
mod providers;
mod rs256;
mod settings;
mod token;
mod token_source;

use std::net::SocketAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tracing::error;

pub(crate) use self::api_keys::ApiKey;
pub(crate) use self::audience::only_resource;
pub(crate) use self::caller_rejected::{CallerRejected, Meaning};
pub(crate) use self::credentials::{Credentials, Presented};
pub(crate) use self::form::Form;
pub(crate) use self::identity::Identity;
pub(crate) use self::keys::is_safe_for_keys;
use self::local::LocalNames;
pub(crate) use self::local::Provenance;
pub(crate) use self::own_names::OwnNames;
use self::policy::CallerPolicy;
pub(crate) use self::providers::Providers;
pub(crate) use self::settings::{ClientSettings, IssuerSettings, KeySettings, KeyTimes, Settings};
use net::chain;
use net::telemetry::metrics::AuthCounts;
use net::tls::TlsError;

/// The authentication of callers, by the settings in force. Dropping it ends the tasks that fetch signing keys.
pub(crate) struct Auth {
    policy: ArcSwap<CallerPolicy>,
    listen: SocketAddr,
    /// The names under which callers on this machine may call, if the host was started for them alone.
    local_names: Option<Arc<LocalNames>>,
    counts: AuthCounts,
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

    /// Returns whether only programs on this machine may call, and all of them.
    fn are_for_this_machine(&self) -> bool {
        self.know_nobody() && !self.anonymous
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
        rs256::install();
        let local_names = settings.are_for_this_machine().then(|| Arc::new(LocalNames::new(public_name)));
        let counts = AuthCounts::default();
        let fetch = policy::fetch(&settings, None)?;
        let policy = CallerPolicy::new(settings, fetch, local_names.as_ref(), &counts, None);
        policy.warn_if_open(listen);
        Ok(Self { policy: ArcSwap::from_pointee(policy), listen, local_names, counts })
    }

    /// Applies changed settings: what left them is accepted by no request that arrives from now on. Signing keys of
    /// issuers that stay are kept.
    ///
    /// A host that knew callers is never opened to all programs of its machine by this. If its settings lose the last
    /// caller, nobody may call.
    pub(crate) fn reload(&self, settings: Settings) {
        let before = self.policy.load_full();
        let fetch = policy::fetch(&settings, before.fetch()).unwrap_or_else(|error| {
            error!(error = %chain(&error), "signing keys are fetched with the certificates trusted before");
            before.fetch().cloned()
        });
        let policy = CallerPolicy::new(settings, fetch, self.local_names.as_ref(), &self.counts, Some(&before));
        policy.warn_if_open(self.listen);
        self.policy.store(Arc::new(policy));
    }

    /// Reads the file of `auth.ca-file` again, because it has changed. Blocks on the disk.
    pub(crate) fn reread_trust(&self) {
        if let Some(fetch) = self.policy.load().fetch() {
            fetch.reread();
        }
    }

    /// The callers that are accepted now. A request is judged by one policy.
    pub(crate) fn policy(&self) -> Arc<CallerPolicy> {
        self.policy.load_full()
    }

    /// The metrics of authentication.
    pub(crate) fn counts(&self) -> &AuthCounts {
        &self.counts
    }
}
