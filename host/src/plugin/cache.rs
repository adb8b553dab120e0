//! Compiled components on disk, so that a restart need not compile them again.
//!
//! Loading compiled code is as good as running it, so anybody who can write it controls the host. The cache
//! therefore uses a private folder, and each artifact carries a code ([HMAC]) under a key that never leaves
//! that folder. The code is verified before an artifact is used. An artifact that does not match is removed and
//! compiled again.
//!
//! Artifacts are mapped, not copied, where that is safe: hosts then share their memory, and the kernel may take it back.
//! A mapping shows what is written to its file later, so the code must stay valid for as long as the mapping lasts. These
//! rules ensure it:
//!
//! - A mapped file is never written to: it is complete, on the disk and read-only (mode 0400) before it has its name. It is
//!   replaced by a rename and evicted by removing its name. Both leave it whole for those who have mapped it.
//! - Verified and mapped is one file, held open in between, with at most one name, on a local file system
//!   ([`MappableFile`]). All others, such as those of a folder on NFS or of `dev`, are copied.
//! - Only this user and root can write to it even so. Both can read the key beside it, and so forge what is loaded next:
//!   writing to mapped code gives them nothing that they do not have.
//!
//! What the rules do not prevent ends the process: one of these two who cuts a mapped file short, and a disk that fails
//! to read it again (SIGBUS), as for the host's own program. Stronger means were weighed. A sealed memory file (memfd) is
//! a copy, too. fs-verity has the kernel verify each page and forbids writing even to root, but hardly any file system
//! has it switched on. A lease tells its holder of writers and then lets them write; running code cannot be taken away
//! by then.
//!
//! [HMAC]: https://www.rfc-editor.org/rfc/rfc2104

mod key;
mod rejection;
mod sealed;
mod vault;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytesize::ByteSize;
use tracing::{debug, warn};

pub(crate) use self::key::{CacheKey, Digest};
use self::sealed::Seal;
use self::vault::{CachedFile, Opened, Vault, VaultError};
use net::chain;
use net::private::MappableFile;

/// Writes the parts of a file.
type WriteParts = fn(&Vault, &str, &[&[u8]]) -> Result<(), VaultError>;

/// Artifacts on disk, one file each.
///
/// All its methods block on the disk. Several hosts of one user may share it.
#[derive(Debug)]
pub struct Cache {
    dir: PathBuf,
    vault: Vault,
    seal: Seal,
    capacity: ByteSize,
}

/// The cache is unavailable. The host works without it, and compiles more often.
#[derive(Debug, thiserror::Error)]
#[error("the cache of compiled components in {} is unavailable", dir.display())]
pub struct CacheError {
    dir: PathBuf,
    #[source]
    cause: VaultError,
}

impl Cache {
    /// Opens the cache in `dir` with a capacity of 1 GiB, and creates the folder if it does not exist.
    ///
    /// # Errors
    ///
    /// Fails if other users could read or write the folder or its key, or if it cannot be created. The error
    /// names which, and the remedy.
    pub fn open(dir: &Path) -> Result<Self, CacheError> {
        let at = |cause| CacheError { dir: dir.to_owned(), cause };
        let vault = Vault::open(dir).map_err(at)?;
        vault.remove_leftovers();
        let seal = Seal::new(&vault.secret().map_err(at)?);
        Ok(Self { dir: dir.to_owned(), vault, seal, capacity: ByteSize::gib(1) })
    }

    /// Sets the total size of the artifacts. Those used longest ago are evicted for new ones.
    #[must_use]
    pub fn with_capacity(mut self, capacity: ByteSize) -> Self {
        self.capacity = capacity;
        self
    }

    /// Returns a copy of the artifact stored for `key`, exactly as it was.
    ///
    /// An artifact that is damaged, forged or unreadable counts as absent, and is removed.
    #[must_use]
    pub fn load(&self, key: &CacheKey) -> Option<Vec<u8>> {
        self.verified(key, |file, size| self.seal.read(key, file, size).map(Some))
    }

    /// Returns the file that begins with the artifact stored for `key`, to be mapped: it stays as it is, whatever happens
    /// to the cache.
    ///
    /// An artifact that must be copied counts as absent, too. One that is damaged, forged or unreadable is removed.
    pub(crate) fn mappable(&self, key: &CacheKey) -> Option<MappableFile> {
        self.verified(key, |file, size| {
            let Some(mappable) = MappableFile::of(file) else { return Ok(None) };
            self.seal.verify(key, mappable.file(), size)?;
            Ok(Some(mappable))
        })
    }

    /// Opens the file of an artifact, and returns what `verify` makes of it and its size in bytes.
    fn verified<T>(&self, key: &CacheKey, verify: impl FnOnce(File, u64) -> io::Result<Option<T>>) -> Option<T> {
        let name = key.file_name();
        let verified = self.vault.open_file(&name).and_then(|opened| {
            let Some(Opened { file, size }) = opened else { return Ok(None) };
            if size > self.capacity.as_u64() {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // The time of modification serves as the time of last use, by which artifacts are evicted. If it cannot
            // be set, only their order is affected.
            let _ = file.set_modified(SystemTime::now());
            verify(file, size)
        });
        verified.unwrap_or_else(|error| {
            warn!(%key, error = %chain(&error), "cached component damaged: it is compiled again");
            self.vault.remove(&name);
            None
        })
    }

    /// Stores the artifact of `key` in place of an earlier one, and evicts others if the cache is full.
    ///
    /// An artifact larger than the cache is not stored.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. An earlier artifact is then still there.
    pub fn store(&self, key: &CacheKey, artifact: &[u8]) -> Result<(), CacheError> {
        self.put(key, artifact, Vault::write)
    }

    /// Stores an artifact like [`store`](Self::store), so that it can be mapped. Waits for the disk to have it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. An earlier artifact is then still there.
    pub(crate) fn store_for_good(&self, key: &CacheKey, artifact: &[u8]) -> Result<(), CacheError> {
        self.put(key, artifact, Vault::write_for_good)
    }

    fn put(&self, key: &CacheKey, artifact: &[u8], write: WriteParts) -> Result<(), CacheError> {
        if artifact.len() as u64 + Seal::OVERHEAD > self.capacity.as_u64() {
            debug!(%key, size = artifact.len(), "artifact larger than the cache");
            return Ok(());
        }
        let name = key.file_name();
        let written = write(&self.vault, &name, &[artifact, &self.seal.tail(key, artifact)]);
        written.map_err(|cause| CacheError { dir: self.dir.clone(), cause })?;
        self.make_way_for(&name);
        Ok(())
    }

    /// Evicts the artifacts used longest ago until the rest fit, but never `newest`.
    fn make_way_for(&self, newest: &str) {
        let mut artifacts = self.vault.artifacts();
        let mut total: u64 = artifacts.iter().map(|artifact| artifact.size).sum();
        artifacts.sort_by_key(CachedFile::last_use);
        for artifact in artifacts.iter().filter(|artifact| artifact.name != newest) {
            if total <= self.capacity.as_u64() {
                return;
            }
            self.vault.remove(&artifact.name);
            total -= artifact.size;
        }
    }
}

#[cfg(test)]
mod tests;
