//! Loads that failed for a reason that may pass, such as a compile child that the system killed: they are tried again,
//! after pauses that grow (backoff).

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use contract::ProviderId;

/// The pause before the first retry. It doubles with each.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(600);

/// The loads to be tried again.
#[derive(Debug, Default)]
pub(super) struct Retries {
    by_plugin: BTreeMap<ProviderId, Retry>,
}

#[derive(Clone, Copy, Debug)]
struct Retry {
    pause: Duration,
    /// The time of the retry; `None` once it has begun.
    at: Option<Instant>,
}

impl Retries {
    /// Plans to try a load again. Returns the pause.
    pub(super) fn plan(&mut self, plugin: &ProviderId, now: Instant) -> Duration {
        let before = self.by_plugin.get(plugin).map(|retry| retry.pause);
        let pause = before.map_or(FIRST, |pause| (pause * 2).min(LONGEST));
        self.by_plugin.insert(plugin.clone(), Retry { pause, at: Some(now + pause) });
        pause
    }

    /// Ends the retries of a plugin: it is loaded, rejected for good, changed or gone.
    pub(super) fn end(&mut self, plugin: &ProviderId) {
        self.by_plugin.remove(plugin);
    }

    /// Waits for the next retry. May be cancelled without missing one.
    pub(super) async fn next(&mut self) -> ProviderId {
        let planned = self.by_plugin.iter_mut().filter(|(_, retry)| retry.at.is_some());
        let Some((plugin, retry)) = planned.min_by_key(|(_, retry)| retry.at) else { return pending().await };
        if let Some(at) = retry.at {
            sleep_until(at).await;
        }
        retry.at = None;
        plugin.clone()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn id(name: &str) -> ProviderId {
        name.parse().expect("lower-case kebab")
    }

    #[test]
    fn pauses_grow_to_a_bound_and_begin_anew_after_the_end() {
        let (mut retries, now) = (Retries::default(), Instant::now());

        let pauses: Vec<u64> = (0..12).map(|_| retries.plan(&id("hub"), now).as_secs()).collect();
        retries.end(&id("hub"));

        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!(retries.plan(&id("hub"), now), FIRST);
    }

    #[tokio::test]
    async fn each_retry_comes_once_in_its_turn() {
        let mut retries = Retries::default();
        let long_ago = Instant::now() - Duration::from_secs(60);
        retries.plan(&id("later"), long_ago + Duration::from_secs(1));
        retries.plan(&id("sooner"), long_ago);
        retries.plan(&id("not-yet"), Instant::now());

        assert_eq!(retries.next().await, id("sooner"));
        assert_eq!(retries.next().await, id("later"));
        assert!(retries.next().now_or_never().is_none());
    }
}
