//! The claims of a token that the host uses.
//!
//! Issuers write the same claim in several forms. A claim that is not needed counts as absent if it cannot be read, so
//! that it never costs the call.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

use super::CallerRejected;

/// The greatest permitted difference of clocks, in seconds: five minutes, as in Microsoft's own libraries.
const LEEWAY: f64 = 300.0;

/// Longest sign-in name that is passed on, in bytes.
const LONGEST_NAME: usize = 256;

/// The claims of a token.
///
/// Sources: learn.microsoft.com, "Access token claims reference"; RFC 7519, 8693 and 9068.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    /// Audiences.
    #[serde(deserialize_with = "texts")]
    pub(super) aud: Vec<String>,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    nbf: Value,
    /// Time of issue, in seconds since 1970.
    #[serde(default)]
    iat: Value,
    /// Tenant, as written.
    #[serde(default)]
    tid: Value,
    /// User, or an application's own principal, within the tenant.
    #[serde(default, deserialize_with = "text")]
    pub(super) oid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) sub: Option<String>,
    /// Sign-in name of the user, in tokens of version 2 and of OpenID Connect.
    #[serde(default, deserialize_with = "text")]
    preferred_username: Option<String>,
    /// The same in tokens of version 1.
    #[serde(default, deserialize_with = "text")]
    upn: Option<String>,
    /// Application that requested the token, in tokens of version 2 and of OpenID Connect.
    #[serde(default, deserialize_with = "text")]
    azp: Option<String>,
    /// The same in tokens of version 1.
    #[serde(default, deserialize_with = "text")]
    appid: Option<String>,
    /// The same by RFC 9068.
    #[serde(default, deserialize_with = "text")]
    client_id: Option<String>,
    /// Scopes that the user grants the application, separated by blanks or in a list.
    #[serde(default, deserialize_with = "present_texts")]
    scp: Option<Vec<String>>,
    /// The same by RFC 8693.
    #[serde(default, deserialize_with = "present_texts")]
    scope: Option<Vec<String>>,
    /// Roles of the application itself, or of the user.
    #[serde(default, deserialize_with = "texts")]
    roles: Vec<String>,
}

impl Claims {
    /// Checks that the token is valid at `now`, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// Fails if it is not, or does not say until when it is valid. If `needs_begin` is set, it must say from when, too.
    pub(super) fn check_times(&self, now: u64, needs_begin: bool) -> Result<(), CallerRejected> {
        let now = now as f64;
        let end = self.exp.as_f64().ok_or(CallerRejected::Malformed)?;
        let begin = match &self.nbf {
            Value::Null if !needs_begin => None,
            begin => Some(begin.as_f64().ok_or(CallerRejected::Malformed)?),
        };
        if end < now - LEEWAY {
            return Err(CallerRejected::Expired);
        }
        let is_later = |time: f64| time > now + LEEWAY;
        if begin.is_some_and(is_later) || self.iat.as_f64().is_some_and(is_later) {
            return Err(CallerRejected::NotYet);
        }
        Ok(())
    }

    /// Returns whether the token is of a tenant, or says something else where a tenant's id belongs.
    pub(super) fn has_tenant(&self) -> bool {
        !self.tid.is_null()
    }

    /// The id of the tenant, in lower case.
    pub(super) fn tenant(&self) -> Option<String> {
        self.tid.as_str().and_then(|id| Uuid::parse_str(id).ok()).map(|id| id.to_string())
    }

    /// The application that the token was issued to.
    pub(super) fn client(&self) -> Option<&str> {
        self.azp.as_deref().or(self.appid.as_deref()).or(self.client_id.as_deref())
    }

    /// The user's sign-in name, for plugins. It identifies nobody: it may change, and another user may get it.
    pub(super) fn user_name(&self) -> Option<&str> {
        let name = self.preferred_username.as_deref().or(self.upn.as_deref())?.trim();
        let is_fit = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(char::is_control);
        is_fit.then_some(name)
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        let lists = self.scp.iter().chain(&self.scope).flatten();
        lists.flat_map(|text| text.split_ascii_whitespace())
    }

    /// Returns whether it is an application's own token and not a user's: it has no scopes.
    pub(super) fn is_applications(&self) -> bool {
        self.scp.is_none() && self.scope.is_none() && self.client().is_some()
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }
}

/// Reads a text; anything else is absent.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Reads a text or the texts of a list; anything else is an empty list.
fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    present_texts(from).map(Option::unwrap_or_default)
}

/// Reads a text or the texts of a list, or `None` for null. A value of another form is an empty list, and not absent.
fn present_texts<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => None,
        Value::String(text) => Some(vec![text]),
        Value::Array(values) => {
            let text = |value| if let Value::String(text) = value { Some(text) } else { None };
            Some(values.into_iter().filter_map(text).collect())
        }
        _ => Some(Vec::new()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn claims(other: &Value) -> Claims {
        let mut claims = json!({ "iss": "i", "aud": "a", "exp": NOW + 60, "nbf": NOW });
        for (name, value) in other.as_object().expect("members") {
            claims[name] = value.clone();
        }
        serde_json::from_value(claims).expect("claims")
    }

    #[test]
    fn a_claim_that_is_not_needed_and_cannot_be_read_is_absent() {
        for strange in [json!(null), json!(5), json!({}), json!([1]), json!(true)] {
            let names = ["tid", "oid", "sub", "azp", "appid", "client_id", "roles", "iat"];
            let other = names.iter().map(|name| ((*name).to_owned(), strange.clone())).collect();

            let claims = claims(&Value::Object(other));

            assert_eq!((claims.tenant(), claims.oid.as_deref(), claims.client()), (None, None, None), "{strange}");
            assert_eq!(claims.roles().count(), 0, "{strange}");
            assert_eq!(claims.check_times(NOW, true), Ok(()), "{strange}");
        }
    }

    #[test]
    fn scopes_and_roles_are_a_text_or_a_list_under_either_name() {
        for scopes in [json!({ "scp": "a b" }), json!({ "scope": "a b" }), json!({ "scp": ["a", "b"] })] {
            assert_eq!(claims(&scopes).scopes().collect::<Vec<_>>(), ["a", "b"]);
        }
        for roles in [json!("a"), json!(["a", 5])] {
            assert_eq!(claims(&json!({ "roles": roles })).roles().collect::<Vec<_>>(), ["a"]);
        }
    }

    #[test]
    fn scopes_that_cannot_be_read_make_no_application_of_a_user() {
        let is_applications = |scp: &Value| claims(&json!({ "azp": "c", "scp": scp })).is_applications();

        assert!(is_applications(&json!(null)));
        assert!(!is_applications(&json!(5)) && !is_applications(&json!([])) && !is_applications(&json!("")));
    }

    #[test]
    fn times_may_have_a_fraction_and_are_judged_with_leeway() {
        let judged = |other: &Value| claims(other).check_times(NOW, true);
        let (now, soon) = (NOW as f64, NOW as f64 + 299.5);

        assert_eq!(judged(&json!({ "iat": now + 0.25, "nbf": soon, "exp": now - 299.5 })), Ok(()));
        assert_eq!(judged(&json!({ "exp": now - 300.5 })), Err(CallerRejected::Expired));
        assert_eq!(judged(&json!({ "nbf": now + 300.5 })), Err(CallerRejected::NotYet));
        assert_eq!(judged(&json!({ "iat": now + 300.5 })), Err(CallerRejected::NotYet));
        for unusable in
            [json!({ "exp": null }), json!({ "exp": "never" }), json!({ "nbf": null }), json!({ "nbf": "x" })]
        {
            assert_eq!(judged(&unusable), Err(CallerRejected::Malformed), "{unusable}");
        }
        assert_eq!(claims(&json!({ "nbf": null })).check_times(NOW, false), Ok(()));
    }
}
