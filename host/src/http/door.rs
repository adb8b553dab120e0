//! Lets in who may call, before anything else of a request is read.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use axum::middleware::Next;
use tracing::debug;

use super::arrival::Arrival;
use super::fault::Fault;
use crate::auth::{Auth, Credentials, Identity};
use admission::CallerKey;
use contract::Context;

/// Holds the key of a caller without tokens.
const API_KEY: &str = "x-api-key";

/// Stands before every question.
pub(super) async fn check(
    State(auth): State<Arc<Auth>>,
    mut request: Request<Body>,
    next: Next,
) -> Result<Response<Body>, Fault> {
    let arrival = request.extensions().get::<Arrival>().expect("every request has arrived");
    let judged = auth.admit(credentials(request.headers()), arrival.deadline).await;
    let identity = judged.map_err(|refused| {
        debug!(reason = refused.name(), why = %refused, "caller refused");
        Fault::from(refused)
    })?;
    if let (Some(identity), Some(arrival)) = (identity, request.extensions_mut().get_mut::<Arrival>()) {
        know(arrival, &identity);
    }
    // Who was let in needs no proof any more, and what is not there cannot be passed on.
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

/// From here on the request is of somebody who is known.
fn know(arrival: &mut Arrival, identity: &Identity) {
    arrival.caller = CallerKey::Known(identity.number.into());
    arrival.providers = identity.providers.clone();
    arrival.context = Arc::new(Context { caller: Some(identity.caller.clone()), ..Context::clone(&arrival.context) });
}
