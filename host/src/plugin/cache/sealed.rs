//! The file format of an artifact: a mark, an authentication code, then the artifact itself.

use std::fmt;
use std::io::{self, Read};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::key::CacheKey;

/// Identifies the format and its version.
const MARK: [u8; 8] = *b"insight1";

/// Bytes of the authentication code.
const CODE: usize = 32;

/// Authenticates artifacts by the secret of this cache.
#[derive(Clone)]
pub(super) struct Seal(Hmac<Sha256>);

impl Seal {
    /// Bytes of a file in addition to its artifact.
    pub(super) const OVERHEAD: u64 = (MARK.len() + CODE) as u64;

    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// Returns the bytes before the artifact.
    pub(super) fn head(&self, key: &CacheKey, artifact: &[u8]) -> Vec<u8> {
        let code = self.over(key, artifact).finalize().into_bytes();
        [MARK.as_slice(), code.as_slice()].concat()
    }

    /// Reads the artifact of `key` from a file of `size` bytes. Fails if it is not authentic for that key.
    pub(super) fn read(&self, key: &CacheKey, mut file: impl Read, size: u64) -> io::Result<Vec<u8>> {
        let mut head = [0; MARK.len() + CODE];
        file.read_exact(&mut head)?;
        let (mark, code) = head.split_at(MARK.len());
        if mark != MARK {
            return Err(not_ours("it has another layout"));
        }
        let length = size.saturating_sub(Self::OVERHEAD);
        let mut artifact = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        // A file that grows meanwhile is truncated here and fails the check below.
        file.take(length).read_to_end(&mut artifact)?;
        // Compares in constant time, so that nobody can find a code by trial.
        self.over(key, &artifact).verify_slice(code).map_err(|_| not_ours("its code does not match"))?;
        Ok(artifact)
    }

    fn over(&self, key: &CacheKey, artifact: &[u8]) -> Hmac<Sha256> {
        let length = (artifact.len() as u64).to_le_bytes();
        self.0.clone().chain_update(MARK).chain_update(key.as_bytes()).chain_update(length).chain_update(artifact)
    }
}

/// Keeps the secret out of logs.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

fn not_ours(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
