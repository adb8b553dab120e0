//! Authentication of requests, before anything else of a request is read.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use axum::middleware::Next;
use tracing::debug;

use super::fault::Fault;
use super::request_context::RequestContext;
use crate::auth::{Auth, Credentials, Identity};
use admission::CallerKey;
use contract::Context;

/// The header with the API key of a caller without tokens.
const API_KEY: &str = "x-api-key";

/// The middleware that authenticates every question.
pub(super) async fn check(
    State(auth): State<Arc<Auth>>,
    mut request: Request<Body>,
    next: Next,
) -> Result<Response<Body>, Fault> {
    let request_context = request.extensions().get::<RequestContext>().expect("every request has arrived");
    let judged = auth.admit(credentials(request.headers()), request_context.deadline).await;
    let identity = judged.map_err(|refused| {
        debug!(reason = refused.name(), why = %refused, "caller rejected");
        Fault::from(refused)
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

/// Adds the caller's identity to the request context.
fn know(request_context: &mut RequestContext, identity: &Identity) {
    request_context.caller = CallerKey::Known(identity.number.into());
    request_context.providers = identity.providers.clone();
    request_context.context =
        Arc::new(Context { caller: Some(identity.caller.clone()), ..Context::clone(&request_context.context) });
}
