//! Authentication of requests, before anything else of a request is read.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Request, Response, Uri};
use axum::middleware::Next;
use tracing::debug;

use super::fault::Fault;
use super::mcp::ProtectedResource;
use super::request_context::RequestContext;
use crate::auth::{Auth, Credentials, Identity, Provenance};
use admission::CallerKey;
use contract::Context;
use net::chain;

/// The header with the API key of a caller without tokens.
const API_KEY: &str = "x-api-key";

/// Headers that proxies and content delivery networks add to the requests that they forward.
const PROXY_HEADERS: [&str; 9] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "fastly-client-ip",
    "cdn-loop",
    "x-amzn-trace-id",
];

/// Beginnings of further such headers: de facto standard, Envoy, Azure, IIS and Cloudflare.
const PROXY_PREFIXES: [&str; 6] = ["x-forwarded", "x-original-", "x-envoy-", "x-azure-", "x-arr-", "cf-"];

/// The callers that are admitted, and the metadata by which others find where to get a token.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) auth: Arc<Auth>,
    /// Without it, challenges name no metadata.
    pub(super) resource: Option<Arc<ProtectedResource>>,
}

/// The middleware that authenticates every question.
pub(super) async fn check(
    State(gate): State<Gate>,
    mut request: Request<Body>,
    next: Next,
) -> Result<Response<Body>, Fault> {
    let request_context = request.extensions().get::<RequestContext>().expect("every request has arrived");
    let policy = gate.auth.policy();
    let judged = match policy.is_local_only() {
        true => policy.admit_local(&provenance(&request)).map(|()| None),
        false => policy.admit(credentials(request.headers()), request_context.deadline).await,
    };
    let identity = judged.map_err(|refused| {
        debug!(reason = refused.name(), why = %chain(&refused), "caller rejected");
        let fault = Fault::from(refused);
        let named = gate.resource.as_ref().and_then(|resource| {
            let source = policy.token_source()?;
            Some((resource.metadata_url(request.headers(), request.uri().path())?, source))
        });
        match named {
            Some((metadata, source)) => fault.naming(&metadata, &source.scopes),
            None => fault,
        }
    })?;
    if let (Some(identity), Some(request_context)) = (identity, request.extensions_mut().get_mut::<RequestContext>()) {
        know(request_context, &identity);
    }
    // The credentials are not needed any more, and removed headers cannot be passed on by mistake.
    request.headers_mut().remove(AUTHORIZATION);
    request.headers_mut().remove(API_KEY);
    Ok(next.run(request).await)
}

fn credentials(headers: &HeaderMap) -> Credentials<'_> {
    Credentials { authorization: all(headers, AUTHORIZATION.as_str()), api_key: all(headers, API_KEY) }
}

fn all<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
}

fn provenance(request: &Request<Body>) -> Provenance<'_> {
    provenance_of(request.headers(), request.uri())
}

/// Returns where a request with this head comes from.
pub(super) fn provenance_of<'head>(headers: &'head HeaderMap, target: &'head Uri) -> Provenance<'head> {
    let authority = target.authority().map(|authority| authority.as_str().as_bytes());
    Provenance {
        hosts: headers.get_all(HOST).iter().map(HeaderValue::as_bytes).chain(authority).collect(),
        origins: all(headers, ORIGIN.as_str()),
        fetch_sites: all(headers, "sec-fetch-site"),
        is_forwarded: headers.keys().any(|name| is_of_a_proxy(name.as_str())),
    }
}

fn is_of_a_proxy(header: &str) -> bool {
    PROXY_HEADERS.contains(&header) || PROXY_PREFIXES.iter().any(|prefix| header.starts_with(prefix))
}

/// Adds the caller's identity to the request context.
fn know(request_context: &mut RequestContext, identity: &Identity) {
    request_context.caller = CallerKey::Known(identity.number.into());
    request_context.providers = identity.providers.clone();
    request_context.context =
        Arc::new(Context { caller: Some(identity.caller.clone()), ..Context::clone(&request_context.context) });
}
