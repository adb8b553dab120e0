//! The identity of an authenticated caller.

use sha2::{Digest, Sha256};

use super::providers::Providers;
use contract::Caller;

/// The identity of an authenticated caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Number that distinguishes the caller from all others.
    pub(crate) number: Number,
    /// The caller, as plugins see it.
    pub(crate) caller: Caller,
    /// The providers that the caller may ask.
    pub(crate) providers: Providers,
}

/// A caller's number. It is always the same for the same caller, and reveals nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Number(u128);

impl Number {
    /// Computes the number of the caller that these parts name. Other parts give another number.
    pub(super) fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // The length before each part keeps different lists of parts from having the same bytes.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let half = digest.first_chunk().expect("a digest has 32 bytes");
        Self(u128::from_be_bytes(*half))
    }
}

/// Converts the number to a key for counters.
impl From<Number> for u128 {
    fn from(number: Number) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_parts_have_the_same_number() {
        let number = Number::of(&["contoso", "tenant", "user"]);

        assert_eq!(number, Number::of(&["contoso", "tenant", "user"]));
        assert_ne!(number, Number::of(&["contoso", "tenantu", "ser"]));
        assert_ne!(number, Number::of(&["contoso", "tenant"]));
    }
}
