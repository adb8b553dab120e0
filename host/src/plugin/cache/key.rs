//! Digests of components, and keys of artifacts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a component. Displayed in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of `component`.
    #[must_use]
    pub fn of(component: &[u8]) -> Self {
        Self(Sha256::digest(component).into())
    }

    /// Returns the first twelve digits, enough for people to distinguish versions.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{self:.12}")
    }
}

/// A text is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let digits = text.as_bytes().as_chunks::<2>();
        let (pairs, []) = digits else { return Err(DigestError) };
        let bytes: Option<Vec<u8>> = pairs.iter().map(|pair| byte(*pair)).collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(DigestError)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    /// Writes the digits; with a precision, only so many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The component and the engine that an artifact belongs to, hashed. Displayed in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// Returns the key of the component with this digest, for engines that accept each other's artifacts.
    ///
    /// `engine` must differ between engines that do not: by version, settings or processor.
    #[must_use]
    pub fn of(component: Digest, engine: &str) -> Self {
        // The digest has a fixed length, so two different pairs never yield the same bytes.
        Self(Sha256::new().chain_update(component.0).chain_update(engine).finalize().into())
    }

    /// Returns the key of the compiled functions of one plugin, for such engines. `engine` names the plugin, too.
    pub(crate) fn of_functions(engine: &str) -> Self {
        // No component has a digest that begins like this.
        Self(Sha256::new_with_prefix("the compiled functions of a plugin").chain_update(engine).finalize().into())
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

/// Parses the byte of two digits.
fn byte(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    Some(high? << 4 | low?)
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}
