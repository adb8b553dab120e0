//! The tables `[auth.issuers.NAME]`: what an operator pastes from the portal of Entra ID.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::{CallerName, check_providers};
use crate::auth::{ClientSettings, Form, IssuerSettings, is_safe_for_keys};
use crate::config::Problems;
use contract::ProviderId;

/// What Entra ID calls itself in the tokens of its second and of its first version.
const ENTRA_ID: [&str; 2] = ["https://login.microsoftonline.com/{tenant}/v2.0", "https://sts.windows.net/{tenant}/"];

/// The tenant whose configuration is that of all.
const EVERY_TENANT: &str = "organizations";

/// Stands for all tenants.
const ANY: &str = "*";

/// The table of one issuer as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct IssuerTable {
    tenants: BTreeSet<String>,
    application: Option<String>,
    audiences: BTreeSet<String>,
    scopes: BTreeSet<String>,
    roles: BTreeSet<String>,
    clients: Vec<ClientTable>,
    providers: Option<BTreeSet<ProviderId>>,
    iss: Vec<String>,
    jwks_url: Option<String>,
    plain_http: bool,
}

/// One application that callers use, as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ClientTable {
    id: String,
    providers: Option<BTreeSet<ProviderId>>,
}

impl IssuerTable {
    /// Adds what types do not say. `key` leads to the table.
    pub(super) fn check(&self, key: &str, problems: &mut Problems) {
        let mut unless = |holds: bool, problem: &str| {
            if !holds {
                problems.add(format!("`{key}{problem}"));
            }
        };
        let are_ids = self.tenants.iter().all(|tenant| Uuid::parse_str(tenant).is_ok());
        unless(
            !self.tenants.is_empty() && (are_ids || self.is_any_tenant()),
            ".tenants` must list directory (tenant) IDs such as \"11111111-2222-3333-4444-555555555555\"; \
             [\"*\"] takes tokens of every tenant",
        );
        let is_bound = self.forms().iter().all(Form::names_tenant);
        unless(!self.is_any_tenant() || is_bound, ".iss` must have {tenant} in it if `tenants` is [\"*\"]");
        unless(
            self.application.is_some() || !self.audiences.is_empty(),
            ".application` must be the application (client) ID that tokens are for, \
             or `audiences` list its application ID URIs",
        );
        unless(
            !(self.scopes.is_empty() && self.roles.is_empty() && self.clients.is_empty()),
            ".scopes` must list what a user's token needs, `roles` what an application's does, \
             or `clients` who may ask; else every application of the tenant could",
        );
        unless(
            self.forms().iter().all(|form| url_of(form).is_some()),
            ".iss` must list URLs such as \"https://login.microsoftonline.us/{tenant}/v2.0\"",
        );
        let is_safe = |url: &String| url.parse().is_ok_and(|url| is_safe_for_keys(&url, self.plain_http));
        unless(
            self.jwks_url.as_ref().is_none_or(is_safe),
            ".jwks-url` must be an https URL; one of this machine, or with `plain-http = true` any, may be http",
        );
        check_providers(key, self.providers.as_ref(), problems);
        for (place, client) in self.clients.iter().enumerate() {
            check_providers(&format!("{key}.clients[{place}]"), client.providers.as_ref(), problems);
        }
    }

    /// Whether some callers may ask some providers only.
    pub(super) fn limits_providers(&self) -> bool {
        self.providers.is_some() || self.clients.iter().any(|client| client.providers.is_some())
    }

    fn is_any_tenant(&self) -> bool {
        self.tenants.len() == 1 && self.tenants.contains(ANY)
    }

    fn forms(&self) -> Vec<Form> {
        match self.iss.is_empty() {
            true => ENTRA_ID.map(Form::new).to_vec(),
            false => self.iss.iter().map(Form::new).collect(),
        }
    }

    /// The settings, of a table that was checked.
    pub(super) fn settings(self, name: &CallerName) -> IssuerSettings {
        let forms = self.forms();
        let lower = |tenant: &String| Uuid::parse_str(tenant).ok().map(|tenant| tenant.to_string());
        let tenants: BTreeSet<String> = self.tenants.iter().filter_map(lower).collect();
        let tenant = match tenants.first() {
            Some(only) if tenants.len() == 1 => only,
            _ => EVERY_TENANT,
        };
        let discovery = format!("{}/.well-known/openid-configuration", forms[0].of(tenant).trim_end_matches('/'));
        let of_application = self.application.iter().flat_map(|id| [id.clone(), format!("api://{id}")]);
        let client = |client: ClientTable| ClientSettings { id: client.id, providers: client.providers.into() };
        IssuerSettings {
            name: name.to_string(),
            audiences: of_application.chain(self.audiences.iter().cloned()).collect(),
            tenants: (!self.is_any_tenant()).then_some(tenants),
            scopes: self.scopes,
            roles: self.roles,
            clients: self.clients.into_iter().map(client).collect(),
            providers: self.providers.into(),
            jwks_url: self.jwks_url.map(|url| url.parse().expect("it was checked")),
            discovery_url: discovery.parse().expect("it was checked"),
            plain_http: self.plain_http,
            forms,
        }
    }
}

/// Where the issuer of this form would be, for some tenant.
fn url_of(form: &Form) -> Option<Url> {
    let url: Url = form.of(EVERY_TENANT).parse().ok()?;
    (matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none()).then_some(url)
}
