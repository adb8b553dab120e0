//! Tokens: the verification of signature and times.

use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

use super::CallerRejected;
use super::claims::Claims;

/// The longest key id that is looked up, in bytes.
const LONGEST_KEY_ID: usize = 256;

/// A token that is not verified yet. Its claims may only be used to find the key that verifies it.
pub(super) struct Unverified<'a> {
    token: &'a str,
    pub(super) key_id: String,
    pub(super) claims: Claims,
}

impl<'a> Unverified<'a> {
    /// Reads a token.
    ///
    /// # Errors
    ///
    /// Fails if it is malformed, or uses features that are not supported. The location of the key is never taken from
    /// the token (`jku`, `jwk`, `x5u`).
    pub(super) fn read(token: &'a str) -> Result<Self, CallerRejected> {
        let header = decode_header(token).map_err(|_| CallerRejected::Malformed)?;
        if header.alg != Algorithm::RS256 {
            return Err(CallerRejected::Algorithm);
        }
        // No critical extension (RFC 7515, section 4.1.11) is supported.
        if header.crit.is_some() {
            return Err(CallerRejected::Malformed);
        }
        let key_id = header.kid.filter(|id| id.len() <= LONGEST_KEY_ID).ok_or(CallerRejected::Malformed)?;
        let claims = insecure_decode::<Claims>(token).map_err(|_| CallerRejected::Malformed)?.claims;
        Ok(Self { token, key_id, claims })
    }

    /// Verifies the signature, and then the times. Entra ID states in every token when it begins to be valid; other
    /// issuers need not, unless `needs_begin` is set.
    ///
    /// # Errors
    ///
    /// Fails if it is not signed with `key`, or is not valid now.
    pub(super) fn verify(self, key: &DecodingKey, needs_begin: bool) -> Result<Claims, CallerRejected> {
        let mut validation = Validation::new(Algorithm::RS256);
        // The times are checked below, because the library rejects what this host has no need of. The issuer and the
        // audience are compared with the issuer's settings later.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims::<&str>(&[]);
        let claims = decode::<Claims>(self.token, key, &validation).map_err(|error| reason(&error))?.claims;
        claims.check_times(jsonwebtoken::get_current_timestamp(), needs_begin)?;
        Ok(claims)
    }
}

fn reason(error: &Error) -> CallerRejected {
    match error.kind() {
        ErrorKind::InvalidSignature => CallerRejected::Signature,
        ErrorKind::InvalidAlgorithm => CallerRejected::Algorithm,
        // The library's list of errors may grow.
        _ => CallerRejected::Malformed,
    }
}
