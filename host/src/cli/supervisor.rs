//! Word to whoever started the host and watches over it: systemd, or what speaks its protocol. Without one, none.

use std::future::pending;

use sd_notify::NotifyState;
use tokio::time::interval;
use tracing::debug;

/// Signs of life in the time after which a host without any is taken for dead.
const SIGNS: u32 = 2;

/// The host answers.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The host reads its files again; [`ready`] says that it has.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => debug!(%error, "the supervisor is not told of a reload"),
    }
}

/// The host was asked to end, and is about to.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Gives signs of life for as long as it is polled, if anybody waits for them.
///
/// The threads that answer poll it: if they are stuck, there are none.
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
        debug!(%error, "the supervisor cannot be told");
    }
}
