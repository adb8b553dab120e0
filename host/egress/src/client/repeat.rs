//! The repetition of a request whose connection the backend closed.
//!
//! A backend may close a kept connection at any time, so also while the next request is sent on it. Nobody can tell then
//! whether the backend has processed that request. Only an idempotent one is sent again (RFC 9110, section 9.2.2), once,
//! on a connection that no earlier request was sent on.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use hyper::http::Extensions;
use hyper_util::client::legacy;

use super::body::{Outgoing, whole};
use net::causes;
use net::trace::HttpSpan;

/// The mark of a connection, set once a response has come on it.
#[derive(Clone, Debug, Default)]
pub(super) struct AnsweredMark(Arc<AtomicBool>);

impl AnsweredMark {
    /// Sets the mark of the connection on which `response` came.
    pub(super) fn mark<B>(response: &hyper::Response<B>) {
        if let Some(Self(mark)) = response.extensions().get() {
            mark.store(true, Ordering::Relaxed);
        }
    }
}

/// A second request like the first.
pub(super) struct Repeat {
    request: hyper::Request<Bytes>,
    /// Set if the body above is what was sent.
    is_whole: Arc<AtomicBool>,
    span: HttpSpan,
}

impl Repeat {
    /// Returns the repetition of a request with the head of `request` and this body; `None` if it is not idempotent.
    pub(super) fn of(request: &hyper::Request<()>, body: Bytes, span: &HttpSpan) -> Option<Self> {
        if !request.method().is_idempotent() {
            return None;
        }
        let request = request.clone().map(|()| body);
        Some(Self { request, is_whole: Arc::new(AtomicBool::new(true)), span: span.clone() })
    }

    /// Returns the repetition of a request whose body a guest still writes. It is possible if the body has turned out
    /// to be empty, which `is_empty` tells.
    pub(super) fn of_streamed(
        request: &hyper::Request<()>,
        is_empty: Arc<AtomicBool>,
        span: &HttpSpan,
    ) -> Option<Self> {
        Self::of(request, Bytes::new(), span).map(|repeat| Self { is_whole: is_empty, ..repeat })
    }

    /// Returns the request to send after `error`; `None` if it must not be repeated.
    pub(super) fn after(self, error: &legacy::Error) -> Option<hyper::Request<Outgoing>> {
        let is_due = self.is_whole.load(Ordering::Acquire) && was_kept(error) && is_closed(error);
        is_due.then(|| {
            self.span.repeated();
            self.request.map(whole)
        })
    }
}

/// Returns whether a response had come before on the connection that failed.
fn was_kept(error: &legacy::Error) -> bool {
    let mut extras = Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut extras);
    }
    extras.get().is_some_and(|AnsweredMark(mark)| mark.load(Ordering::Relaxed))
}

/// Returns whether the backend closed or reset the connection before the head of a response was complete.
fn is_closed(error: &legacy::Error) -> bool {
    for error in causes(error) {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message) {
            return true;
        }
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                error.kind(),
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::NotConnected
                    | ErrorKind::UnexpectedEof
            );
        }
    }
    false
}

#[cfg(test)]
mod tests;
