//! Takes up settings while the host runs: when their file changes, and on SIGHUP.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;
use tracing::{debug, error};

use super::changes::Changes;
use super::effective::Effective;
use super::mistakes::Mistakes;
use super::sources::Sources;
use crate::plugin::{Shelf, file};

/// Follows the file of `sources` for as long as it is polled: what `shelf` can take up of its changes it does, requests
/// in flight end on what they began with, and of all else the log says that it needs a restart. A file with mistakes
/// changes nothing. Ends at once if there is no file.
///
/// # Errors
///
/// Fails if the system gives no signals.
pub(crate) fn follow(
    sources: Sources,
    started: Effective,
    shelf: Arc<Shelf>,
) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let Some(path) = sources.file().map(ToOwned::to_owned) else {
        return Ok(futures_util::future::Either::Left(async {}));
    };
    let hangup = signal(SignalKind::hangup())?;
    let follower = Follower { sources, latest: started.clone(), started, told: None, shelf };
    Ok(futures_util::future::Either::Right(async move {
        let changes = file(path);
        follower.run(changes, hangup).await;
    }))
}

struct Follower {
    sources: Sources,
    /// What the host runs with where it needs a restart.
    started: Effective,
    /// What was read last and could be.
    latest: Effective,
    /// The mistakes that were told last: a file that stays wrong is told of once.
    told: Option<Mistakes>,
    shelf: Arc<Shelf>,
}

impl Follower {
    async fn run(mut self, mut changes: crate::plugin::FileChanges, mut hangup: Signal) {
        // It may have changed while plugins were loaded.
        self.read().await;
        loop {
            let is_asked = tokio::select! {
                _ = changes.next() => false,
                asked = hangup.recv() => asked.is_some(),
            };
            // Who asks wants to hear of mistakes, though they were told before.
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
            Err(mistakes) if self.told.as_ref() == Some(&mistakes) => debug!("the settings are as wrong as before"),
            Err(mistakes) => {
                for mistake in mistakes.iter() {
                    error!(%mistake, "settings kept as they were: the file is not valid");
                }
                self.told = Some(mistakes);
            }
        }
    }

    async fn take_up(&mut self, effective: Effective) {
        self.told = None;
        let changes = Changes::between(&self.started, &self.latest, &effective);
        if changes.concern_plugins() {
            self.shelf.restate(effective.config.plugins.clone()).await;
        }
        changes.tell();
        self.latest = effective;
    }
}
