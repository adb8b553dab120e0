//! Keeps record of what was asked of the admin API and by whom, for the audit log.
//!
//! On record is what changes something, and what was refused for want of a right to ask; not the many reads of those
//! who watch.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode};
use axum::middleware::Next;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tracing::info;

use super::token::Token;
use crate::http::Arrival;
use net::telemetry::audit::TARGET;

/// Refusals on record at once, and one more for each second: whoever has no token shall not fill the disk.
const REFUSALS: NonZeroU32 = NonZeroU32::new(50).expect("it is not zero");

/// Bytes of a path that go on record.
const PATH: usize = 256;

/// Who keeps the record.
pub(super) struct Clerk {
    fingerprint: String,
    refusals: DefaultDirectRateLimiter,
}

/// Whose word a request is, for handlers: the token's fingerprint, and the address that it came from.
#[derive(Clone, Debug)]
pub(super) struct By(pub(super) String);

impl Clerk {
    /// Keeps record of requests that `token` opens the door to.
    pub(super) fn new(token: &Token) -> Self {
        let quota = Quota::per_second(NonZeroU32::MIN).allow_burst(REFUSALS);
        Self { fingerprint: token.fingerprint(), refusals: RateLimiter::direct(quota) }
    }

    fn record(&self, method: &Method, path: &str, peer: Option<IpAddr>, status: StatusCode) {
        let peer = peer.map(|peer| peer.to_string());
        let (method, path, status) = (method.as_str(), &path[..path.floor_char_boundary(PATH)], status.as_u16());
        let is_refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].iter().any(|it| it.as_u16() == status);
        if is_refused {
            if self.refusals.check().is_ok() {
                info!(target: TARGET, event = "admin-refused", peer, method, path, status, "admin API refused somebody");
            }
        } else if method != Method::GET {
            let token = &self.fingerprint;
            info!(target: TARGET, event = "admin-call", token, peer, method, path, status, "admin API was told something");
        }
    }
}

/// Stands before the guard, and sees what came of each request.
pub(super) async fn keep(State(clerk): State<Arc<Clerk>>, mut request: Request<Body>, next: Next) -> Response<Body> {
    let peer = request.extensions().get().map(|arrival: &Arrival| arrival.peer);
    let from = peer.map_or_else(String::new, |peer| format!(" from {peer}"));
    request.extensions_mut().insert(By(format!("token {}{from}", clerk.fingerprint)));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    clerk.record(&method, &path, peer, response.status());
    response
}
