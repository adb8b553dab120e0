//! An issuer's signing keys: fetched ahead of need, kept while their issuer cannot be reached, and fetched no more
//! often because tokens name unknown keys.
//!
//! One task per issuer fetches its keys, pauses, and waits until the keys are old or an unknown key is requested. After
//! failures it pauses with exponential backoff. No request starts a fetch by itself: it looks the key up, and waits at
//! most for a fetch that is under way or due. A storm of tokens with unknown key ids therefore costs one fetch per
//! pause.
//!
//! Keys that cannot be fetched are an error of the host: the caller gets 500. A 401 would make callers discard good
//! tokens.

mod fetch;
mod jwks;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

pub(super) use self::fetch::Fetch;
use self::fetch::KeySource;
pub(crate) use self::fetch::is_safe_for_keys;
use self::jwks::Jwks;
pub(super) use self::jwks::SigningKey;
use super::CallerRejected;
use super::settings::{IssuerSettings, KeyTimes};
use contract::Deadline;
use net::chain;
use net::telemetry::metrics::{AuthCounts, KeyRefresh};

/// The longest that a request waits for keys.
const PATIENCE: Duration = Duration::from_secs(1);

/// The first backoff after a failed fetch. Each further one is twice as long, up to the pause.
const FIRST_REST: Duration = Duration::from_secs(1);

/// The current signing keys of one issuer. Dropping it ends the task that fetches them.
pub(super) struct IssuerKeys {
    /// The issuer's name in the log and in metrics.
    name: String,
    source: KeySource,
    times: KeyTimes,
    state: watch::Receiver<State>,
    /// Notified when an unknown key is requested.
    missed: Arc<Notify>,
    _fetching: JoinSet<()>,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<Jwks>>,
    phase: FetchPhase,
}

/// The phase of the task that fetches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FetchPhase {
    #[default]
    Fetching,
    /// The task pauses, even if an unknown key is requested.
    Resting,
    /// The task fetches as soon as an unknown key is requested.
    Waiting,
}

impl IssuerKeys {
    /// Starts fetching, in a task of the current tokio runtime.
    pub(super) fn start(issuer: &IssuerSettings, fetch: Fetch, times: KeyTimes, counts: AuthCounts) -> Self {
        let (publish, state) = watch::channel(State::default());
        let missed = Arc::new(Notify::new());
        let (name, source) = (issuer.name.clone(), KeySource::of(issuer));
        let mut fetching = JoinSet::new();
        fetching.spawn(keep(name.clone(), source.clone(), fetch, times, counts, publish, Arc::clone(&missed)));
        Self { name, source, times, state, missed, _fetching: fetching }
    }

    /// Returns whether these are the keys of `issuer`, and are kept for these times.
    pub(super) fn are_of(&self, issuer: &IssuerSettings, times: KeyTimes) -> bool {
        self.name == issuer.name && self.source == KeySource::of(issuer) && self.times == times
    }

    /// The key with this id. If it is unknown, waits briefly for a fetch that may bring it.
    ///
    /// # Errors
    ///
    /// Fails if the key is still unknown after that.
    pub(super) async fn find(&self, id: &str, deadline: Deadline) -> Result<Arc<SigningKey>, CallerRejected> {
        let (known, phase) = {
            let state = self.state.borrow();
            (self.key(&state, id), state.phase)
        };
        if known.is_ok() || phase == FetchPhase::Resting {
            return known;
        }
        if phase == FetchPhase::Waiting {
            self.missed.notify_one();
        }
        let mut state = self.state.clone();
        let wait = PATIENCE.min(deadline.left() / 2);
        // The result does not matter: the state tells whether the keys arrived in time.
        let _ = timeout(wait, state.wait_for(|state| state.phase == FetchPhase::Resting)).await;
        let state = self.state.borrow();
        self.key(&state, id)
    }

    fn key(&self, state: &State, id: &str) -> Result<Arc<SigningKey>, CallerRejected> {
        let keys =
            state.keys.as_ref().filter(|keys| keys.age() <= self.times.stale).ok_or(CallerRejected::KeysUnavailable)?;
        keys.key(id).ok_or(CallerRejected::UnknownKey)
    }
}

/// Keeps an issuer's keys up to date. Never returns.
async fn keep(
    name: String,
    source: KeySource,
    fetch: Fetch,
    times: KeyTimes,
    counts: AuthCounts,
    publish: watch::Sender<State>,
    missed: Arc<Notify>,
) {
    let issuer = name.as_str();
    let mut rest = FIRST_REST.min(times.pause);
    loop {
        publish.send_modify(|state| state.phase = FetchPhase::Fetching);
        let until_old = match source.keys(&fetch).await {
            Ok(keys) => {
                debug!(issuer, keys = keys.len(), "signing keys fetched");
                counts.refreshed(issuer, KeyRefresh::Fetched);
                publish.send_modify(|state| *state = State { keys: Some(Arc::new(keys)), phase: FetchPhase::Resting });
                sleep(times.pause).await;
                rest = FIRST_REST.min(times.pause);
                times.refresh.saturating_sub(times.pause)
            }
            Err(error) => {
                let has_keys = publish.borrow().keys.as_ref().is_some_and(|keys| keys.age() <= times.stale);
                warn!(issuer, error = %chain(&error), has_keys, "the issuer's signing keys could not be fetched");
                counts.refreshed(issuer, KeyRefresh::Failed);
                publish.send_modify(|state| state.phase = FetchPhase::Resting);
                sleep(rest).await;
                rest = (2 * rest).min(times.pause);
                Duration::ZERO
            }
        };
        publish.send_modify(|state| state.phase = FetchPhase::Waiting);
        tokio::select! {
            () = sleep(until_old) => {}
            () = missed.notified() => {}
        }
    }
}
