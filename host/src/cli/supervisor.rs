//! Notifications to systemd, or to a supervisor with the same protocol. Without a supervisor, nothing is sent.

use std::future::pending;

use net::chain;
use sd_notify::NotifyState;
use tokio::time::interval;
use tracing::debug;

/// Watchdog notifications per timeout of the supervisor's watchdog.
const SIGNS: u32 = 2;

/// Reports that the host answers requests.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Reports that the host reloads its files; [`ready`] reports the end of the reload.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => debug!(error = %chain(&error), "failed to notify the supervisor of a reload"),
    }
}

/// Reports that the host shuts down.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Sends watchdog notifications while it is polled, if the supervisor expects them.
///
/// The answering threads poll it, so the notifications stop if those threads are stuck.
pub(super) async fn live() {
    let Some(time) = sd_notify::watchdog_enabled() else { return pending().await };
    let mut signs = interval(time / SIGNS);
    loop {
        signs.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(words: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(words) {
        debug!(error = %chain(&error), "failed to notify the supervisor");
    }
}
