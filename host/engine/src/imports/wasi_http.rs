//! `wasi:http/outgoing-handler`: the same checked egress as `http-client`, for guests that stream bodies.
//!
//! The library is built without a sender of its own, so no request bypasses the checks. `{{secret:NAME}}` is
//! replaced in headers. A request with it in its body is rejected, as bodies are streamed.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::header::{CONTENT_LENGTH, HeaderMap};
use wasmtime::component::InstancePre;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error as Code, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpCtx,
    WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use crate::state::{GuestState, RESOURCES, Reaching};
use egress::client::headers::is_kept_from_fields;
use egress::client::{Error, OutgoingRequest, REQUESTS, RESPONSE_HEAD, SendBody, Times};

/// Bytes of one set of headers, including their overhead in memory.
const FIELDS: usize = 16 << 10;

/// Bytes of a body that a guest may write in one piece.
const CHUNK: usize = 8 << 10;

/// The most bytes that the host holds for a call of a component that imports these interfaces: 6 MiB, for data
/// that its guest writes and for the heads of its responses.
///
/// They count from the start of the call, as the host cannot reject a guest's single requests to the library.
pub(crate) const HELD: usize = RESOURCES * FIELDS + REQUESTS as usize * RESPONSE_HEAD;

/// Returns the bytes that the host may hold for a call in addition to its guest's own.
pub(crate) fn held_for<T>(component: &InstancePre<T>) -> usize {
    let engine = component.engine();
    let imported =
        component.component().component_type().imports(engine).any(|(name, _)| name.starts_with("wasi:http/"));
    if imported { HELD } else { 0 }
}

/// Returns the library's state of one call.
pub(crate) fn context() -> WasiHttpCtx {
    let mut context = WasiHttpCtx::new();
    context.set_field_size_limit(FIELDS);
    context
}

impl WasiHttpView for GuestState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.reaching, table: &mut self.resources, ctx: &mut self.http }
    }
}

type Io = Box<dyn Future<Output = Result<(), Code>> + Send>;

impl WasiHttpHooks for Reaching {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|name| DEFAULT_FORBIDDEN_HEADERS.contains(name) || is_kept_from_fields(name))
    }

    /// Returns `false`: the connection pool sets the header, from the same URL.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK
    }

    fn send_request(
        &mut self,
        request: hyper::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Io,
    ) -> Box<dyn Future<Output = Result<(hyper::Response<WasiBody>, Io), Code>> + Send> {
        let Some(call) = self.get() else { return Box::new(ready(Err(Code::HttpRequestDenied))) };
        let (mut head, body) = request.into_parts();
        let length = take_length(&mut head.headers);
        let body = SendBody { body: body.map_err(Into::into).boxed_unsync(), length };
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let request =
            OutgoingRequest { method: head.method.to_string(), url: head.uri.to_string(), headers: headers.collect() };
        let opened = call.open(request, body, times(options.unwrap_or_default()));
        Box::new(async move {
            let response = opened.await.map_err(code)?;
            let response = response.map(|body| body.map_err(code).boxed_unsync());
            // The connection is driven elsewhere, and ends when the body is dropped.
            let nothing_to_drive: Io = Box::new(ready(Ok(())));
            Ok((response, nothing_to_drive))
        })
    }
}

/// Removes the length that the guest states; the HTTP library sets the header again when the body is sent.
fn take_length(headers: &mut HeaderMap) -> Option<u64> {
    headers.remove(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Returns a guest's timeouts; by default the time its call has left.
fn times(options: RequestOptions) -> Times {
    let connect = options.connect_timeout.unwrap_or_default();
    Times {
        head: options.first_byte_timeout.unwrap_or(Duration::MAX).saturating_add(connect),
        between: options.between_bytes_timeout.unwrap_or(Duration::MAX),
    }
}

/// The code by which `wasi:http` names an error of a request.
fn code(error: Error) -> Code {
    match error {
        Error::NotGranted(_) => Code::HttpRequestDenied,
        Error::Invalid(why) => Code::InternalError(Some(why)),
        Error::TimedOut => Code::HttpResponseTimeout,
        Error::Unreachable(_) => Code::DestinationUnavailable,
        Error::TooLarge => Code::HttpResponseBodySize(None),
        Error::OverQuota => Code::ConnectionLimitReached,
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::component::{Component, Linker};

    use super::*;
    use crate::config;

    #[test]
    fn times_of_zero_and_beyond_any_calendar_are_times() {
        let most = Some(Duration::MAX);
        let options = RequestOptions { connect_timeout: most, first_byte_timeout: most, between_bytes_timeout: most };
        assert_eq!(times(options).head, Duration::MAX);

        let none = Some(Duration::ZERO);
        let options = RequestOptions { connect_timeout: none, first_byte_timeout: none, between_bytes_timeout: none };
        assert!(times(options).head.is_zero() && times(options).between.is_zero());
    }

    #[test]
    fn only_a_component_that_imports_the_interfaces_has_memory_held_for_it() {
        let engine = config::compiling(false, None).expect("an engine that reserves nothing");
        let held = |text: &str| {
            let component = wat::parse_str(text).expect("the test writes components");
            let component = Component::new(&engine, component).expect("it compiles");
            let mut linker = Linker::<()>::new(&engine);
            linker.define_unknown_imports_as_traps(&component).expect("every import gets a trap");
            held_for(&linker.instantiate_pre(&component).expect("every import is there"))
        };

        assert_eq!(held(r#"(component (import "wasi:http/types@0.2.6" (instance)))"#), HELD);
        assert_eq!(held(r#"(component (import "wasi:io/streams@0.2.6" (instance)))"#), 0);
    }

    #[test]
    fn a_length_is_taken_from_the_headers() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, 42.into());

        assert_eq!(take_length(&mut headers), Some(42));
        assert_eq!((take_length(&mut headers), headers.len()), (None, 0));
    }
}
