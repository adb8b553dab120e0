//! Audit events of the admin API: the requests, and the token and address that they came from.
//!
//! It records requests that change something, and requests that were rejected as unauthenticated or forbidden. Reads
//! are not recorded, as monitoring makes many of them.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode};
use axum::middleware::Next;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tracing::info;

use super::current_token::CurrentToken;
use crate::http::RequestContext;
use net::telemetry::audit::TARGET;

/// The burst of rejected requests that are recorded, with one more per second: a client without the token must not be
/// able to fill the disk.
const REFUSALS: NonZeroU32 = NonZeroU32::new(50).expect("it is not zero");

/// The most bytes of a path that are recorded.
const PATH: usize = 256;

/// The writer of audit events.
pub(super) struct Clerk {
    token: CurrentToken,
    refusals: DefaultDirectRateLimiter,
}

/// The originator of a request, for handlers: the token's fingerprint and the address that it came from.
#[derive(Clone, Debug)]
pub(super) struct By(pub(super) String);

impl Clerk {
    /// Creates the writer for requests that are authenticated by `token`.
    pub(super) fn new(token: CurrentToken) -> Self {
        let quota = Quota::per_second(NonZeroU32::MIN).allow_burst(REFUSALS);
        Self { token, refusals: RateLimiter::direct(quota) }
    }

    fn record(&self, token: &str, method: &Method, path: &str, peer: Option<IpAddr>, status: StatusCode) {
        let peer = peer.map(|peer| peer.to_string());
        let (method, path, status) = (method.as_str(), &path[..path.floor_char_boundary(PATH)], status.as_u16());
        let is_refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].iter().any(|it| it.as_u16() == status);
        if is_refused {
            if self.refusals.check().is_ok() {
                info!(target: TARGET, event = "admin-refused", peer, method, path, status, "admin request rejected");
            }
        } else if method != Method::GET {
            info!(target: TARGET, event = "admin-call", token, peer, method, path, status, "admin request carried out");
        }
    }
}

/// The middleware around the guard: it records each request with the status of its response.
pub(super) async fn keep(State(clerk): State<Arc<Clerk>>, mut request: Request<Body>, next: Next) -> Response<Body> {
    let peer = request.extensions().get().map(|context: &RequestContext| context.peer);
    let from = peer.map_or_else(String::new, |peer| format!(" from {peer}"));
    let token = clerk.token.get().fingerprint();
    request.extensions_mut().insert(By(format!("token {token}{from}")));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    clerk.record(&token, &method, &path, peer, response.status());
    response
}
