//! The start: plugins are loaded, and the host waits for those that load soon.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::info;

use super::PluginRegistry;
use super::command::RegistryMessage;
use super::loading::Loading;
use super::retry::Retries;
use super::saving::SaveRetry;
use super::watch::Watch;
use crate::plugin::ProviderId;
use crate::plugin::folder::Snapshot;
use crate::plugin::progress::LoadProgress;

/// The wait of a start for plugins that are loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartWait {
    /// Until every plugin is loaded or rejected.
    All,
    /// Until every plugin is loaded or rejected, for no fault of the host's own, until all are whose compiled form is
    /// in the cache, or for this time. Without any in the cache, as at the first start of a host, the second does not
    /// apply.
    AtMost(Duration),
}

impl Watch {
    /// Begins to load the plugins of the folder, and waits for them.
    pub(super) async fn begin(
        registry: Arc<PluginRegistry>,
        messages: mpsc::Receiver<RegistryMessage>,
        wait: StartWait,
    ) -> Self {
        let (folder, progress) = (registry.folder.clone(), registry.progress.clone());
        let loading = Loading::new(progress.clone());
        let (seen, retries, save_retry) = (Snapshot::default(), Retries::default(), SaveRetry::default());
        let (has_news, serves_nothing) = (false, false);
        let mut watch = Self { registry, seen, loading, messages, has_news, serves_nothing, retries, save_retry };
        let mut enough = pin!(enough(&progress, wait));
        let scan = spawn_blocking(move || folder.scan());
        tokio::select! {
            seen = scan => watch.take_up(seen.expect("a scan does not panic")),
            // The disk hangs. The folder is looked at again once it is followed.
            () = enough.as_mut() => return watch,
        }
        // A load that failed by a fault of the host's own counts as one in progress, if the start does not wait for
        // ever.
        let waits_for_retries = wait != StartWait::All;
        let is_to_be_retried = |watch: &Self| watch.registry.refusals().values().any(|failure| failure.retry.is_some());
        while !watch.loading.is_idle() || (waits_for_retries && is_to_be_retried(&watch)) {
            // What has begun in one of these is always completed.
            tokio::select! {
                Some(ended) = watch.loading.next() => watch.finish(ended).await,
                Some(message) = watch.messages.recv() => watch.listen(message).await,
                id = watch.retries.next() => watch.load_anew(id),
                () = enough.as_mut() => break,
            }
        }
        watch.note_emptiness();
        let statuses = progress.statuses();
        if !statuses.is_empty() {
            let names: Vec<&str> = statuses.keys().map(ProviderId::as_str).collect();
            info!(plugins = names.join(" "), "the host starts while these plugins are still loading");
        }
        watch
    }
}

/// Waits until the start need not wait any longer, even if plugins are still loading.
async fn enough(progress: &LoadProgress, wait: StartWait) {
    let StartWait::AtMost(time) = wait else { return pending().await };
    // Both outcomes are the same.
    let _ = timeout(time, progress.cached_are_loaded()).await;
}
