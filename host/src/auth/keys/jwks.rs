//! A JSON Web Key Set: the signing keys that an issuer publishes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jsonwebtoken::{DecodingKey, DecodingKeyKind};
use serde::Deserialize;
use serde_json::Value;

/// Most keys in a set. Entra ID publishes about ten.
const MOST_KEYS: usize = 100;

/// The longest id of a key, in bytes.
const LONGEST_ID: usize = 256;

/// Permitted lengths of a key, in bits. Shorter keys are weak, and longer ones take too long to verify.
const BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// The keys that an issuer signs with, by id.
pub(super) struct Jwks {
    keys: HashMap<String, Arc<SigningKey>>,
    fetched: Instant,
}

/// A key that an issuer signs with.
pub(in crate::auth) struct SigningKey {
    key: DecodingKey,
    issuer: Option<String>,
}

/// The error for a key set that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum JwksError {
    #[error("the key set is not a JSON object with `keys`")]
    Malformed(#[source] serde_json::Error),
    #[error("the key set has more than {MOST_KEYS} keys")]
    TooMany,
    #[error("the key set has no RSA key of 2048 to 8192 bits for signatures")]
    None,
}

/// The set as written. Each key is read by itself, so that one in an unknown form does not make the others unusable.
#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<Value>,
}

/// A key as written (RFC 7517, 7518).
#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    kid: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    n: String,
    e: String,
    /// The only issuer whose tokens the key signs, if there is only one. Entra ID's `{tenantid}` stands for any tenant.
    issuer: Option<String>,
}

/// The JSON text of an issuer without the byte order mark that some servers write before it.
pub(super) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

impl Jwks {
    /// Reads a set. Keys that cannot sign tokens for this host are left out.
    ///
    /// # Errors
    ///
    /// Fails if no key is left.
    pub(super) fn parse(json: &[u8]) -> Result<Self, JwksError> {
        let written: WrittenSet = serde_json::from_slice(without_mark(json)).map_err(JwksError::Malformed)?;
        if written.keys.len() > MOST_KEYS {
            return Err(JwksError::TooMany);
        }
        let read = |key| serde_json::from_value(key).ok().and_then(WrittenKey::read);
        let keys: HashMap<_, _> = written.keys.into_iter().filter_map(read).collect();
        if keys.is_empty() {
            return Err(JwksError::None);
        }
        Ok(Self { keys, fetched: Instant::now() })
    }

    pub(super) fn key(&self, id: &str) -> Option<Arc<SigningKey>> {
        self.keys.get(id).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Time since the set was fetched.
    pub(super) fn age(&self) -> Duration {
        self.fetched.elapsed()
    }
}

impl WrittenKey {
    fn read(self) -> Option<(String, Arc<SigningKey>)> {
        let is_for_us = self.kty == "RSA"
            && self.usage.is_none_or(|usage| usage == "sig")
            && self.alg.is_none_or(|algorithm| algorithm == "RS256")
            && (1..=LONGEST_ID).contains(&self.kid.len());
        if !is_for_us {
            return None;
        }
        let key = DecodingKey::from_rsa_components(&self.n, &self.e).ok()?;
        let DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind() else { return None };
        if !BITS.contains(&bits(n)) {
            return None;
        }
        let issuer = self.issuer.filter(|issuer| !issuer.contains("{tenantid}"));
        Some((self.kid, Arc::new(SigningKey { key, issuer })))
    }
}

/// The number of bits of a big-endian number.
fn bits(number: &[u8]) -> usize {
    let Some(first) = number.iter().position(|byte| *byte != 0) else { return 0 };
    (number.len() - first) * 8 - number[first].leading_zeros() as usize
}

impl SigningKey {
    /// The key that verifies signatures.
    pub(in crate::auth) fn key(&self) -> &DecodingKey {
        &self.key
    }

    /// The only issuer whose tokens it signs, if there is only one.
    pub(in crate::auth) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A modulus of that many bytes, all its bits set: `_` is 63 in base64url.
    fn modulus(bytes: usize) -> String {
        assert_eq!(bytes % 3, 1, "the last two characters hold eight bits");
        "_".repeat(bytes / 3 * 4) + "_w"
    }

    /// A usable key, with the members of `other` replaced.
    fn key(id: &str, other: &Value) -> Value {
        let mut key = json!({ "kty": "RSA", "use": "sig", "kid": id, "n": modulus(256), "e": "AQAB" });
        for (name, value) in other.as_object().expect("members") {
            key[name] = value.clone();
        }
        key
    }

    fn parse(keys: &[Value]) -> Result<Jwks, JwksError> {
        Jwks::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn keys_that_are_not_for_us_are_left_out() {
        let keys = [
            key("good", &json!({})),
            key("named", &json!({ "alg": "RS256", "x5c": ["…"], "issuer": "https://login.example/{tenantid}/v2.0" })),
            key("encrypts", &json!({ "use": "enc" })),
            key("other-algorithm", &json!({ "alg": "RS512" })),
            key("curve", &json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" })),
            key("secret", &json!({ "kty": "oct", "k": "AA" })),
            key("weak", &json!({ "n": modulus(253) })),
            key("huge", &json!({ "n": modulus(1_027) })),
            key("garbled", &json!({ "n": "…" })),
            key("number", &json!({ "n": 5 })),
            key("", &json!({})),
            key(&"a".repeat(257), &json!({})),
            json!("nothing"),
        ];

        let set = parse(&keys).expect("two are for us");

        assert_eq!(set.len(), 2);
        assert!(set.key("good").is_some() && set.key("named").is_some());
        assert_eq!(set.key("named").expect("it is there").issuer(), None);
    }

    #[test]
    fn a_byte_order_mark_before_the_set_is_skipped() {
        let json = json!({ "keys": [key("good", &json!({}))] }).to_string();

        assert_eq!(Jwks::parse(format!("\u{feff}{json}").as_bytes()).expect("it is read").len(), 1);
    }

    #[test]
    fn a_key_of_one_issuer_alone_says_so() {
        let set = parse(&[key("a", &json!({ "issuer": "https://login.example/one/v2.0" }))]).expect("it is for us");

        assert_eq!(set.key("a").expect("it is there").issuer(), Some("https://login.example/one/v2.0"));
    }

    #[test]
    fn a_set_without_keys_for_us_is_none() {
        assert!(matches!(parse(&[]), Err(JwksError::None)));
        assert!(matches!(parse(&[key("weak", &json!({ "n": modulus(253) }))]), Err(JwksError::None)));
        assert!(matches!(parse(&vec![key("a", &json!({})); MOST_KEYS + 1]), Err(JwksError::TooMany)));
        assert!(matches!(Jwks::parse(b"<html>"), Err(JwksError::Malformed(_))));
    }

    #[test]
    fn zeros_in_front_are_no_bits() {
        assert_eq!(bits(&[0, 0, 1, 0]), 9);
        assert_eq!(bits(&[0x80]), 8);
        assert_eq!(bits(&[0, 0]), 0);
    }
}
