//! Hot reload of settings: they are read again and applied when their file changes, and on SIGHUP.
//!
//! The file is followed, the environment is not. Settings of plugins are applied by the one task that changes the
//! catalog: it rebuilds a plugin whose settings differ as a reload would, and its limits too if these differ. Settings
//! of callers are applied at once, so that a leaked key ends with its line in the file. All other changes need a
//! restart, and a warning names their keys.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;
use tracing::{debug, error};

use super::changes::ChangedKeys;
use super::effective::Effective;
use super::problems::Problems;
use super::sources::Sources;
use crate::auth::Auth;
use crate::plugin::{PluginRegistry, file};

/// Follows the file of `sources` for as long as it is polled. Changes for plugins are applied to `registry`, those of
/// callers to `auth`; requests in flight keep the settings that they began with. All other changes are logged as needing
/// a restart. A file with errors changes nothing. Ends immediately if there is no file.
///
/// # Errors
///
/// Fails if the system refuses to deliver signals.
pub(crate) fn follow(
    sources: Sources,
    started: Effective,
    registry: Arc<PluginRegistry>,
    auth: Arc<Auth>,
) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let Some(path) = sources.file().map(ToOwned::to_owned) else {
        return Ok(futures_util::future::Either::Left(async {}));
    };
    let hangup = signal(SignalKind::hangup())?;
    let follower = Follower { sources, latest: started.clone(), started, told: None, registry, auth };
    Ok(futures_util::future::Either::Right(async move {
        let changes = file(path);
        follower.run(changes, hangup).await;
    }))
}

struct Follower {
    sources: Sources,
    /// The settings at start, which hold for all that needs a restart.
    started: Effective,
    /// The last settings that were valid.
    latest: Effective,
    /// The errors that were logged last: a file that stays wrong is logged once.
    told: Option<Problems>,
    registry: Arc<PluginRegistry>,
    auth: Arc<Auth>,
}

impl Follower {
    async fn run(mut self, mut changes: crate::plugin::FileChanges, mut hangup: Signal) {
        // The file may have changed while plugins were loaded.
        self.read().await;
        loop {
            let is_asked = tokio::select! {
                _ = changes.next() => false,
                asked = hangup.recv() => asked.is_some(),
            };
            // An operator who sends SIGHUP wants to see errors, even if they were logged before.
            if is_asked {
                self.told = None;
            }
            self.read().await;
        }
    }

    async fn read(&mut self) {
        let sources = self.sources.clone();
        let read = spawn_blocking(move || Effective::read(&sources)).await.expect("reading settings does not panic");
        match read {
            Ok(effective) => self.take_up(effective).await,
            Err(problems) if self.told.as_ref() == Some(&problems) => {
                debug!("the settings have the same errors as before")
            }
            Err(problems) => {
                for problem in problems.iter() {
                    error!(mistake = %problem, "settings kept as they were: the file is not valid");
                }
                self.told = Some(problems);
            }
        }
    }

    async fn take_up(&mut self, effective: Effective) {
        self.told = None;
        let changes = ChangedKeys::between(&self.started, &self.latest, &effective);
        if changes.concern_callers() {
            self.auth.reload(effective.config.auth.clone());
        }
        if changes.concern_plugins() {
            self.registry.restate(effective.config.plugins.clone()).await;
        }
        changes.tell();
        self.latest = effective;
    }
}
