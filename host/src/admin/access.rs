//! Discovery of running hosts by commands of the same user: a file with the address of the admin API and its token.
//!
//! It lies in a directory that is this user's alone. The host holds a lock on it as long as it lives, which tells
//! commands that it runs: a file that a crash left over has no lock.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::token::{Token, TokenError};
use net::os::FileId;
use net::private::{PrivateDir, PrivateError};

/// The bytes that are read of such a file.
const LONGEST: u64 = 16 << 10;

/// The address and the token of a host's admin API.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The address it listens at.
    pub(crate) address: SocketAddr,
    /// Its token.
    pub(crate) token: Token,
}

/// The file as written. It names the operator's own file rather than copying a token out of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessFile {
    address: SocketAddr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_file: Option<PathBuf>,
}

/// The file of a running host. Dropping this removes it.
#[derive(Debug)]
pub(crate) struct Published {
    path: PathBuf,
    /// Locked.
    file: File,
}

/// The errors of writing a host's file and of finding one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// The folder or the file cannot be used.
    #[error("failed to use {}, where the command line looks for the admin API of hosts", path.display())]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Other users can change or read it.
    #[error("{} is not this user's alone: it must belong to this user, with mode 0700", .0.display())]
    NotOurs(PathBuf),
    /// No host runs, or none with an admin API.
    #[error(
        "no host of this user is running with an admin API; `--admin URL --token-file FILE` leads to another user's"
    )]
    None,
    /// Several hosts with an admin API run.
    #[error("several hosts are running; choose one by {}", list(.0))]
    Several(Vec<SocketAddr>),
    /// The token file that it names cannot be read.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Access {
    /// Prepares a directory for the files of hosts.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be created, or is not this user's alone.
    pub(crate) fn prepare(dir: &Path) -> Result<(), AccessError> {
        PrivateDir::create(dir).map(drop).map_err(|error| unusable(dir, error))
    }

    /// Writes the host's file into `dir`, which is prepared. It stays until the result is dropped. If `token_file` holds
    /// the token, the file is named instead.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be written.
    pub(crate) fn publish(&self, dir: &Path, token_file: Option<&Path>) -> Result<Published, AccessError> {
        let fails = |source| AccessError::Io { path: dir.to_owned(), source };
        let private = PrivateDir::open(dir).map_err(|error| unusable(dir, error))?;
        remove_leftovers(&private);

        let written = AccessFile {
            address: self.address,
            token: token_file.is_none().then(|| self.token.expose().to_owned()),
            token_file: token_file.map(|file| std::path::absolute(file).unwrap_or_else(|_| file.to_owned())),
        };
        let text = serde_json::to_vec(&written).expect("texts serialise");
        let name = format!("{}.json", self.address);
        // Locked before it has its name: a command that sees it without a lock takes its host for stopped.
        let file = private.replace(&name, |file| file.write_all(&text).and_then(|()| file.lock())).map_err(fails)?;
        Ok(Published { path: private.path_of(&name), file })
    }

    /// Finds a running host by its file in `dir`: the one at `address`, or the only one.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or more than one.
    pub(crate) fn find(dir: &Path, address: Option<SocketAddr>) -> Result<Self, AccessError> {
        if !dir.exists() {
            return Err(AccessError::None);
        }
        let private = PrivateDir::open(dir).map_err(|error| unusable(dir, error))?;
        let files = files(&private).map_err(|source| AccessError::Io { path: dir.to_owned(), source })?;
        let mut running: Vec<AccessFile> = files.filter_map(|(_, file)| read_running(file)).collect();
        running.retain(|host| address.is_none_or(|address| address == host.address));
        match running.len() {
            0 => Err(AccessError::None),
            1 => running.remove(0).access(),
            _ => Err(AccessError::Several(running.iter().map(|host| host.address).collect())),
        }
    }
}

impl AccessFile {
    fn access(self) -> Result<Access, AccessError> {
        let token = match (self.token_file, self.token.as_deref().and_then(Token::parse)) {
            (Some(file), _) => Token::read(&file)?,
            (None, Some(token)) => token,
            (None, None) => return Err(AccessError::None),
        };
        Ok(Access { address: self.address, token })
    }
}

impl Published {
    /// Returns whether commands still find the file. Programs that tidy up temporary folders may have removed it.
    pub(crate) fn is_there(&self) -> bool {
        let identity = |metadata: Metadata| FileId::from(&metadata);
        let found = fs::symlink_metadata(&self.path).map(identity).ok();
        found.is_some() && found == self.file.metadata().map(identity).ok()
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        // Never one that took its place.
        if self.is_there() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Names the directory in an error of using it.
fn unusable(dir: &Path, error: PrivateError) -> AccessError {
    match error {
        PrivateError::Io(source) => AccessError::Io { path: dir.to_owned(), source },
        PrivateError::NotOurs | PrivateError::Foreign(_) => AccessError::NotOurs(dir.to_owned()),
    }
}

/// Opens the files of hosts in `dir`, with their names. Files that cannot be opened are left out.
fn files(dir: &PrivateDir) -> io::Result<impl Iterator<Item = (String, File)>> {
    let names = dir.names()?.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "json"));
    Ok(names.filter_map(|name| dir.open_file(&name).ok().flatten().map(|file| (name, file))))
}

/// Reads a file, if its host runs.
fn read_running(file: File) -> Option<AccessFile> {
    if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return None;
    }
    let mut text = Vec::new();
    file.take(LONGEST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Removes the files of hosts that ended without doing so.
fn remove_leftovers(dir: &PrivateDir) {
    let leftovers = files(dir).into_iter().flatten().filter(|(_, file)| file.try_lock().is_ok());
    for (name, _) in leftovers {
        dir.remove(&name);
    }
}

fn list(addresses: &[SocketAddr]) -> String {
    let options: Vec<String> = addresses.iter().map(|address| format!("`--admin http://{address}`")).collect();
    options.join(" or ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use tempfile::TempDir;

    use super::*;

    fn access(port: u16) -> Access {
        Access { address: SocketAddr::from(([127, 0, 0, 1], port)), token: Token::fresh().expect("chance") }
    }

    fn dir() -> (TempDir, PathBuf) {
        let dir = TempDir::new().expect("there is room");
        let ours = dir.path().join("ours");
        Access::prepare(&ours).expect("the folder above is ours");
        (dir, ours)
    }

    #[test]
    fn a_running_host_is_found_and_a_stopped_one_is_not() {
        let (_root, dir) = dir();
        let host = access(1);

        let published = host.publish(&dir, None).expect("the folder is ours");
        let found = Access::find(&dir, None).expect("it runs");

        assert_eq!(found.address, host.address);
        assert!(found.token.is(host.token.expose().as_bytes()));
        drop(published);
        assert!(matches!(Access::find(&dir, None), Err(AccessError::None)));
    }

    #[test]
    fn of_several_hosts_one_is_chosen_by_its_address() {
        let (_root, dir) = dir();
        let (one, other) = (access(1), access(2));
        let _published = [&one, &other].map(|host| host.publish(&dir, None).expect("the folder is ours"));

        assert!(matches!(Access::find(&dir, None), Err(AccessError::Several(hosts)) if hosts.len() == 2));
        assert_eq!(Access::find(&dir, Some(other.address)).expect("it runs").address, other.address);
    }

    #[test]
    fn what_a_crash_left_over_is_passed_over_and_removed() {
        let (_root, dir) = dir();
        let crashed = access(1).publish(&dir, None).expect("the folder is ours");
        let path = crashed.path.clone();
        let text = fs::read(&path).expect("it is there");
        drop(crashed);
        fs::write(&path, text).expect("the folder is ours");

        assert!(matches!(Access::find(&dir, None), Err(AccessError::None)));
        let _next = access(2).publish(&dir, None).expect("the folder is ours");
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_was_removed_is_missed_and_one_in_its_place_is_left_there() {
        let (_root, dir) = dir();
        let host = access(1);
        let first = host.publish(&dir, None).expect("the folder is ours");
        assert!(first.is_there());

        fs::remove_file(&first.path).expect("the folder is ours");
        assert!(!first.is_there());
        let second = host.publish(&dir, None).expect("the folder is ours");
        drop(first);

        assert!(second.is_there() && Access::find(&dir, None).is_ok());
    }

    #[test]
    fn the_file_is_this_users_alone() {
        let (_root, dir) = dir();

        let published = access(1).publish(&dir, None).expect("the folder is ours");

        let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
        assert_eq!((mode(&dir), mode(&published.path)), (0o700, 0o600));
    }

    #[test]
    fn a_folder_that_others_can_write_is_not_used() {
        let (_root, dir) = dir();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).expect("the folder is ours");

        assert!(matches!(Access::prepare(&dir), Err(AccessError::NotOurs(_))));
        assert!(matches!(Access::find(&dir, None), Err(AccessError::NotOurs(_))));
    }

    #[test]
    fn an_operators_token_file_is_named_and_not_copied() {
        let (root, dir) = dir();
        let host = access(1);
        let token_file = root.path().join("token");
        fs::write(&token_file, host.token.expose()).expect("the folder is ours");

        let published = host.publish(&dir, Some(&token_file)).expect("the folder is ours");

        let text = fs::read_to_string(&published.path).expect("it is there");
        assert!(!text.contains(host.token.expose()), "{text}");
        let found = Access::find(&dir, None).expect("it runs");
        assert!(found.token.is(host.token.expose().as_bytes()));
    }
}
