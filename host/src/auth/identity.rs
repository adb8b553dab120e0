//! Somebody who is known.

use sha2::{Digest, Sha256};

use super::providers::Providers;
use contract::Caller;

/// Somebody who is known, as far as the host needs to know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Tells them from everybody else.
    pub(crate) number: Number,
    /// Who they are, for plugins.
    pub(crate) caller: Caller,
    /// Whom they may ask.
    pub(crate) providers: Providers,
}

/// A caller's number: of the same one always the same, and nothing can be read out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Number(u128);

impl Number {
    /// The number of whom these parts name. No other parts have it.
    pub(super) fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // With its length before it, no part can stand for two.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let half = digest.first_chunk().expect("a digest has 32 bytes");
        Self(u128::from_be_bytes(*half))
    }
}

/// For whoever counts by it.
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
