//! Notifications to a supervisor, which is systemd, on Linux: elsewhere none are sent.

use std::future::pending;

/// Reports nothing.
pub(super) fn ready() {}

/// Reports nothing.
pub(super) fn reloading() {}

/// Reports nothing.
pub(super) fn stopping() {}

/// Waits for ever.
pub(super) async fn live() {
    pending().await
}
