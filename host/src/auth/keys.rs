//! An issuer's signing keys: fetched ahead of need, kept while their issuer cannot be reached, and fetched no more often
//! because somebody names keys that are not there.
//!
//! One task for each issuer fetches, rests, and waits until the keys are old or one is missed. A request only looks, and
//! waits for a fetch that is under way or due.

mod fetch;
mod jwks;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

pub(super) use self::fetch::Fetch;
use self::fetch::Source;
pub(crate) use self::fetch::is_safe_for_keys;
use self::jwks::Jwks;
pub(super) use self::jwks::SigningKey;
use super::Refused;
use super::settings::{IssuerSettings, KeyTimes};
use crate::net::chain;
use crate::runtime::Deadline;
use crate::telemetry::metrics::{AuthCounts, KeyRefresh};

/// The longest that a request waits for keys.
const PATIENCE: Duration = Duration::from_secs(1);

/// The first rest after a fetch that failed. Each further one is twice as long, up to the pause.
const FIRST_REST: Duration = Duration::from_secs(1);

/// The signing keys of one issuer, as known now.
pub(super) struct IssuerKeys {
    state: watch::Receiver<State>,
    /// Told that a key is missed.
    missed: Arc<Notify>,
    stale: Duration,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<Jwks>>,
    phase: Phase,
}

/// What the task that fetches does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Fetching,
    /// It fetches nothing for a while, whatever is missed.
    Resting,
    /// It fetches as soon as something is missed.
    Waiting,
}

impl IssuerKeys {
    /// Begins to fetch, in a task of `fetching`.
    pub(super) fn start(
        issuer: Arc<IssuerSettings>,
        fetch: Fetch,
        times: KeyTimes,
        counts: AuthCounts,
        fetching: &mut JoinSet<()>,
    ) -> Self {
        let (publish, state) = watch::channel(State::default());
        let missed = Arc::new(Notify::new());
        let stale = times.stale;
        fetching.spawn(keep(issuer, fetch, times, counts, publish, Arc::clone(&missed)));
        Self { state, missed, stale }
    }

    /// The key of this id. If it is not known, waits a little for the fetch that may bring it.
    ///
    /// # Errors
    ///
    /// Fails if it is not there after that.
    pub(super) async fn find(&self, id: &str, deadline: Deadline) -> Result<Arc<SigningKey>, Refused> {
        let (known, phase) = {
            let state = self.state.borrow();
            (self.key(&state, id), state.phase)
        };
        if known.is_ok() || phase == Phase::Resting {
            return known;
        }
        if phase == Phase::Waiting {
            self.missed.notify_one();
        }
        let mut state = self.state.clone();
        let wait = PATIENCE.min(deadline.left() / 2);
        // Whether it was in time, the state says.
        let _ = timeout(wait, state.wait_for(|state| state.phase == Phase::Resting)).await;
        let state = self.state.borrow();
        self.key(&state, id)
    }

    fn key(&self, state: &State, id: &str) -> Result<Arc<SigningKey>, Refused> {
        let keys = state.keys.as_ref().filter(|keys| keys.age() <= self.stale).ok_or(Refused::KeysUnavailable)?;
        keys.key(id).ok_or(Refused::UnknownKey)
    }
}

/// Keeps an issuer's keys for ever.
async fn keep(
    issuer: Arc<IssuerSettings>,
    fetch: Fetch,
    times: KeyTimes,
    counts: AuthCounts,
    publish: watch::Sender<State>,
    missed: Arc<Notify>,
) {
    let source = Source::of(&issuer);
    let issuer = issuer.name.as_str();
    let mut rest = FIRST_REST.min(times.pause);
    loop {
        publish.send_modify(|state| state.phase = Phase::Fetching);
        let until_old = match source.keys(&fetch).await {
            Ok(keys) => {
                debug!(issuer, keys = keys.len(), "signing keys fetched");
                counts.refreshed(issuer, KeyRefresh::Fetched);
                publish.send_modify(|state| *state = State { keys: Some(Arc::new(keys)), phase: Phase::Resting });
                sleep(times.pause).await;
                rest = FIRST_REST.min(times.pause);
                times.refresh.saturating_sub(times.pause)
            }
            Err(error) => {
                let has_keys = publish.borrow().keys.as_ref().is_some_and(|keys| keys.age() <= times.stale);
                warn!(issuer, error = %chain(&error), has_keys, "the issuer's signing keys could not be fetched");
                counts.refreshed(issuer, KeyRefresh::Failed);
                publish.send_modify(|state| state.phase = Phase::Resting);
                sleep(rest).await;
                rest = (2 * rest).min(times.pause);
                Duration::ZERO
            }
        };
        publish.send_modify(|state| state.phase = Phase::Waiting);
        tokio::select! {
            () = sleep(until_old) => {}
            () = missed.notified() => {}
        }
    }
}
