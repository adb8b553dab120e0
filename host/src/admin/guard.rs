//! The guard of the admin API: rejects requests of web pages, without the token, or with a large or slow body.
//!
//! The checks of `Origin` and `Host` protect it from cross-site requests and DNS rebinding.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{Request, Response};
use axum::middleware::Next;
use hyper::body::Body as _;
use tokio::time::timeout;

use super::current_token::CurrentToken;
use crate::http::Fault;
use net::fetch::{is_too_large, read_body};

/// The most bytes of a body.
const BODY: usize = 64 << 10;

/// The time that a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(2);

/// The checks of a request before it is routed.
pub(super) struct Guard {
    address: SocketAddr,
    token: CurrentToken,
}

impl Guard {
    /// Creates the guard of the listener at `address`.
    pub(super) fn new(address: SocketAddr, token: CurrentToken) -> Self {
        Self { address, token }
    }

    /// Checks the head of a request.
    fn admit<B>(&self, request: &Request<B>) -> Result<(), Fault> {
        let headers = request.headers();
        if headers.contains_key(ORIGIN) {
            return Err(
                Fault::forbidden("web pages may not use the admin API: the header `Origin` is not allowed").closing()
            );
        }
        // DNS rebinding: a page of another origin whose name resolves to this address sends that name.
        let host = headers.get(HOST).is_some_and(|host| self.is_ours(host.as_bytes()));
        let authority = request.uri().authority().is_none_or(|authority| self.is_ours(authority.as_str().as_bytes()));
        if !(host && authority) {
            let fault = Fault::forbidden("the header `Host` must be the address of the admin API, or localhost");
            return Err(fault.closing());
        }
        let presented = headers.get(AUTHORIZATION).and_then(|value| bearer(value.as_bytes()));
        if !presented.is_some_and(|token| self.token.get().is(token)) {
            return Err(Fault::unauthorized("the admin API takes a token: `Authorization: Bearer …`", "Bearer"));
        }
        Ok(())
    }

    /// Returns whether `host` names this listener: by its address, or as `localhost`. A listener at all addresses
    /// accepts any address. Other names are rejected, as anybody's name may resolve to this address.
    fn is_ours(&self, host: &[u8]) -> bool {
        let Ok(host) = str::from_utf8(host) else { return false };
        let (ip, port) = (self.address.ip(), self.address.port());
        let is_everywhere = ip.is_unspecified();
        match host.parse::<SocketAddr>() {
            Ok(address) => address.port() == port && (address.ip() == ip || is_everywhere),
            Err(_name) => {
                let is_here = ip.is_loopback() || is_everywhere;
                is_here && host.eq_ignore_ascii_case(&format!("localhost:{port}"))
            }
        }
    }
}

/// The middleware that checks each request before it is routed, and reads its body within the limits.
pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request<Body>,
    next: Next,
) -> Result<Response<Body>, Fault> {
    guard.admit(&request)?;
    let (head, body) = request.into_parts();
    let body = timeout(BODY_TIME, whole(body)).await.map_err(|_elapsed| Fault::body_too_slow(BODY_TIME))??;
    Ok(next.run(Request::from_parts(head, body)).await)
}

/// Reads a body to its end, up to the limit.
async fn whole(body: Body) -> Result<Body, Fault> {
    // A body that states its length is rejected unread.
    if body.size_hint().lower() > BODY as u64 {
        return Err(Fault::body_too_large(BODY));
    }
    match read_body(body, BODY).await {
        Ok(whole) => Ok(Body::from(whole)),
        Err(error) if is_too_large(&error) => Err(Fault::body_too_large(BODY)),
        Err(_broken) => Err(Fault::invalid_request("the body broke off or is malformed")),
    }
}

/// Extracts the token of `Bearer TOKEN`.
fn bearer(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::Token;

    fn guard(address: &str) -> Guard {
        let token = CurrentToken::new(Token::fresh().expect("chance"));
        Guard::new(address.parse().expect("an address"), token)
    }

    #[test]
    fn the_listeners_own_address_and_localhost_are_ours() {
        let loopback = guard("127.0.0.1:8081");

        for ours in ["127.0.0.1:8081", "localhost:8081", "LocalHost:8081"] {
            assert!(loopback.is_ours(ours.as_bytes()), "{ours}");
        }
        assert!(guard("[::1]:8081").is_ours(b"[::1]:8081"));
        assert!(guard("10.1.2.3:8081").is_ours(b"10.1.2.3:8081"));
    }

    #[test]
    fn names_and_other_addresses_are_not() {
        let loopback = guard("127.0.0.1:8081");

        for other in
            ["evil.example:8081", "localhost", "localhost:80", "127.0.0.1", "127.0.0.2:8081", "localhost.:8081"]
        {
            assert!(!loopback.is_ours(other.as_bytes()), "{other}");
        }
        assert!(!guard("10.1.2.3:8081").is_ours(b"localhost:8081"));
        assert!(!loopback.is_ours(b"\xff"));
    }

    #[test]
    fn a_listener_at_all_addresses_is_reached_by_any_but_by_no_name() {
        let everywhere = guard("0.0.0.0:8081");

        assert!(everywhere.is_ours(b"10.1.2.3:8081") && everywhere.is_ours(b"localhost:8081"));
        assert!(!everywhere.is_ours(b"evil.example:8081") && !everywhere.is_ours(b"10.1.2.3:80"));
    }

    #[test]
    fn a_bearer_token_follows_its_scheme() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bearer  abc "), Some(&b"abc"[..]));
        assert_eq!(bearer(b"Basic abc"), None);
        assert_eq!(bearer(b"Bearer"), None);
    }
}
