//! Issuers of tokens, and the checks of a token's claims.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::CallerRejected;
use super::identity::{Identity, Number};
use super::keys::{Fetch, IssuerKeys};
use super::providers::Providers;
use super::settings::{IssuerSettings, KeyTimes};
use super::token::{Claims, Unverified};
use contract::{Caller, Deadline, User};
use net::telemetry::metrics::AuthCounts;

/// The longest id of a user, in bytes. Ids of Entra ID have 36.
const LONGEST_ID: usize = 128;

/// The issuers of the settings.
pub(super) struct Issuers(Vec<Issuer>);

struct Issuer {
    settings: Arc<IssuerSettings>,
    keys: IssuerKeys,
}

impl Issuers {
    /// Starts fetching the keys of each issuer, in a task of `fetching`.
    pub(super) fn start(
        issuers: impl IntoIterator<Item = (IssuerSettings, Fetch)>,
        times: KeyTimes,
        counts: &AuthCounts,
        fetching: &mut JoinSet<()>,
    ) -> Self {
        let start = |(settings, fetch): (IssuerSettings, Fetch)| {
            let settings = Arc::new(settings);
            let keys = IssuerKeys::start(Arc::clone(&settings), fetch, times, counts.clone(), fetching);
            Issuer { settings, keys }
        };
        Self(issuers.into_iter().map(start).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Verifies a token and returns the identity that it proves.
    ///
    /// # Errors
    ///
    /// Fails if it proves no identity that may call.
    pub(super) async fn verify(&self, token: &str, deadline: Deadline) -> Result<Identity, CallerRejected> {
        let token = Unverified::read(token)?;
        let Issuer { settings, keys } = self.of(&token.claims).ok_or(CallerRejected::Issuer)?;
        let key = keys.find(&token.key_id, deadline).await?;
        let claims = token.verify(key.key())?;
        let signs = key.issuer().is_none_or(|issuer| settings.is_named(issuer, &claims));
        if !signs {
            return Err(CallerRejected::UnknownKey);
        }
        settings.identify(&claims)
    }

    /// The issuer that the claims name. Of several with the same name, the first that accepts the claims.
    fn of(&self, claims: &Claims) -> Option<&Issuer> {
        let named = || self.0.iter().filter(|issuer| issuer.settings.is_named(&claims.iss, claims));
        named().find(|issuer| issuer.settings.identify(claims).is_ok()).or_else(|| named().next())
    }
}

impl IssuerSettings {
    /// Returns whether `issuer` is one of its names, for the tenant of the token.
    fn is_named(&self, issuer: &str, claims: &Claims) -> bool {
        let tenant = claims.tid.map(|tenant| tenant.to_string());
        self.forms.iter().any(|form| form.is(issuer, tenant.as_deref()))
    }

    /// Returns the identity in verified claims.
    ///
    /// # Errors
    ///
    /// Fails if they are not meant for this host, or do not permit the call.
    fn identify(&self, claims: &Claims) -> Result<Identity, CallerRejected> {
        if !self.is_named(&claims.iss, claims) {
            return Err(CallerRejected::Issuer);
        }
        if !claims.aud.any(|audience| self.audiences.iter().any(|ours| ours == audience)) {
            return Err(CallerRejected::Audience);
        }
        let tenant = claims.tid.map(|tenant| tenant.to_string());
        let allowed = |tenant: &String| self.tenants.as_ref().is_none_or(|tenants| tenants.contains(tenant));
        let tenant = tenant.filter(allowed).ok_or(CallerRejected::Tenant)?;
        let of_client = self.client(claims)?;
        let has_scope = claims.scopes().any(|scope| self.scopes.contains(scope));
        // A user's token needs a scope, whatever roles the user has. A token that names no application is not for an
        // API.
        let has_role = claims.is_applications() && claims.roles().any(|role| self.roles.contains(role));
        let needs_none = self.scopes.is_empty() && self.roles.is_empty();
        if !(has_scope || has_role || needs_none) {
            return Err(CallerRejected::Scope);
        }
        let is_fit = |id: &str| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        if claims.oid.as_deref().is_some_and(|id| !is_fit(id)) {
            return Err(CallerRejected::Malformed);
        }
        let whose = claims.oid.as_deref().or(claims.sub.as_deref()).or(claims.client()).unwrap_or_default();
        Ok(Identity {
            number: Number::of(&["token", &self.name, &tenant, whose]),
            caller: match claims.oid.clone() {
                Some(user_id) => Caller::User(User { tenant_id: tenant, user_id }),
                None => Caller::Tenant(tenant),
            },
            providers: self.providers.and(of_client),
        })
    }

    /// The providers that callers may ask through the token's application.
    fn client(&self, claims: &Claims) -> Result<&Providers, CallerRejected> {
        if self.clients.is_empty() {
            return Ok(&self.providers);
        }
        let id = claims.client().ok_or(CallerRejected::Client)?;
        let client = self.clients.iter().find(|client| client.id.eq_ignore_ascii_case(id));
        client.map(|client| &client.providers).ok_or(CallerRejected::Client)
    }
}

#[cfg(test)]
mod tests;
