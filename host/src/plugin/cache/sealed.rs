//! The file format of what is cached: the content itself, then a mark and an authentication code.
//!
//! The code stands at the end, because a compiled component that is mapped must begin where its file does.

use std::fmt;
use std::io::{self, Read};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::key::CacheKey;
use net::to_usize;

/// Identifies the format and its version.
const MARK: [u8; 8] = *b"insight2";

/// Bytes of the authentication code.
const CODE: usize = 32;

/// Bytes that are read and authenticated at a time. They stay in the processor's cache.
const PIECE: usize = 64 << 10;

/// Authenticates files by the secret of this cache.
#[derive(Clone)]
pub(super) struct Seal(Hmac<Sha256>);

impl Seal {
    /// Bytes of a file in addition to its content.
    pub(super) const OVERHEAD: u64 = (MARK.len() + CODE) as u64;

    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// Returns the bytes after the content.
    pub(super) fn tail(&self, key: &CacheKey, content: &[u8]) -> Vec<u8> {
        let code = self.over(key, content.len() as u64).chain_update(content).finalize().into_bytes();
        [MARK.as_slice(), code.as_slice()].concat()
    }

    /// Reads the content of `key` from a file of `size` bytes. Fails if it is not authentic for that key.
    pub(super) fn read(&self, key: &CacheKey, file: impl Read, size: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::with_capacity(usize::try_from(size).map_err(io::Error::other)?);
        self.pass(key, file, size, |piece| content.extend_from_slice(piece))?;
        Ok(content)
    }

    /// Fails unless a file of `size` bytes holds authentic content of `key`.
    pub(super) fn verify(&self, key: &CacheKey, file: impl Read, size: u64) -> io::Result<()> {
        self.pass(key, file, size, |_| ())
    }

    /// Reads a file of `size` bytes to its end, and fails unless it is authentic for `key`. Its content is passed on
    /// before that is known.
    fn pass(&self, key: &CacheKey, mut file: impl Read, size: u64, mut on: impl FnMut(&[u8])) -> io::Result<()> {
        let length = size.checked_sub(Self::OVERHEAD).ok_or_else(|| not_ours("it is too short"))?;
        let mut code = self.over(key, length);
        let mut buffer = vec![0; PIECE.min(to_usize(length))];
        let mut left = length;
        while left > 0 {
            let (piece, _) = buffer.split_at_mut(PIECE.min(to_usize(left)));
            // A file that is cut meanwhile ends here.
            file.read_exact(piece)?;
            code.update(piece);
            on(piece);
            left -= piece.len() as u64;
        }
        let mut tail = [0; MARK.len() + CODE];
        file.read_exact(&mut tail)?;
        let (mark, expected) = tail.split_at(MARK.len());
        if mark != MARK {
            return Err(not_ours("it has another layout"));
        }
        // Compares in constant time, so that nobody can find a code by trial.
        code.verify_slice(expected).map_err(|_| not_ours("its code does not match"))
    }

    /// Begins the code over so many bytes, which follow.
    fn over(&self, key: &CacheKey, length: u64) -> Hmac<Sha256> {
        self.0.clone().chain_update(MARK).chain_update(key.as_bytes()).chain_update(length.to_le_bytes())
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
