//! The metadata by which a client without a token finds where to get one (RFC 9728, protected resource metadata).
//!
//! It needs no authentication. It says which issuers are accepted and which scopes to request, and nothing of plugins:
//! a provider's metadata is the same whether there is such a provider or not.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Response};
use axum::routing::get;
use serde_json::json;

use super::PATH;
use crate::auth::Auth;
use crate::http::api::{json as written, no_such_provider};
use crate::http::fault::Fault;
use crate::http::route::named;
use crate::http::{BasePath, Settings};
use contract::ProviderId;

/// The path of the metadata of the resource at the root.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The host as a resource that needs a token.
pub(crate) struct ProtectedResource {
    auth: Arc<Auth>,
    base: BasePath,
    /// The host's URL for callers, if the settings name it.
    public: Option<String>,
    /// The scheme by which the host itself is reached.
    scheme: &'static str,
}

impl ProtectedResource {
    pub(super) fn new(settings: &Settings, auth: Arc<Auth>) -> Self {
        let location = settings.public_name.as_ref().map(|name| name.location(&settings.base_path));
        let public = location.map(|location| format!("https://{}{}", location.host, location.base_path));
        let scheme = if settings.tls.is_some() { "https" } else { "http" };
        Self { auth, base: settings.base_path.clone(), public, scheme }
    }

    /// The routes of the metadata, below the base path and at the root, where clients look that know the endpoint's URL
    /// alone.
    pub(in crate::http) fn routes(self: &Arc<Self>) -> Router {
        let base = self.base.to_string();
        let below = self.routes_at(&format!("{base}{WELL_KNOWN}"));
        if self.base.is_root() { below } else { below.merge(self.routes_at(&format!("{WELL_KNOWN}{base}"))) }
    }

    fn routes_at(self: &Arc<Self>, path: &str) -> Router {
        let resource = |below: &'static str| {
            let this = Arc::clone(self);
            named("oauth-protected-resource", get(async move |headers: HeaderMap| this.metadata(&headers, below)))
        };
        let this = Arc::clone(self);
        let alone = async move |provider: Result<Path<String>, PathRejection>, headers: HeaderMap| {
            let id = provider.ok().and_then(|Path(id)| id.parse::<ProviderId>().ok()).ok_or_else(no_such_provider)?;
            this.metadata(&headers, &format!("{PATH}/{id}"))
        };
        Router::new()
            .route(path, resource(""))
            .route(&format!("{path}{PATH}"), resource(PATH))
            .route(&format!("{path}{PATH}/{{provider}}"), named("oauth-protected-resource", get(alone)))
    }

    fn metadata(&self, headers: &HeaderMap, below: &str) -> Result<Response<Body>, Fault> {
        let source = self.auth.policy().token_source();
        let source = source.ok_or_else(|| Fault::not_found("no issuer of tokens is set; see `[auth.issuers]`"))?;
        let url = self.url(headers).ok_or_else(|| Fault::invalid_request("the header `Host` names no host"))?;
        let mut metadata = json!({
            "resource": format!("{url}{below}"),
            "authorization_servers": source.servers,
            "bearer_methods_supported": ["header"],
            "resource_name": "Insight Host",
        });
        if !source.scopes.is_empty() {
            metadata["scopes_supported"] = json!(source.scopes);
        }
        Ok(written(&metadata, &[]))
    }

    /// The URL of the metadata of the resource that a request with this path asks for.
    pub(in crate::http) fn metadata_url(&self, headers: &HeaderMap, path: &str) -> Option<String> {
        let path = path.strip_prefix(&self.base.to_string()).unwrap_or(path);
        let provider = path.strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/')?.parse::<ProviderId>().ok());
        let below = match provider {
            Some(id) => format!("{PATH}/{id}"),
            None if path == PATH => PATH.to_owned(),
            None => String::new(),
        };
        Some(format!("{}{WELL_KNOWN}{below}", self.url(headers)?))
    }

    /// The host's URL: that of the settings, or else the one by which the request came.
    fn url(&self, headers: &HeaderMap) -> Option<String> {
        self.public.clone().or_else(|| {
            let host = headers.get(HOST)?.to_str().ok()?;
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
            let is_host = !host.is_empty() && host.len() <= 256 && host.chars().all(is_plain);
            is_host.then(|| format!("{}://{host}{}", self.scheme, self.base))
        })
    }
}
