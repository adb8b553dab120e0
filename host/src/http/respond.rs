//! What every request goes through: its deadline, its context, its way to a route, and the headers
//! that every answer has.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::header::{CACHE_CONTROL, CONNECTION, HOST, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use axum::response::IntoResponse;
use futures_util::FutureExt;
use hyper::body::Incoming;
use tower_service::Service;
use tracing::{Instrument, debug, error_span};

use super::Vitals;
use super::arrival::Arrival;
use super::context::{self, CLIENT_REQUEST_ID};
use super::fault::Fault;
use super::heads::Heads;
use super::route::Route;
use crate::auth::Providers;
use contract::Deadline;
use contract::{Context, Printable};
use net::telemetry;
use net::trace::RequestSpan;

/// How the span of a request begins, from its method, path and context.
pub(super) type Trace = fn(&str, &str, &Context) -> RequestSpan;

/// Answers any request whose head could be read.
pub(super) struct Responder {
    router: Router,
    budget: Duration,
    vitals: Vitals,
    trace: Trace,
}

impl Responder {
    /// Answers out of `router`, which has an answer for requests without a route too.
    pub(super) fn new(router: Router, budget: Duration, vitals: Vitals, trace: Trace) -> Self {
        Self { router, budget, vitals, trace }
    }

    pub(super) fn vitals(&self) -> &Vitals {
        &self.vitals
    }

    /// Answers one request that came from `peer`, whatever happens on the way.
    pub(super) async fn respond(&self, request: Request<Incoming>, peer: IpAddr, heads: &Heads) -> Response<Body> {
        let at = Instant::now();
        let pending = self.vitals.requests.begin(at);
        let deadline = Deadline::after(at, self.budget);
        let context = Arc::new(context::of(request.headers()));
        let (method, path) = (bounded(request.method().as_str()), bounded(request.uri().path()));
        let trace = (self.trace)(method, path, &context);
        // Of the gravest level, so that no line of a request is ever without it.
        let span = error_span!(
            target: telemetry::REQUEST,
            "request",
            activity_id = %context.activity_id,
            method,
            path = %Printable(path),
        );
        let (caller, providers) = (peer.into(), Providers::All);
        let arrival = Arrival { at, deadline, context: Arc::clone(&context), peer, caller, providers };

        // A panic of ours costs one request, not the connection with others in its pipe.
        let answer = AssertUnwindSafe(self.route(request, arrival)).catch_unwind();
        // What the request's other threads take over is the innermost: the log's.
        let answer = answer.instrument(span.clone()).instrument(trace.span().clone()).await;
        let mut response = answer.unwrap_or_else(|_panic| Fault::internal().into_response());
        if let Some(fault) = response.extensions_mut().remove::<Arc<Fault>>() {
            fault.write_body(&mut response, &context.activity_id);
        }

        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.vitals.readiness.is_draining() || !heads.are_clear() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Ok(id) = HeaderValue::from_str(context.activity_id.as_str()) {
            headers.insert(CLIENT_REQUEST_ID, id);
        }
        let (route, status, time_us) = (Route::of(&response), response.status().as_u16(), at.elapsed().as_micros());
        pending.answered(route.name, status);
        trace.answered(route.name, route.path.as_ref().map(MatchedPath::as_str), status);
        span.in_scope(|| debug!(status, time_us, "request answered"));
        response
    }

    async fn route(&self, request: Request<Incoming>, arrival: Arrival) -> Response<Body> {
        if head_size(&request) > super::HEAD {
            return head_too_large();
        }
        if let Err(fault) = check_head(&request) {
            return last(fault.into_response());
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(arrival);
        // A router's call never fails, and is always ready.
        self.router.clone().call(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Bytes of a head, without what separates its parts.
fn head_size<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    target + headers.sum::<usize>()
}

/// What the HTTP library says to a head that its buffer does not hold. The buffer overshoots.
fn head_too_large() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    last(response)
}

/// An answer after which the connection is closed.
fn last(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// What the HTTP library lets through and HTTP/1.1 does not.
fn check_head<B>(request: &Request<B>) -> Result<(), Fault> {
    if request.method() == Method::CONNECT {
        return Err(Fault::method_not_allowed().allowing("GET, POST"));
    }
    let hosts = request.headers().get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Err(Fault::invalid_request("the header `Host` must be there once"));
    }
    // Other encodings are not undone here, and a server in front may take the body for another length.
    let mut encodings = request.headers().get_all(TRANSFER_ENCODING).iter().enumerate();
    if encodings.any(|(place, encoding)| place > 0 || !encoding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Err(Fault::invalid_request("the header `Transfer-Encoding` must be `chunked`, once"));
    }
    Ok(())
}

/// As much of a stranger's word as belongs into a log.
fn bounded(word: &str) -> &str {
    &word[..word.floor_char_boundary(256)]
}
