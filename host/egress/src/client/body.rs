//! Streamed bodies: size limits on requests, size limits and redaction of secrets on responses.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{HeaderMap, HeaderValue};
use tokio::time::{Sleep, sleep};

use super::headers::strip_hop_by_hop;
use super::usage::UnderWay;
use super::{Chunk, Error, PluginClient};
use crate::secrets::{Blanking, Secrets, TemplateSearch};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A request body in the form that the connection pool takes.
pub(super) type Outgoing = UnsyncBoxBody<Bytes, BoxError>;

/// Returns a body of which all bytes are known.
pub(super) fn whole(bytes: Bytes) -> Outgoing {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// A body that a guest writes while it is sent.
pub struct SendBody {
    /// The body.
    pub body: Outgoing,
    /// Its length in bytes, if the guest has stated it.
    pub length: Option<u64>,
}

impl SendBody {
    /// Returns the body with its checks. Sending fails as soon as it exceeds `most` bytes, or contains a
    /// secret's template, as secrets are put only into bodies that are complete before sending. It also fails
    /// if the call `is_over` before the body's end: otherwise a backend would take a truncated body for a
    /// complete one. Sets `is_empty` once it is known that the whole body has no bytes.
    ///
    /// # Errors
    ///
    /// Fails if the stated length is larger than `most`.
    pub(super) fn capped(
        self,
        most: u64,
        is_over: Arc<AtomicBool>,
        is_empty: Arc<AtomicBool>,
    ) -> Result<Outgoing, Error> {
        if self.length.is_some_and(|length| length > most) {
            return Err(Error::TooLarge);
        }
        is_empty.store(self.length == Some(0) || self.body.is_end_stream(), Ordering::Release);
        let (search, any_sent) = (TemplateSearch::default(), false);
        let Self { body, length } = self;
        Ok(Capped { body, length, left: most, search, is_over, any_sent, is_empty }.boxed_unsync())
    }
}

/// The call ended before the body that it wrote.
#[derive(Debug, thiserror::Error)]
#[error("the call ended before its request body was complete")]
struct CutOff;

/// A guest's body with its checks. The HTTP library derives the framing headers from its length, so stated and
/// sent length are the same.
struct Capped {
    body: Outgoing,
    length: Option<u64>,
    left: u64,
    search: TemplateSearch,
    is_over: Arc<AtomicBool>,
    /// Set once a frame was passed on, which trailers are as well.
    any_sent: bool,
    is_empty: Arc<AtomicBool>,
}

impl Body for Capped {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            None if self.is_over.load(Ordering::Acquire) => return Poll::Ready(Some(Err(CutOff.into()))),
            None => {
                self.is_empty.store(!self.any_sent, Ordering::Release);
                return Poll::Ready(None);
            }
            failed => return Poll::Ready(failed),
        };
        self.any_sent = true;
        self.is_empty.store(false, Ordering::Release);
        let data = frame.data_ref().map(Bytes::as_ref).unwrap_or_default();
        let left = self.left.checked_sub(data.len() as u64);
        let Some(left) = left else { return Poll::Ready(Some(Err(Error::TooLarge.into()))) };
        self.left = left;
        if self.search.finds_in(data) {
            let error = Error::NotGranted("a streamed body must not contain secrets".to_owned());
            return Poll::Ready(Some(Err(error.into())));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(|| self.body.size_hint(), SizeHint::with_exact)
    }
}

/// The body of a response, which the guest reads while it is received.
pub struct Streamed {
    incoming: Incoming,
    secrets: Arc<Secrets>,
    blanking: Blanking,
    left: u64,
    /// The longest wait for the next piece.
    between: Duration,
    /// The timer of that wait, while it lasts.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Trailers that followed the data.
    trailers: Option<HeaderMap>,
    is_over: bool,
    _under_way: UnderWay,
}

impl Streamed {
    pub(super) fn new(incoming: Incoming, client: &PluginClient, between: Duration, under_way: UnderWay) -> Self {
        Self {
            incoming,
            secrets: Arc::clone(&client.secrets),
            blanking: Blanking::new(Arc::clone(&client.secrets)),
            left: client.settings.response_body.as_u64(),
            between,
            waiting: None,
            trailers: None,
            is_over: false,
            _under_way: under_way,
        }
    }

    /// Returns the backend's next frame, or fails when the time for it is up.
    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Chunk>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            self.waiting = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| Error::of_connection(&error))));
        }
        let between = self.between;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(between)));
        waiting.as_mut().poll(context).map(|()| Some(Err(Error::TimedOut)))
    }

    /// Returns the part of `data` that can be passed on, which may be empty.
    fn take(&mut self, data: Chunk) -> Result<Chunk, Error> {
        self.left = self.left.checked_sub(data.len() as u64).ok_or(Error::TooLarge)?;
        Ok(self.blanking.next(data))
    }
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        while !self.is_over {
            let passed_on = match ready!(self.poll_incoming(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.take(data),
                    Err(frame) => {
                        self.trailers = frame.into_trailers().ok();
                        continue;
                    }
                },
                Some(Err(error)) => Err(error),
                None => {
                    self.is_over = true;
                    Ok(self.blanking.end())
                }
            };
            match passed_on {
                Ok(data) if data.is_empty() => {}
                Ok(data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Err(error) => {
                    self.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        let Some(mut trailers) = self.trailers.take() else { return Poll::Ready(None) };
        strip_hop_by_hop(&mut trailers);
        self.secrets.blank_headers(&mut trailers);
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }
}

impl Secrets {
    /// Redacts every secret in the values of `headers`.
    pub(super) fn blank_headers(&self, headers: &mut HeaderMap) {
        if !self.hide_something() {
            return;
        }
        for value in headers.values_mut() {
            let mut bytes = value.as_bytes().to_vec();
            self.blank(&mut bytes);
            *value = HeaderValue::from_bytes(&bytes).expect("asterisks in a valid value leave it valid");
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use http_body_util::Empty;

    use super::*;

    /// Returns the end of an empty body of a call that `is_over` or not.
    fn ends_well(is_over: bool) -> bool {
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        let body = SendBody { body, length: None }.capped(1_024, Arc::new(AtomicBool::new(is_over)), Arc::default());
        body.expect("it is small").frame().now_or_never().expect("nothing is waited for").is_none()
    }

    #[test]
    fn a_body_that_its_call_left_unfinished_does_not_end_as_if_it_were_whole() {
        assert!(ends_well(false));
        assert!(!ends_well(true));
    }
}
