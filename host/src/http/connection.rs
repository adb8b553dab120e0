//! One connection, from its first byte to its last, with the guards that every one has.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_util::io::InspectReader;
use tracing::debug;

use super::heads::Heads;
use super::respond::Responder;
use super::stream::{self, Caller};
use super::{Guards, HEAD};
use net::telemetry::metrics;

/// Headers that a request may have.
const HEADERS: usize = 100;

/// The longest that a caller may take for a whole answer, in the times for which it may read nothing of it.
const PAUSES: u32 = 6;

/// The longest that a caller may take to begin TLS, where more is given for the head of a request.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A connection that was accepted.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) guards: Guards,
    pub(super) responder: Arc<Responder>,
    /// Tells of the server's end, which waits for this one's.
    pub(super) open: Watcher,
    /// Counts it among those that are open.
    pub(super) count: metrics::Connection,
    /// Its place among those that there may be.
    pub(super) slot: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// Serves it to its end.
    pub(super) async fn serve(self, stream: TcpStream) {
        let (stream, caller) = stream::split(stream, PAUSES * self.guards.write_time);
        let mut stream = TimeoutStream::new(stream);
        // Under TLS too it is the socket that a caller does not read from.
        stream.set_write_timeout(Some(self.guards.write_time));
        let stream = Box::pin(stream);
        let Some(tls) = self.responder.vitals().tls.as_ref().map(|tls| tls.acceptor()) else {
            return self.talk(stream, caller).await;
        };

        let peer = self.peer;
        match timeout(HANDSHAKE.min(self.guards.head_time), tls.accept(stream)).await {
            Ok(Ok(stream)) => self.talk(stream, caller).await,
            // Most often one that does not speak TLS, or trusts another certificate.
            Ok(Err(error)) => debug!(%peer, %error, "connection ended before TLS began"),
            Err(_elapsed) => debug!(%peer, "connection took too long to begin TLS"),
        }
    }

    /// Answers its requests.
    ///
    /// Only HTTP/1.1 is spoken: what the agent's gateway uses, and without HTTP/2's ways to make a
    /// server work for nothing.
    ///
    /// A caller that closes its sending half has gone: what ends its calls at once cannot be told
    /// from one that would still read.
    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, caller: Caller) {
        let Self { peer, guards, responder, open, slot: _slot, count: _count } = self;
        let heads = Heads::default();
        let watch = heads.clone();
        let stream = InspectReader::new(stream, move |bytes: &[u8]| watch.read(bytes));

        let service = hyper::service::service_fn(move |request| {
            heads.begin(&request);
            let (responder, caller, heads) = (Arc::clone(&responder), caller.clone(), heads.clone());
            async move {
                tokio::select! {
                    biased;
                    response = responder.respond(request, peer.ip(), &heads) => Ok(response),
                    gone = caller.gone() => Err(gone),
                }
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(guards.head_time)
            .max_buf_size(HEAD)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = open.watch(connection).await {
            debug!(%peer, %error, "connection ended early");
        }
    }
}
