//! The handling that every request has in common: its deadline, its context, its span, its route, and
//! the headers of its response. Requests are counted here.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, Version};
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::FutureExt;
use hyper::body::Incoming;
use tower_service::Service;
use tracing::{Instrument, debug, error_span};

use super::ServerStatus;
use super::context::{self, CLIENT_REQUEST_ID};
use super::fault::{self, Fault, FaultForm};
use super::framing::{HeadFault, Heads};
use super::leftover;
use super::pool::RequestTurn;
use super::request_context::RequestContext;
use super::route::Route;
use super::unread::CountedBody;
use crate::auth::Providers;
use contract::{ActivityId, Context, Deadline, Printable};
use net::telemetry;
use net::trace::RequestSpan;

/// The function that begins the span of a request, from its method, path and context.
pub(super) type Trace = fn(&str, &str, &Context) -> RequestSpan;

/// The function that returns the form of errors of a request with this path.
pub(super) type FaultForms = Box<dyn Fn(&str) -> FaultForm + Send + Sync>;

/// The responder to every request whose head could be read.
pub(super) struct Responder {
    router: Router,
    budget: Duration,
    server_status: ServerStatus,
    trace: Trace,
    /// The function that decides, by its path, the form of a request's errors.
    fault_form: FaultForms,
}

impl Responder {
    /// Creates a responder that uses `router`, which must handle requests without a route, too.
    pub(super) fn new(router: Router, budget: Duration, server_status: ServerStatus, trace: Trace) -> Self {
        Self { router, budget, server_status, trace, fault_form: Box::new(|_path| FaultForm::Plain) }
    }

    /// Sets the forms of errors, which are plain otherwise.
    pub(super) fn with_fault_forms(self, fault_form: FaultForms) -> Self {
        Self { fault_form, ..self }
    }

    pub(super) fn budget(&self) -> Duration {
        self.budget
    }

    pub(super) fn server_status(&self) -> &ServerStatus {
        &self.server_status
    }

    /// Answers one request from `peer`, even if a handler panics. Rejects it if all connections are busy.
    pub(super) async fn respond(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
        heads: &Heads,
        turn: RequestTurn,
    ) -> Response<Body> {
        let at = Instant::now();
        let pending = self.server_status.requests.begin(at);
        let deadline = Deadline::after(at, self.budget);
        let context = Arc::new(context::of(request.headers()));
        let (method, path) = (bounded(request.method().as_str()), bounded(request.uri().path()));
        let form = (self.fault_form)(path);
        let trace = (self.trace)(method, path, &context);
        // The span has the level of errors, so that no filter removes it from the lines of a request.
        let span = error_span!(
            target: telemetry::REQUEST,
            "request",
            activity_id = %context.activity_id,
            method,
            path = %Printable(path),
        );
        let (caller, providers) = (peer.into(), Providers::All);
        let request_context = RequestContext { at, deadline, context: Arc::clone(&context), peer, caller, providers };

        // A panic of the host costs one request, not the connection with its pipelined requests.
        let answer = async {
            let answer = AssertUnwindSafe(self.route(request, request_context, turn)).catch_unwind().await;
            answer.unwrap_or_else(|_panic| Fault::internal().into_response())
        };
        let answer = fault::answering(context.activity_id.clone(), form, answer);
        // The log's span must be the innermost, because that is the one passed to the request's other threads.
        let mut response = answer.instrument(span.clone()).instrument(trace.span().clone()).await;

        let headers = response.headers_mut();
        protect(headers, &context.activity_id);
        if self.server_status.readiness.is_draining() || !heads.are_clear() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let (route, status, time_us) = (Route::of(&response), response.status().as_u16(), at.elapsed().as_micros());
        pending.answered(route.name, status);
        trace.answered(route.name, route.path.as_ref().map(MatchedPath::as_str), status);
        span.in_scope(|| debug!(status, time_us, "request answered"));
        response.map(|body| CountedBody::of(body, Arc::clone(&self.server_status.memory)))
    }

    /// Refuses a head that is not read. Returns the bytes of the whole response.
    pub(super) fn refuse_head(&self, fault: HeadFault) -> Bytes {
        let pending = self.server_status.requests.begin(Instant::now());
        let activity_id = ActivityId::generate();
        let mut response = Fault::from(fault).response(activity_id.clone(), FaultForm::Plain);
        protect(response.headers_mut(), &activity_id);
        let length = response.body().len();
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
        let status = response.status();
        pending.answered("none", status.as_u16());
        debug!(%activity_id, status = status.as_u16(), "head refused");
        let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
        for (name, value) in response.headers() {
            bytes.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(response.body());
        bytes.into()
    }

    async fn route(
        &self,
        request: Request<Incoming>,
        request_context: RequestContext,
        turn: RequestTurn,
    ) -> Response<Body> {
        if turn != RequestTurn::Answer {
            return Fault::throttled(None).closing().into_response();
        }
        if head_size(&request) > super::framing::HEAD {
            return Fault::from(HeadFault::FieldsTooLarge).into_response();
        }
        if let Err(fault) = check_head(&request) {
            return last(fault.into_response());
        }
        let (mut request, leftover) = leftover::watched(request);
        request.extensions_mut().insert(request_context);
        // A router never fails, and is always ready.
        let response = self.router.clone().call(request).await.unwrap_or_else(|never| match never {});
        let closes = response.headers().contains_key(CONNECTION);
        match leftover {
            Some(leftover) if !closes && !leftover.is_discarded().await => last(response),
            Some(_) | None => response,
        }
    }
}

/// Adds the headers that every response has.
fn protect(headers: &mut HeaderMap, activity_id: &ActivityId) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(activity_id.as_str()) {
        headers.insert(CLIENT_REQUEST_ID, id);
    }
}

/// The size of a head in bytes, without the separators of its parts.
fn head_size<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    target + headers.sum::<usize>()
}

/// Marks a response as the last one of its connection.
fn last(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Rejects heads that the HTTP library accepts and HTTP/1.1 does not allow.
fn check_head<B>(request: &Request<B>) -> Result<(), Fault> {
    if request.method() == Method::CONNECT {
        return Err(Fault::method_not_allowed().allowing("GET, POST"));
    }
    let hosts = request.headers().get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Err(Fault::invalid_request("the header `Host` must occur exactly once"));
    }
    // Other encodings are not decoded, and a proxy in front of the host may compute another length of the body.
    let mut encodings = request.headers().get_all(TRANSFER_ENCODING).iter().enumerate();
    if encodings.any(|(place, encoding)| place > 0 || !encoding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Err(Fault::invalid_request("the header `Transfer-Encoding` must be `chunked`, once"));
    }
    Ok(())
}

/// Truncates untrusted text for the log.
fn bounded(word: &str) -> &str {
    &word[..word.floor_char_boundary(256)]
}
