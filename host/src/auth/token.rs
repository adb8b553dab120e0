//! Tokens: what they say, and whether it is true.

use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use uuid::Uuid;

use super::Refused;

/// By how much clocks may differ, in seconds: five minutes, as Microsoft's own libraries allow.
pub(super) const LEEWAY: u64 = 300;

/// The longest id of a key that is looked for, in bytes.
const LONGEST_KEY_ID: usize = 256;

/// What a token says, as far as it matters here. Times are checked where it is verified.
///
/// Source: learn.microsoft.com, "Access token claims reference".
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: Audiences,
    /// When it was given, in seconds since 1970.
    pub(super) iat: Option<u64>,
    /// Tenant.
    pub(super) tid: Option<Uuid>,
    /// User, or an application's own principal, within the tenant.
    pub(super) oid: Option<String>,
    pub(super) sub: Option<String>,
    /// Application that asked for it, by the second version's name.
    azp: Option<String>,
    /// The same by the first version's.
    appid: Option<String>,
    /// Scopes, separated by blanks: what the user lets the application do.
    scp: Option<String>,
    /// What the application may do by itself, or the user is.
    #[serde(default)]
    roles: Vec<String>,
}

/// Whom a token is for.
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
    /// The application that the token was given to.
    pub(super) fn client(&self) -> Option<&str> {
        self.azp.as_deref().or(self.appid.as_deref())
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scp.as_deref().unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether it is an application's own, and not that of a user of one: roles, but no scopes.
    pub(super) fn is_applications(&self) -> bool {
        self.scp.is_none() && self.client().is_some()
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }
}

/// A token that nobody has verified yet. What it claims serves to find the key that proves it, and nothing else.
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
    /// Fails if it is none, or could not be verified here whoever signed it. Where its key is, is never read out of it
    /// (`jku`, `jwk`, `x5u`).
    pub(super) fn read(token: &'a str) -> Result<Self, Refused> {
        let header = decode_header(token).map_err(|_| Refused::Malformed)?;
        if header.alg != Algorithm::RS256 {
            return Err(Refused::Algorithm);
        }
        // What must be understood (RFC 7515, section 4.1.11), is not understood here.
        if header.crit.is_some() {
            return Err(Refused::Malformed);
        }
        let key_id = header.kid.filter(|id| id.len() <= LONGEST_KEY_ID).ok_or(Refused::Malformed)?;
        let claims = insecure_decode::<Claims>(token).map_err(|_| Refused::Malformed)?.claims;
        Ok(Self { token, key_id, claims })
    }

    /// Verifies it: its signature first, and then its times.
    ///
    /// # Errors
    ///
    /// Fails if `key` has not signed it, or it is not valid now.
    pub(super) fn verify(self, key: &DecodingKey) -> Result<Claims, Refused> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        // An issuer's forms are compared where its settings are.
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        let claims = decode::<Claims>(self.token, key, &validation).map_err(|error| reason(&error))?.claims;
        let latest = jsonwebtoken::get_current_timestamp() + LEEWAY;
        if claims.iat.is_some_and(|given| given > latest) {
            return Err(Refused::NotYet);
        }
        Ok(claims)
    }
}

fn reason(error: &Error) -> Refused {
    match error.kind() {
        ErrorKind::InvalidSignature => Refused::Signature,
        ErrorKind::InvalidAlgorithm => Refused::Algorithm,
        ErrorKind::ExpiredSignature => Refused::Expired,
        ErrorKind::ImmatureSignature => Refused::NotYet,
        // The library's list may grow.
        _ => Refused::Malformed,
    }
}
