//! Compiled components on disk, so that a restart need not compile them again.
//!
//! Loading compiled code is as good as running it, so anybody who can write it controls the host. The cache
//! therefore uses a private folder, and each artifact carries a code ([HMAC]) under a key that never leaves
//! that folder. The code is verified before an artifact is used. An artifact that does not match is removed and
//! compiled again.
//!
//! [HMAC]: https://www.rfc-editor.org/rfc/rfc2104

mod key;
mod rejection;
mod sealed;
mod vault;

use std::io;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use tracing::{debug, warn};

pub(crate) use self::key::{CacheKey, Digest};
use self::sealed::Seal;
use self::vault::{Opened, Vault, VaultError};
use net::chain;

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

    /// Returns the artifact stored for `key`, exactly as it was.
    ///
    /// An artifact that is damaged, forged or unreadable counts as absent, and is removed.
    #[must_use]
    pub fn load(&self, key: &CacheKey) -> Option<Vec<u8>> {
        let name = key.file_name();
        match self.read(key, &name) {
            Ok(artifact) => artifact,
            Err(error) => {
                warn!(%key, error = %chain(&error), "cached component damaged: it is compiled again");
                self.vault.remove(&name);
                None
            }
        }
    }

    fn read(&self, key: &CacheKey, name: &str) -> Result<Option<Vec<u8>>, io::Error> {
        let Some(Opened { mut file, size }) = self.vault.open_file(name)? else { return Ok(None) };
        if size > self.capacity.as_u64() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let artifact = self.seal.read(key, &mut file, size)?;
        // The time of modification serves as the time of last use, by which artifacts are evicted. If it cannot
        // be set, only their order is affected.
        let _ = file.set_modified(std::time::SystemTime::now());
        Ok(Some(artifact))
    }

    /// Stores the artifact of `key` in place of an earlier one, and evicts others if the cache is full.
    ///
    /// An artifact larger than the cache is not stored.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. An earlier artifact is then still there.
    pub fn store(&self, key: &CacheKey, artifact: &[u8]) -> Result<(), CacheError> {
        if artifact.len() as u64 + Seal::OVERHEAD > self.capacity.as_u64() {
            debug!(%key, size = artifact.len(), "artifact larger than the cache");
            return Ok(());
        }
        let name = key.file_name();
        self.vault
            .write(&name, &[&self.seal.head(key, artifact), artifact])
            .map_err(|cause| CacheError { dir: self.dir.clone(), cause })?;
        self.make_way_for(&name);
        Ok(())
    }

    /// Evicts the artifacts used longest ago until the rest fit, but never `newest`.
    fn make_way_for(&self, newest: &str) {
        let mut artifacts = self.vault.artifacts();
        let mut total: u64 = artifacts.iter().map(|artifact| artifact.size).sum();
        artifacts.sort_by_key(|artifact| artifact.used);
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
