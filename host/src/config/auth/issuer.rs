//! The tables `[auth.issuers.NAME]`, whose values an operator copies from the portal of Entra ID.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::name::CallerName;
use super::providers;
use crate::auth::{ClientSettings, Form, IssuerSettings, is_safe_for_keys};
use crate::config::table::Table;
use contract::ProviderId;

/// The names of Entra ID in its tokens of version 2.0 and 1.0.
const ENTRA_ID: [&str; 2] = ["https://login.microsoftonline.com/{tenant}/v2.0", "https://sts.windows.net/{tenant}/"];

/// The tenant whose OpenID configuration holds for all tenants.
const EVERY_TENANT: &str = "organizations";

/// The wildcard for all tenants.
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
    /// Converts the table. Returns nothing if there is no URL of the issuer, which it reports.
    pub(super) fn into_settings(self, name: &CallerName, table: &mut Table<'_>) -> Option<IssuerSettings> {
        self.check_callers(table);
        let forms = match self.iss.is_empty() {
            true => ENTRA_ID.map(Form::new).to_vec(),
            false => self.iss.iter().map(Form::new).collect(),
        };
        let tenants = self.read_tenants(&forms, table);
        if !self.tenants.is_empty() && tenants.is_none() && !forms.iter().all(Form::names_tenant) {
            table.problem(
                "iss",
                "must have {tenant} in it if `tenants` is [\"*\"]; leave `tenants` out for an issuer without tenants",
            );
        }
        // The name stands for the tenant of an issuer without tenants.
        if !forms.iter().all(Form::has_tenants) && Uuid::parse_str(&name.to_string()).is_ok() {
            table.problem("iss", "needs another name of its table: this one could be the ID of a tenant");
        }
        let tenant = match tenants.as_ref().and_then(BTreeSet::first) {
            Some(only) if tenants.as_ref().is_some_and(|tenants| tenants.len() == 1) => only,
            _ => EVERY_TENANT,
        };
        let urls: Option<Vec<Url>> = forms.iter().map(|form| url_of(form, tenant)).collect();
        if urls.is_none() {
            table.problem("iss", "must list URLs such as \"https://login.microsoftonline.us/{tenant}/v2.0\"");
        }
        let jwks_url = self.jwks_url.and_then(|text| {
            let url = text.parse().ok().filter(|url| is_safe_for_keys(url, self.plain_http));
            if url.is_none() {
                table.problem(
                    "jwks-url",
                    "must be an https URL; http is allowed for a URL of this machine, and with `plain-http = true` for \
                     any",
                );
            }
            url
        });
        providers::check(self.providers.as_ref(), table);
        let clients = self.clients.into_iter().enumerate().map(|(index, client)| {
            providers::check(client.providers.as_ref(), &mut table.below(&format!("clients[{index}]")));
            ClientSettings { id: client.id, providers: client.providers.into() }
        });
        let clients = clients.collect();
        let of_application = self.application.iter().flat_map(|id| [id.clone(), format!("api://{id}")]);
        Some(IssuerSettings {
            name: name.to_string(),
            audiences: of_application.chain(self.audiences).collect(),
            tenants,
            scopes: self.scopes,
            roles: self.roles,
            clients,
            providers: self.providers.into(),
            jwks_url,
            discovery_url: discovery_url(urls?.into_iter().next()?),
            plain_http: self.plain_http,
            forms,
        })
    }

    /// Returns whether some callers may query some providers only.
    pub(super) fn limits_providers(&self) -> bool {
        self.providers.is_some() || self.clients.iter().any(|client| client.providers.is_some())
    }

    /// Returns the tenants in lower case; `None` for all of them, and for an issuer without tenants.
    fn read_tenants(&self, forms: &[Form], table: &mut Table<'_>) -> Option<BTreeSet<String>> {
        let needs_none = self.tenants.is_empty() && !forms.iter().any(Form::has_tenants);
        if needs_none || self.tenants.len() == 1 && self.tenants.contains(ANY) {
            return None;
        }
        let ids = self.tenants.iter().map(|tenant| Uuid::parse_str(tenant).ok().map(|id| id.to_string()));
        let ids: Option<BTreeSet<String>> = ids.collect();
        let ids = ids.unwrap_or_default();
        if ids.is_empty() {
            table.problem(
                "tenants",
                "must list directory (tenant) IDs such as \"11111111-2222-3333-4444-555555555555\"; \
                 [\"*\"] accepts tokens of every tenant",
            );
        }
        Some(ids)
    }

    /// Checks that the table says which tokens and callers are accepted.
    fn check_callers(&self, table: &mut Table<'_>) {
        if self.application.is_none() && self.audiences.is_empty() {
            table.problem(
                "application",
                "must be the application (client) ID that tokens are for, or `audiences` list its application ID URIs",
            );
        }
        if self.scopes.is_empty() && self.roles.is_empty() && self.clients.is_empty() {
            table.problem(
                "scopes",
                "must list what a user's token needs, `roles` what an application's does, or `clients` the \
                 applications that may call; otherwise every application of the tenant could",
            );
        }
    }
}

/// Returns the URL of the issuer of this form for `tenant`.
fn url_of(form: &Form, tenant: &str) -> Option<Url> {
    let url: Url = form.of(tenant).parse().ok()?;
    (matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none()).then_some(url)
}

/// Returns the address of an issuer's OpenID configuration.
fn discovery_url(mut issuer: Url) -> Url {
    let path = format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/'));
    issuer.set_path(&path);
    issuer
}
