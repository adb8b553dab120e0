//! How the command line finds a host of the same user: a file with the address of its admin API and the token.
//!
//! It lies in a folder that is this user's alone. The host holds a lock on it as long as it lives, so that one left
//! over from a crash is known by having none.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::token::{Token, TokenError};

/// The longest such file, in bytes.
const LONGEST: u64 = 16 << 10;

/// Where a host's admin API is, and what opens it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What opens it.
    pub(crate) token: Token,
}

/// The file as written. It names the operator's own file rather than copying a token out of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
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
    _file: File,
}

/// A host's file cannot be written, or none be found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// The folder or the file cannot be used.
    #[error("failed to use {}, where the command line looks for the admin API of hosts", path.display())]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Others could change or read it.
    #[error("{} is not this user's alone: it must belong to this user, with mode 0700", .0.display())]
    NotOurs(PathBuf),
    /// No host runs, or none with an admin API.
    #[error(
        "no host of this user is running with an admin API; `--admin URL --token-file FILE` leads to another user's"
    )]
    None,
    /// More than one does.
    #[error("several hosts are running; choose one by {}", list(.0))]
    Several(Vec<SocketAddr>),
    /// The token that it names is not to be had.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Access {
    /// Makes a folder fit for word of hosts.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be made, or is not this user's alone.
    pub(crate) fn prepare(dir: &Path) -> Result<(), AccessError> {
        let fails = |source| AccessError::Io { path: dir.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(fails)?;
        check_ours(dir)
    }

    /// Leaves word in `dir`, which is prepared, until the result is dropped. If `token_file` holds the token, the file
    /// is named instead.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be written.
    pub(crate) fn publish(&self, dir: &Path, token_file: Option<&Path>) -> Result<Published, AccessError> {
        let fails = |source| AccessError::Io { path: dir.to_owned(), source };
        remove_leftovers(dir);

        let written = Written {
            address: self.address,
            token: token_file.is_none().then(|| self.token.expose().to_owned()),
            token_file: token_file.map(|file| std::path::absolute(file).unwrap_or_else(|_| file.to_owned())),
        };
        // Made under another name that nobody knows, and readable by this user alone; locked before it has its own.
        let mut file = tempfile::Builder::new().prefix(".").tempfile_in(dir).map_err(fails)?;
        let text = serde_json::to_vec(&written).expect("texts serialise");
        file.write_all(&text).and_then(|()| file.as_file().lock()).map_err(fails)?;
        let path = dir.join(format!("{}.json", self.address));
        let file = file.persist(&path).map_err(|error| fails(error.error))?;
        Ok(Published { path, _file: file })
    }

    /// Finds the host that left word in `dir`: the one at `address`, or the only one.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or a choice.
    pub(crate) fn find(dir: &Path, address: Option<SocketAddr>) -> Result<Self, AccessError> {
        if !dir.exists() {
            return Err(AccessError::None);
        }
        check_ours(dir)?;
        let fails = |source| AccessError::Io { path: dir.to_owned(), source };
        let mut running: Vec<Written> = files(dir).map_err(fails)?.filter_map(|(_, file)| read_running(file)).collect();
        running.retain(|host| address.is_none_or(|address| address == host.address));
        match running.len() {
            0 => Err(AccessError::None),
            1 => running.remove(0).access(),
            _ => Err(AccessError::Several(running.iter().map(|host| host.address).collect())),
        }
    }
}

impl Written {
    fn access(self) -> Result<Access, AccessError> {
        let token = match (self.token_file, self.token.as_deref().and_then(Token::parse)) {
            (Some(file), _) => Token::read(&file)?,
            (None, Some(token)) => token,
            (None, None) => return Err(AccessError::None),
        };
        Ok(Access { address: self.address, token })
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Checks that nobody else can put files into `dir` or read those in it.
fn check_ours(dir: &Path) -> Result<(), AccessError> {
    let metadata = fs::symlink_metadata(dir).map_err(|source| AccessError::Io { path: dir.to_owned(), source })?;
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0;
    if metadata.is_dir() && is_ours { Ok(()) } else { Err(AccessError::NotOurs(dir.to_owned())) }
}

/// The files of hosts in `dir`, opened without following a link or waiting for a pipe.
fn files(dir: &Path) -> io::Result<impl Iterator<Item = (PathBuf, File)>> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let open = move |path: PathBuf| {
        let is_hosts = path.extension().is_some_and(|ending| ending == "json");
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&path);
        file.ok().filter(|_| is_hosts).map(|file| (path, file))
    };
    Ok(fs::read_dir(dir)?.filter_map(move |entry| open(entry.ok()?.path())))
}

/// What a file says, if its host runs.
fn read_running(file: File) -> Option<Written> {
    if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return None;
    }
    let mut text = Vec::new();
    file.take(LONGEST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Removes the files of hosts that ended without doing so.
fn remove_leftovers(dir: &Path) {
    let leftovers = files(dir).into_iter().flatten().filter(|(_, file)| file.try_lock().is_ok());
    for (path, _) in leftovers {
        let _ = fs::remove_file(path);
    }
}

fn list(addresses: &[SocketAddr]) -> String {
    let options: Vec<String> = addresses.iter().map(|address| format!("`--admin http://{address}`")).collect();
    options.join(" or ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

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
