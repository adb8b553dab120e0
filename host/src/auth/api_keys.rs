//! API keys, for callers that have no tokens.

use std::fmt::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::identity::{Identity, Number};
use super::settings::KeySettings;
use contract::Caller;

/// The prefix of every key, by which scanners for leaked secrets find it.
const PREFIX: &str = "ihk_";

/// Random bytes in a key: too many to be guessed, so one round of hashing is enough to protect it.
const BYTES: usize = 32;

/// The longest key that is checked, in bytes.
const LONGEST: usize = 256;

/// The SHA-256 digest of a key, the only form in which the host stores it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyHash([u8; 32]);

/// The error for a text that is not the digest of a key.
#[derive(Debug, thiserror::Error)]
#[error("it must be 64 hexadecimal digits, as `insight-host auth new-key` prints them")]
pub(crate) struct KeyHashError;

impl KeyHash {
    fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }
}

impl FromStr for KeyHash {
    type Err = KeyHashError;

    fn from_str(hex: &str) -> Result<Self, KeyHashError> {
        let digits: Vec<u8> = hex.chars().map_while(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        if digits.len() != hex.len() {
            return Err(KeyHashError);
        }
        bytes.try_into().map(Self).map_err(|_| KeyHashError)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

/// A new key. Its `Debug` output is redacted.
#[derive(Debug)]
pub(crate) struct ApiKey(SecretString);

impl ApiKey {
    /// Creates a random key.
    ///
    /// # Errors
    ///
    /// Fails if the system provides no random bytes.
    pub(crate) fn fresh() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        let key = bytes.iter().fold(PREFIX.to_owned(), |mut key, byte| {
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02x}");
            key
        });
        Ok(Self(key.into()))
    }

    /// The digest of the key, for the settings.
    pub(crate) fn hash(&self) -> KeyHash {
        KeyHash::of(self.0.expose_secret().as_bytes())
    }

    /// The text of the key, for its owner.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The keys of the settings, with their owners.
pub(super) struct ApiKeys(Vec<(KeyHash, Arc<Identity>)>);

impl ApiKeys {
    pub(super) fn new(keys: Vec<KeySettings>) -> Self {
        let identify = |key: KeySettings| {
            let number = Number::of(&["api-key", &key.name]);
            let caller = Caller::ApiKey(key.name);
            (key.sha256, Arc::new(Identity { number, caller, providers: key.providers }))
        };
        Self(keys.into_iter().map(identify).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The owner of `key`. The time taken depends neither on which key it is nor on how much of a key is right.
    pub(super) fn owner(&self, key: &[u8]) -> Option<Arc<Identity>> {
        if key.len() > LONGEST {
            return None;
        }
        let presented = KeyHash::of(key);
        let mut found = u32::MAX;
        for (place, (hash, _)) in (0..).zip(&self.0) {
            let is_it: Choice = hash.0.ct_eq(&presented.0);
            found.conditional_assign(&place, is_it);
        }
        self.0.get(found as usize).map(|(_, identity)| Arc::clone(identity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Providers;

    fn keys(keys: &[&ApiKey]) -> ApiKeys {
        let settings = |(number, key): (usize, &&ApiKey)| KeySettings {
            name: format!("key-{number}"),
            sha256: key.hash(),
            providers: Providers::All,
        };
        ApiKeys::new(keys.iter().enumerate().map(settings).collect())
    }

    #[test]
    fn a_key_is_its_owners_and_nobody_elses() {
        let (one, other, stranger) = (ApiKey::fresh(), ApiKey::fresh(), ApiKey::fresh());
        let [one, other, stranger] = [one, other, stranger].map(|key| key.expect("chance"));
        let keys = keys(&[&one, &other]);

        let owner = |key: &ApiKey| keys.owner(key.expose().as_bytes());

        assert!(owner(&one).is_some() && owner(&other).is_some());
        assert_ne!(owner(&one), owner(&other));
        assert_eq!(owner(&stranger), None);
        assert_eq!(keys.owner(b""), None);
        assert_eq!(keys.owner(one.hash().to_string().as_bytes()), None);
    }

    #[test]
    fn a_hash_is_written_as_it_is_read() {
        let hash = ApiKey::fresh().expect("chance").hash();

        assert_eq!(hash.to_string().parse::<KeyHash>().ok(), Some(hash));
        assert_eq!(hash.to_string().to_uppercase().parse::<KeyHash>().ok(), Some(hash));
        for wrong in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"a".repeat(66), &"ä".repeat(64)] {
            assert!(wrong.parse::<KeyHash>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_and_hashes_show_themselves_to_nobody() {
        let key = ApiKey::fresh().expect("chance");

        let shown = format!("{key:?} {:?}", key.hash());

        assert!(!shown.contains(&key.expose()[8..]) && !shown.contains(&key.hash().to_string()[..8]), "{shown}");
    }
}
