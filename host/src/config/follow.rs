//! Hot reload of settings and of the files that they name: they are read again and applied when a file changes, and on
//! SIGHUP.
//!
//! Files are followed, the environment is not. Settings of plugins are applied by the one task that changes the
//! catalog: it rebuilds a plugin whose settings or secrets differ as a reload would, and its limits too if these differ.
//! Settings of callers are applied at once, so that a leaked key ends with its line in the file. All other changes need a
//! restart, and a warning names their keys.

use std::collections::BTreeSet;
use std::future::pending;
use std::io;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tracing::{debug, error};

use super::changes::ChangedKeys;
use super::effective::Effective;
use super::named_files::{FileUse, NamedFiles};
use super::problems::Problems;
use super::sources::Sources;
use crate::admin::CurrentToken;
use crate::auth::Auth;
use crate::plugin::{FilesChanges, PluginRegistry, files, stamps};
use net::os::Hangups;
use net::telemetry;

/// The parts of a host that settings are applied to while it runs.
pub(crate) struct Followed {
    /// The plugins.
    pub(crate) registry: Arc<PluginRegistry>,
    /// The authentication of callers.
    pub(crate) auth: Arc<Auth>,
    /// The token of the admin API, if there is one.
    pub(crate) admin: Option<CurrentToken>,
}

/// Follows the file of `sources`, and the files that its settings name, for as long as it is polled. Requests in flight
/// keep the settings that they began with. Changes that need a restart are logged. A file with errors changes nothing.
///
/// # Errors
///
/// Fails if the system refuses to deliver signals.
pub(crate) fn follow(
    sources: Sources,
    started: Effective,
    followed: Followed,
) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let hangup = Hangups::receive()?;
    // Before plugins are loaded: what changes meanwhile is noticed.
    let named = NamedFiles::follow(&started.config);
    let follower = Follower { sources, latest: started.clone(), started, named, told: None, followed };
    Ok(follower.run(hangup))
}

struct Follower {
    sources: Sources,
    /// The settings at start, which hold for all that needs a restart.
    started: Effective,
    /// The last settings that were valid.
    latest: Effective,
    named: NamedFiles,
    /// The errors that were logged last: a file that stays wrong is logged once.
    told: Option<Problems>,
    followed: Followed,
}

impl Follower {
    async fn run(mut self, mut hangup: Hangups) {
        let paths = self.sources.paths();
        let mut changes = match paths.is_empty() {
            true => None,
            false => Some(files(spawn_blocking(|| stamps(paths)).await.expect("looking at files does not panic"))),
        };
        // The file may have changed while plugins were loaded.
        self.read().await;
        loop {
            tokio::select! {
                () = next(changes.as_mut()) => self.read().await,
                users = self.named.changed() => self.reread(users).await,
                () = hangup.next() => {
                    // An operator who sends SIGHUP wants to see errors, even if they were logged before.
                    self.told = None;
                    self.read().await;
                    self.reread(self.named.all()).await;
                }
            }
        }
    }

    /// Returns the settings in force, for the files that they name. Those of [`started`](Self::started) are followed as
    /// long as they need a restart to change.
    fn in_force(&self) -> super::Config {
        let mut config = self.latest.config.clone();
        config.egress.http_client.ca_file.clone_from(&self.started.config.egress.http_client.ca_file);
        config.admin.clone_from(&self.started.config.admin);
        config
    }

    async fn read(&mut self) {
        if self.sources.paths().is_empty() {
            return;
        }
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
        self.latest = effective;
        let in_force = self.in_force();
        // A change after this is noticed. One before it may be known to nobody, so that all files are read again below.
        let is_renamed = self.named.differ_from_those_of(&in_force);
        if is_renamed {
            let config = in_force.clone();
            let following = spawn_blocking(move || NamedFiles::follow(&config));
            self.named = following.await.expect("looking at files does not panic");
        }
        if changes.concern_proxies() {
            in_force.proxies.log();
            telemetry::use_proxies(&in_force.proxies);
        }
        if changes.concern_callers() || changes.concern_proxies() {
            // It may read the certificates that issuers are trusted by.
            let (auth, settings) = (Arc::clone(&self.followed.auth), in_force.auth);
            spawn_blocking(move || auth.reload(settings)).await.expect("taking up callers does not panic");
        }
        // The files of authors are no part of what is compared.
        if changes.concern_plugins() || !self.sources.author().is_empty() {
            self.followed.registry.restate(in_force.plugins).await;
        }
        if is_renamed {
            self.reread(self.named.all()).await;
        }
        changes.tell();
    }

    /// Makes the users of changed files read them again.
    async fn reread(&self, users: BTreeSet<FileUse>) {
        let Followed { registry, auth, admin } = &self.followed;
        let plugins = users.iter().filter_map(|of| if let FileUse::Secret(id) = of { Some(id.clone()) } else { None });
        let plugins: BTreeSet<_> = plugins.collect();
        if !plugins.is_empty() {
            registry.reread(plugins).await;
        }
        let (outside, auth) = (Arc::clone(registry.outside()), Arc::clone(auth));
        let admin = admin.clone().zip(self.started.config.admin.token_file.clone());
        let reading = spawn_blocking(move || {
            if users.contains(&FileUse::BackendTrust) {
                outside.reread_trust();
            }
            if users.contains(&FileUse::IssuerTrust) {
                auth.reread_trust();
            }
            if let Some((token, file)) = admin.filter(|_| users.contains(&FileUse::AdminToken)) {
                token.reread(&file);
            }
        });
        reading.await.expect("reading files does not panic");
    }
}

/// Waits for the next change of the settings' files, for ever if there are none.
async fn next(changes: Option<&mut FilesChanges>) {
    match changes {
        Some(changes) => drop(changes.next().await),
        None => pending().await,
    }
}
