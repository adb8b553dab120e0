//! Who may call: tokens of Microsoft Entra ID, and keys of other callers.
//!
//! A request's headers are read into [`Credentials`]; [`Auth::admit`] says who they prove, or why they prove nobody.
//! Nothing here knows of HTTP servers, and a token is gone once it is verified.

mod api_keys;
mod credentials;
mod form;
mod identity;
mod issuer;
mod keys;
mod providers;
mod refused;
mod rs256;
mod settings;
mod token;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinSet;

use self::api_keys::ApiKeys;
pub(crate) use self::api_keys::{ApiKey, KeyHash};
pub(crate) use self::credentials::{Credentials, Presented};
pub(crate) use self::form::Form;
pub(crate) use self::identity::Identity;
use self::issuer::Issuers;
use self::keys::Fetch;
pub(crate) use self::keys::is_safe_for_keys;
pub(crate) use self::providers::Providers;
pub(crate) use self::refused::{Meaning, Refused};
pub(crate) use self::settings::{ClientSettings, IssuerSettings, KeySettings, KeyTimes, Settings};
use crate::net::tls::{Tls, TlsError};
use crate::runtime::Deadline;
use crate::telemetry::metrics::AuthCounts;

/// Judges callers. Dropping it ends the tasks that fetch signing keys.
pub(crate) struct Auth {
    /// Whether who proves nothing is let in.
    anonymous: bool,
    issuers: Issuers,
    keys: ApiKeys,
    counts: AuthCounts,
    _fetching: JoinSet<()>,
}

/// Callers cannot be judged as the settings say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthError {
    /// Anybody could ask, and nobody said that they may.
    #[error(
        "refused to listen at {0} without knowing who calls; set `[auth.issuers.NAME]` or `[auth.api-keys.NAME]`, \
         or `auth.anonymous = true` if something in front of the host lets in only who may"
    )]
    Open(SocketAddr),
    /// Nobody is trusted to say which keys are an issuer's.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Settings {
    /// Says whether a host may listen at `listen`: callers from elsewhere than this machine must be known, or `anonymous`
    /// be set.
    ///
    /// # Errors
    ///
    /// Fails if anybody at all could call though nobody said so.
    pub(crate) fn check_listen(&self, listen: SocketAddr) -> Result<(), AuthError> {
        let is_open = self.know_nobody() && !self.anonymous && !listen.ip().to_canonical().is_loopback();
        if is_open { Err(AuthError::Open(listen)) } else { Ok(()) }
    }

    fn know_nobody(&self) -> bool {
        self.issuers.is_empty() && self.keys.is_empty()
    }
}

impl Auth {
    /// Begins to judge callers of a listener at `listen`, and to fetch the signing keys of issuers in tasks of the
    /// tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// Fails if anybody at all could call though nobody said so: callers from elsewhere than this machine must be known,
    /// or `anonymous` be set. Also if there are no certificates to trust.
    pub(crate) fn start(settings: Settings, listen: SocketAddr) -> Result<Self, AuthError> {
        settings.check_listen(listen)?;
        let is_open = settings.know_nobody();
        rs256::install();
        let counts = AuthCounts::default();
        let mut fetching = JoinSet::new();
        // Without issuers nothing is fetched, and a machine without certificates is none the worse.
        let fetch = match settings.issuers.is_empty() {
            true => None,
            false => Some(Fetch::new(&Tls::new(settings.ca_file, "auth.ca-file"))?),
        };
        let issuers = settings.issuers.into_iter().zip(std::iter::repeat(fetch).flatten());
        let issuers = Issuers::start(issuers, settings.key_times, &counts, &mut fetching);
        let anonymous = settings.anonymous || is_open;
        Ok(Self { anonymous, issuers, keys: ApiKeys::new(settings.keys), counts, _fetching: fetching })
    }

    /// What is counted of callers and of fetched keys.
    pub(crate) fn counts(&self) -> &AuthCounts {
        &self.counts
    }

    /// Says who `credentials` prove: nobody in particular, if there are none and none are needed.
    ///
    /// It waits for an issuer's keys if it has none yet, but no longer than a part of what is left until `deadline`.
    ///
    /// # Errors
    ///
    /// Fails if they prove nobody who may ask. This is counted.
    pub(crate) async fn admit(
        &self,
        credentials: Credentials<'_>,
        deadline: Deadline,
    ) -> Result<Option<Arc<Identity>>, Refused> {
        let judged = self.judge(credentials, deadline).await;
        if let Err(refused) = &judged {
            self.counts.refused(refused.name());
        }
        judged
    }

    async fn judge(&self, credentials: Credentials<'_>, deadline: Deadline) -> Result<Option<Arc<Identity>>, Refused> {
        if self.issuers.is_empty() && self.keys.is_empty() {
            // What goes by for somebody behind or in front of the host is not ours to judge.
            return Ok(None);
        }
        match credentials.presented()? {
            Presented::Nothing if self.anonymous => Ok(None),
            Presented::Nothing => Err(Refused::Missing),
            Presented::Token(token) => self.issuers.verify(token, deadline).await.map(Arc::new).map(Some),
            Presented::ApiKey(key) => self.keys.owner(key).map(Some).ok_or(Refused::UnknownApiKey),
        }
    }
}
