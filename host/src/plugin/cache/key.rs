//! What artifacts are known by.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a component. Shown in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `component`.
    #[must_use]
    pub fn of(component: &[u8]) -> Self {
        Self(Sha256::digest(component).into())
    }

    /// Its first twelve digits, enough for people to tell versions apart.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{self:.12}")
    }
}

impl fmt::Display for Digest {
    /// With a precision, only so many digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// What an artifact was compiled from, and for which engine. Shown in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// The key of the component of this digest, for engines that take up each other's artifacts.
    ///
    /// `engine` must differ between engines that do not: by version, settings or processor.
    #[must_use]
    pub fn of(component: Digest, engine: &str) -> Self {
        // The digest has a fixed length, so no two pairs run together into the same bytes.
        Self(Sha256::new().chain_update(component.0).chain_update(engine).finalize().into())
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn file_name(&self) -> String {
        format!("{self}.cwasm")
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
