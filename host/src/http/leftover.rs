//! Bodies of requests that are answered before their body was read, such as refused ones.
//!
//! The HTTP library closes the connection of such a request without telling the client, whose next request would be
//! lost. So the rest of the body is read and dropped if it comes at once and is small, and the connection is kept;
//! otherwise the answer says that the connection is closed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::EXPECT;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::timeout;

/// The time that the rest of a body has to arrive for the connection to be kept.
const TIME_TO_DISCARD: Duration = Duration::from_millis(100);

/// The most bytes of it.
const MOST_TO_DISCARD: usize = 64 << 10;

/// The rest of a body that nobody reads any more.
pub(super) struct Leftover {
    rest: Arc<Mutex<Option<Incoming>>>,
    /// Set if the client sends the body only when it is told to, which reading does.
    waits: bool,
}

/// A body that leaves its rest behind when it is dropped.
struct WatchedBody {
    body: Option<Incoming>,
    rest: Arc<Mutex<Option<Incoming>>>,
}

/// Returns the request, and where the rest of its body will be, if it has one.
pub(super) fn watched(request: Request<Incoming>) -> (Request<Body>, Option<Leftover>) {
    if request.body().is_end_stream() {
        return (request.map(Body::new), None);
    }
    let leftover = Leftover { rest: Arc::default(), waits: request.headers().contains_key(EXPECT) };
    let watched = |body| WatchedBody { body: Some(body), rest: Arc::clone(&leftover.rest) };
    (request.map(|body| Body::new(watched(body))), Some(leftover))
}

impl Leftover {
    /// Reads and drops the rest of the body. Returns whether the connection can take a further request.
    pub(super) async fn is_discarded(&self) -> bool {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut body) = rest else { return true };
        if self.waits {
            return false;
        }
        let discard = async {
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame.ok()?.data_ref().map_or(0, Bytes::len);
                if bytes > MOST_TO_DISCARD {
                    return None;
                }
            }
            Some(())
        };
        matches!(timeout(TIME_TO_DISCARD, discard).await, Ok(Some(())))
    }
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        if let Poll::Ready(None | Some(Err(_))) = polled {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
