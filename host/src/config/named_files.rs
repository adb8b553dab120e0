//! The files that settings name, and what uses each: a file that is replaced is read again, as certificates are.
//!
//! Secrets, certificates to trust and the token of the admin API are followed here. The certificates of the public server
//! have a watch of their own, since certificate and key change together, and headers of posted spans are read for each
//! post.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;

use tracing::debug;

use super::Config;
use crate::plugin::{FileStamp, FilesChanges, files, stamps};
use contract::ProviderId;

/// A user of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileUse {
    /// A plugin has a secret in it.
    Secret(ProviderId),
    /// It holds the certificates that backends are trusted by.
    BackendTrust,
    /// It holds the certificates that issuers are trusted by.
    IssuerTrust,
    /// It holds the token of the admin API.
    AdminToken,
}

/// The files that settings name, as they change.
pub(super) struct NamedFiles {
    users: BTreeMap<PathBuf, BTreeSet<FileUse>>,
    seen: Arc<BTreeMap<PathBuf, Option<FileStamp>>>,
    /// `None` without files: looking at nothing costs time all the same.
    changes: Option<FilesChanges>,
}

impl NamedFiles {
    /// Begins to follow the files of `config`, as they are now. Must be called within a tokio runtime; blocks on the disk
    /// once.
    pub(super) fn follow(config: &Config) -> Self {
        let users = users(config);
        let seen = stamps(users.keys().cloned());
        let changes = (!seen.is_empty()).then(|| files(seen.clone()));
        Self { users, changes, seen: Arc::new(seen) }
    }

    /// Returns whether other files than these are in `config`, or the same are used otherwise.
    pub(super) fn differ_from_those_of(&self, config: &Config) -> bool {
        self.users != users(config)
    }

    /// Waits until files change, and returns their users. May be cancelled without missing a change.
    pub(super) async fn changed(&mut self) -> BTreeSet<FileUse> {
        let Some(changes) = &mut self.changes else { return pending().await };
        let now = changes.next().await;
        let changed = self.users.iter().filter(|(path, _)| now.get(*path) != self.seen.get(*path));
        let users =
            changed.inspect(|(path, _)| debug!(file = %path.display(), "a file that settings name has changed"));
        let users = users.flat_map(|(_, users)| users.clone()).collect();
        self.seen = now;
        users
    }

    /// Returns the users of all files.
    pub(super) fn all(&self) -> BTreeSet<FileUse> {
        self.users.values().flatten().cloned().collect()
    }
}

/// Returns the files of `config` and their users.
fn users(config: &Config) -> BTreeMap<PathBuf, BTreeSet<FileUse>> {
    let single = [
        (&config.egress.http_client.ca_file, FileUse::BackendTrust),
        (&config.auth.ca_file, FileUse::IssuerTrust),
        (&config.admin.token_file, FileUse::AdminToken),
    ];
    let single = single.into_iter().filter_map(|(file, of)| Some((file.clone()?, of)));
    let secrets = config.plugins.plugins.iter().flat_map(|(id, plugin)| {
        plugin.grants.secret_files().map(|file| (file.to_owned(), FileUse::Secret(id.clone())))
    });
    let mut users: BTreeMap<PathBuf, BTreeSet<FileUse>> = BTreeMap::new();
    for (file, of) in single.chain(secrets) {
        users.entry(file).or_default().insert(of);
    }
    users
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// Waits until these users are told. Files that were written just before may be looked at once more.
    async fn told(named: &mut NamedFiles, users: &BTreeSet<FileUse>) {
        while !named.changed().await.is_superset(users) {}
    }

    #[tokio::test]
    async fn whoever_uses_a_file_is_told_when_it_changes_appears_or_goes() {
        let dir = TempDir::new().expect("there is room");
        let at = |name: &str| dir.path().join(name);
        let secret = |plugin: &str, file: &str| {
            format!("[plugins.{plugin}.grants.secrets.token]\nfile = {:?}\nreadable = true\n", at(file))
        };
        let text =
            format!("[auth]\nca-file = {:?}\n", at("ca.pem")) + &secret("one", "shared") + &secret("two", "shared");
        fs::write(at("ca.pem"), "1").expect("the folder is ours");
        let mut named = NamedFiles::follow(&Config::parse(&text).expect("it is valid"));
        let secrets = BTreeSet::from(["one", "two"].map(|id| FileUse::Secret(id.parse().expect("lower-case kebab"))));

        fs::write(at("shared"), "open sesame").expect("the folder is ours");
        told(&mut named, &secrets).await;
        fs::write(at("next"), "close sesame").and_then(|()| fs::rename(at("next"), at("shared"))).expect("it is ours");
        told(&mut named, &secrets).await;
        fs::remove_file(at("ca.pem")).expect("it is ours");
        told(&mut named, &BTreeSet::from([FileUse::IssuerTrust])).await;
    }

    #[tokio::test]
    async fn other_settings_name_other_files() {
        let named = NamedFiles::follow(&Config::parse("[auth]\nca-file = \"a\"").expect("it is valid"));

        assert!(!named.differ_from_those_of(&Config::parse("[auth]\nca-file = \"a\"").expect("it is valid")));
        assert!(named.differ_from_those_of(&Config::parse("[http-client]\nca-file = \"a\"").expect("it is valid")));
    }
}
