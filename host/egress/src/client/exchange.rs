//! One request and its response, processed on the answering threads.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Body;
use hyper_util::client::legacy;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::body::Outgoing;
use super::breakers::Stage;
use super::connector::{ConnectError, TooFewDescriptors};
use super::headers::strip_hop_by_hop;
use super::repeat::{AnsweredMark, Repeat};
use super::usage::{Queue, UnderWay};
use super::{Coming, Error, PluginClient, Response, text};
use admission::Held;
use net::descriptors::is_by_exhaustion;
use net::{causes, extend_within, to_usize};

/// Timeouts that a guest sets, none beyond the time its call has left.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The time for the head of the response, connecting included.
    pub head: Duration,
    /// The time for each further piece.
    pub between: Duration,
}

/// A request, and its repetition if the backend closes its connection.
pub(super) struct Sending {
    pub(super) request: hyper::Request<Outgoing>,
    pub(super) repeat: Option<Repeat>,
    /// How far it has come, for the circuit breaker of its backend.
    pub(super) stage: Arc<Stage>,
}

impl PluginClient {
    /// Sends a request and reads the whole response, until `end` at the latest.
    pub(super) async fn send(
        self: &Arc<Self>,
        request: Sending,
        queue: Queue,
        mut held: Held,
        end: Instant,
    ) -> Result<(Response, Held), Error> {
        let client = Arc::clone(self);
        let received = self.run(async move {
            let receive = async {
                let (coming, _under_way) = client.head_of(request, queue).await?;
                let (head, body) = coming.into_parts();
                let most = client.settings.response_body.as_u64();
                let body = collect(body, to_usize(most), &mut held).await?;
                Ok((head, body))
            };
            let (head, body) = timeout_at(end, receive).await.map_err(|_| Error::TimedOut)??;
            Ok((head, body, held))
        });
        // Work that takes the processor is left to the guest's own threads.
        let (head, mut body, mut held) = received.await?;
        let mut headers = head.headers;
        self.clean(&mut headers);
        self.secrets.blank(&mut body);
        let bytes = body.len();
        let body = self.secrets.blank_text(text::decode(&headers, body));
        // A byte that does not decode becomes a character of three bytes.
        held.grow(body.len().saturating_sub(bytes)).map_err(|_| Error::TooLarge)?;
        Ok((Response { status: head.status.as_u16(), headers, body }, held))
    }

    /// Sends a request and waits for the head of the response, until `end` at the latest.
    pub(super) async fn open(
        self: &Arc<Self>,
        request: Sending,
        queue: Queue,
        end: Instant,
    ) -> Result<(Coming, UnderWay), Error> {
        let client = Arc::clone(self);
        let opened = self.run(async move {
            let head = client.head_of(request, queue);
            timeout_at(end, head).await.map_err(|_| Error::TimedOut)?
        });
        let (mut coming, under_way) = opened.await?;
        self.clean(coming.headers_mut());
        Ok((coming, under_way))
    }

    async fn head_of(&self, sending: Sending, queue: Queue) -> Result<(Coming, UnderWay), Error> {
        let Sending { request, repeat, stage } = sending;
        let under_way = queue.wait().await;
        stage.sent();
        // A guest may drop the response and go on writing: its request counts as in progress until both are
        // done.
        let of_body = under_way.clone();
        let request = request.map(|body| {
            let holding = body.map_err(move |error| {
                let _ = &of_body;
                error
            });
            holding.boxed_unsync()
        });
        let coming = match self.pool.request(request).await {
            Ok(coming) => coming,
            Err(error) => {
                let fails = |error: &legacy::Error| {
                    if is_of_host(error) {
                        stage.unsent();
                    } else if is_unconnected(error) {
                        stage.unconnected();
                    }
                    Error::of_request(error)
                };
                let again = repeat.and_then(|repeat| repeat.after(&error)).ok_or_else(|| fails(&error))?;
                self.fresh.request(again).await.map_err(|error| fails(&error))?
            }
        };
        AnsweredMark::mark(&coming);
        Ok((coming, under_way))
    }

    /// Removes hop-by-hop headers, and redacts secrets.
    fn clean(&self, headers: &mut hyper::HeaderMap) {
        strip_hop_by_hop(headers);
        self.secrets.blank_headers(headers);
    }

    /// Runs `work` on the answering threads, until it ends or its future is dropped.
    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let task = Task(self.handle.spawn(work));
        task.await.unwrap_or_else(|_gone| Err(Error::Unreachable("the host is shutting down".to_owned())))
    }
}

/// Reads a body of at most `most` bytes.
async fn collect<B>(mut body: B, most: usize, held: &mut Held) -> Result<Vec<u8>, Error>
where
    B: Body<Data = bytes::Bytes, Error = hyper::Error> + Unpin,
{
    if body.size_hint().lower() > most as u64 {
        return Err(Error::TooLarge);
    }
    let room = body.size_hint().exact().map_or(most, to_usize);
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Error::of_connection(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > most || held.grow(data.len()).is_err() {
            return Err(Error::TooLarge);
        }
        extend_within(&mut bytes, &data, room);
    }
    Ok(bytes)
}

/// Returns whether the host lacks file descriptors or memory, which says nothing of the backend.
fn is_of_host(error: &(dyn std::error::Error + 'static)) -> bool {
    // An `io::Error` is never the source of itself: `get_ref` returns what it holds.
    let mut held = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref());
    held.any(|held| held.is::<TooFewDescriptors>()) || is_by_exhaustion(error)
}

/// Returns whether no connection could be made.
fn is_unconnected(error: &legacy::Error) -> bool {
    causes(error).any(|cause| match cause.downcast_ref::<ConnectError>() {
        Some(ConnectError::Lookup { .. } | ConnectError::Connect { .. } | ConnectError::TimedOut(_)) => true,
        Some(ConnectError::Refused { .. }) | None => false,
    })
}

impl Error {
    /// Returns the error of a request that got no response.
    fn of_request(error: &legacy::Error) -> Self {
        let mut innermost: &dyn std::error::Error = error;
        for error in causes(error) {
            if let Some(error) = error.downcast_ref::<ConnectError>() {
                return Self::of_connect(error);
            }
            if let Some(error) = error.downcast_ref::<hyper::Error>() {
                return Self::of_connection(error);
            }
            innermost = error;
        }
        Self::Unreachable(innermost.to_string())
    }

    fn of_connect(error: &ConnectError) -> Self {
        match error {
            ConnectError::Refused { .. } => Self::NotGranted(error.to_string()),
            ConnectError::TimedOut(_) => Self::Unreachable(error.to_string()),
            ConnectError::Lookup { source, .. } | ConnectError::Connect { source, .. } => {
                Self::Unreachable(format!("{error}: {source}"))
            }
        }
    }

    /// Returns the error of a broken connection.
    pub(super) fn of_connection(error: &hyper::Error) -> Self {
        // The guest's own body may have been the cause.
        if let Some(error) = causes(error).find_map(|cause| cause.downcast_ref::<Self>()) {
            return error.clone();
        }
        if error.is_parse_too_large() {
            return Self::TooLarge;
        }
        Self::Unreachable(error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")))
    }
}

/// A task that is aborted when its handle is dropped.
struct Task<T>(JoinHandle<T>);

impl<T> Future for Task<T> {
    type Output = Result<T, tokio::task::JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An executor that drives connections on a given runtime, whichever thread requests them.
#[derive(Clone)]
pub(super) struct On(pub(super) Handle);

impl<F> hyper::rt::Executor<F> for On
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, work: F) {
        self.0.spawn(work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_lacks_is_not_the_backends_fault() {
        let failed = |source| ConnectError::Connect { host: "hub.example".to_owned(), source };

        assert!(is_of_host(&failed(io::Error::other(TooFewDescriptors))));
        // EMFILE: the process has too many open files.
        assert!(is_of_host(&failed(io::Error::from_raw_os_error(24))));
        assert!(!is_of_host(&failed(io::ErrorKind::ConnectionRefused.into())));
    }
}
