//! Tokens: their claims, and the verification of signature and times.

use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use uuid::Uuid;

use super::CallerRejected;

/// The greatest permitted difference of clocks, in seconds: five minutes, as in Microsoft's own libraries.
pub(super) const LEEWAY: u64 = 300;

/// The longest key id that is looked up, in bytes.
const LONGEST_KEY_ID: usize = 256;

/// The claims of a token that the host uses. Times are checked when the token is verified.
///
/// Source: learn.microsoft.com, "Access token claims reference".
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: Audiences,
    /// Time of issue, in seconds since 1970.
    pub(super) iat: Option<u64>,
    /// Tenant.
    pub(super) tid: Option<Uuid>,
    /// User, or an application's own principal, within the tenant.
    pub(super) oid: Option<String>,
    pub(super) sub: Option<String>,
    /// Application that requested the token, in tokens of version 2.
    azp: Option<String>,
    /// The same in tokens of version 1.
    appid: Option<String>,
    /// Scopes that the user grants the application, separated by blanks.
    scp: Option<String>,
    /// Roles of the application itself, or of the user.
    #[serde(default)]
    roles: Vec<String>,
}

/// The audiences of a token.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audiences {
    One(String),
    Several(Vec<String>),
}

impl Audiences {
    pub(super) fn any(&self, is_ours: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::One(audience) => is_ours(audience),
            Self::Several(audiences) => audiences.iter().any(|audience| is_ours(audience)),
        }
    }
}

impl Claims {
    /// The application that the token was issued to.
    pub(super) fn client(&self) -> Option<&str> {
        self.azp.as_deref().or(self.appid.as_deref())
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scp.as_deref().unwrap_or_default().split_ascii_whitespace()
    }

    /// Returns whether it is an application's own token and not a user's: it has no scopes.
    pub(super) fn is_applications(&self) -> bool {
        self.scp.is_none() && self.client().is_some()
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }
}

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

    /// Verifies the signature, and then the times.
    ///
    /// # Errors
    ///
    /// Fails if it is not signed with `key`, or is not valid now.
    pub(super) fn verify(self, key: &DecodingKey) -> Result<Claims, CallerRejected> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        // The issuer and the audience are compared with the issuer's settings later.
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        let claims = decode::<Claims>(self.token, key, &validation).map_err(|error| reason(&error))?.claims;
        let latest = jsonwebtoken::get_current_timestamp() + LEEWAY;
        if claims.iat.is_some_and(|given| given > latest) {
            return Err(CallerRejected::NotYet);
        }
        Ok(claims)
    }
}

fn reason(error: &Error) -> CallerRejected {
    match error.kind() {
        ErrorKind::InvalidSignature => CallerRejected::Signature,
        ErrorKind::InvalidAlgorithm => CallerRejected::Algorithm,
        ErrorKind::ExpiredSignature => CallerRejected::Expired,
        ErrorKind::ImmatureSignature => CallerRejected::NotYet,
        // The library's list of errors may grow.
        _ => CallerRejected::Malformed,
    }
}
