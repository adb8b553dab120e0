//! Issuers of tokens, and the checks of a token's claims.

use std::sync::Arc;

use super::CallerRejected;
use super::claims::Claims;
use super::form::Form;
use super::identity::{Identity, Number};
use super::keys::{Fetch, IssuerKeys};
use super::providers::Providers;
use super::settings::{IssuerSettings, KeyTimes};
use super::token::Unverified;
use contract::{Caller, Deadline, User};
use net::telemetry::metrics::AuthCounts;

/// The longest id of a user, in bytes. Ids of Entra ID have 36; OpenID Connect permits 255.
const LONGEST_ID: usize = 255;

/// The issuers of the settings.
pub(super) struct Issuers(Vec<Issuer>);

struct Issuer {
    settings: IssuerSettings,
    keys: Arc<IssuerKeys>,
}

impl Issuers {
    /// Starts fetching the keys of each issuer, unless `before` fetches them from the same place.
    pub(super) fn start(
        issuers: impl IntoIterator<Item = (IssuerSettings, Fetch)>,
        times: KeyTimes,
        counts: &AuthCounts,
        before: Option<&Self>,
    ) -> Self {
        let start = |(settings, fetch): (IssuerSettings, Fetch)| {
            let mut kept = before.iter().flat_map(|before| &before.0).map(|issuer| &issuer.keys);
            let kept = kept.find(|keys| keys.are_of(&settings, times)).map(Arc::clone);
            let keys = kept.unwrap_or_else(|| Arc::new(IssuerKeys::start(&settings, fetch, times, counts.clone())));
            Issuer { settings, keys }
        };
        Self(issuers.into_iter().map(start).collect())
    }

    /// Returns the settings of each.
    pub(super) fn settings(&self) -> impl Iterator<Item = &IssuerSettings> {
        self.0.iter().map(|issuer| &issuer.settings)
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
        let has_tenants = settings.form(&token.claims.iss, &token.claims).is_some_and(Form::has_tenants);
        let claims = token.verify(key.key(), has_tenants)?;
        // Only tenants share a set of keys. The member is Entra ID's own, and another issuer's set gives it no meaning.
        let signs = !has_tenants || key.issuer().is_none_or(|issuer| settings.form(issuer, &claims).is_some());
        if !signs {
            return Err(CallerRejected::UnknownKey);
        }
        settings.identify(&claims)
    }

    /// The issuer that the claims name. Of several with the same name, the first that accepts the claims.
    fn of(&self, claims: &Claims) -> Option<&Issuer> {
        let named = || self.0.iter().filter(|issuer| issuer.settings.form(&claims.iss, claims).is_some());
        named().find(|issuer| issuer.settings.identify(claims).is_ok()).or_else(|| named().next())
    }
}

impl IssuerSettings {
    /// The form of its names that `issuer` has, for the tenant of the token.
    fn form(&self, issuer: &str, claims: &Claims) -> Option<&Form> {
        let tenant = claims.tenant();
        self.forms.iter().find(|form| form.is(issuer, tenant.as_deref()))
    }

    /// Returns the identity in verified claims.
    ///
    /// # Errors
    ///
    /// Fails if they are not meant for this host, or do not permit the call.
    fn identify(&self, claims: &Claims) -> Result<Identity, CallerRejected> {
        let form = self.form(&claims.iss, claims).ok_or(CallerRejected::Issuer)?;
        if !claims.aud.iter().any(|audience| self.audiences.contains(audience)) {
            return Err(CallerRejected::Audience);
        }
        let tenant = self.tenant(form, claims)?;
        let of_client = self.client(claims)?;
        let has_scope = claims.scopes().any(|scope| self.scopes.contains(scope));
        // A user's token needs a scope, whatever roles the user has. A token that names no application is not for an
        // API.
        let has_role = claims.is_applications() && claims.roles().any(|role| self.roles.contains(role));
        let needs_none = self.scopes.is_empty() && self.roles.is_empty();
        if !(has_scope || has_role || needs_none) {
            return Err(CallerRejected::Scope);
        }
        if claims.oid.as_deref().is_some_and(|id| !is_fit(id)) {
            return Err(CallerRejected::Malformed);
        }
        // Entra ID gives each application another `sub` for the same user.
        let subject = claims.sub.as_deref().filter(|id| !form.has_tenants() && is_fit(id));
        let whose = claims.oid.as_deref().or(claims.sub.as_deref()).or(claims.client()).unwrap_or_default();
        Ok(Identity {
            number: Number::of(&["token", &self.name, &tenant, whose]),
            caller: match claims.oid.as_deref().or(subject) {
                Some(id) => Caller::User(User {
                    tenant_id: tenant,
                    user_id: id.to_owned(),
                    user_name: claims.user_name().map(str::to_owned),
                }),
                None => Caller::Tenant(tenant),
            },
            providers: self.providers.and(of_client),
        })
    }

    /// The tenant of the caller. The name of an issuer without tenants stands for one. Such an issuer can claim no
    /// tenant that its settings do not list, so it reaches no data of another issuer's tenants.
    fn tenant(&self, form: &Form, claims: &Claims) -> Result<String, CallerRejected> {
        let is_optional = !form.has_tenants();
        match &self.tenants {
            None if is_optional => Ok(self.name.clone()),
            Some(_) if is_optional && !claims.has_tenant() => Ok(self.name.clone()),
            listed => {
                let allowed = |tenant: &String| listed.as_ref().is_none_or(|tenants| tenants.contains(tenant));
                claims.tenant().filter(allowed).ok_or(CallerRejected::Tenant)
            }
        }
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

/// Returns whether plugins can be given the id of a user.
fn is_fit(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
