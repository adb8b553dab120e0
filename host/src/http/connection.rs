//! One connection, from its first byte to its last, with its timeouts and limits.
//!
//! TLS lies between the socket's guards and the HTTP library. The write timeout and the detection of a disconnected
//! client belong to the socket; the guard against request smuggling sees the bytes that TLS has decrypted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tracing::debug;

use super::Guards;
use super::framing::{HEAD, HEADERS, Heads};
use super::head_reader::HeadReader;
use super::path;
use super::pool::{ConnectionSlot, RequestTurn};
use super::respond::Responder;
use super::stream::{self, Peer};
use net::chain;
use net::telemetry::metrics;

/// The longest time that a client may take to read a whole answer, in multiples of the write timeout.
pub(super) const PAUSES: u32 = 6;

/// The longest time for the TLS handshake, even if the head of a request may take longer.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The ends of paths of health and readiness, and of the status by which the command line asks for them.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/api/status"];

/// An accepted connection.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) guards: Guards,
    pub(super) responder: Arc<Responder>,
    /// Watcher of the server's shutdown, which waits for this connection.
    pub(super) open: Watcher,
    /// Counter of open connections.
    pub(super) count: metrics::OpenConnection,
    /// Its place among the permitted connections.
    pub(super) slot: Arc<ConnectionSlot>,
}

impl Connection {
    /// Serves the connection to its end, or until its place is needed.
    pub(super) async fn serve(self, stream: TcpStream) {
        let (peer, slot) = (self.peer, Arc::clone(&self.slot));
        tokio::select! {
            biased;
            () = slot.told_to_close() => debug!(%peer, "connection closed for the sake of others"),
            () = self.serve_undisturbed(stream) => {}
        }
    }

    async fn serve_undisturbed(self, stream: TcpStream) {
        let (stream, caller) = stream::split(stream, PAUSES * self.guards.write_time, Arc::clone(&self.slot));
        let mut stream = TimeoutStream::new(stream);
        // The write timeout is the socket's with TLS, too.
        stream.set_write_timeout(Some(self.guards.write_time));
        let stream = Box::pin(stream);
        let Some(tls) = self.responder.server_status().tls.as_ref().map(|tls| tls.acceptor()) else {
            return self.talk(stream, caller).await;
        };

        let peer = self.peer;
        match timeout(HANDSHAKE.min(self.guards.head_time), tls.accept(stream)).await {
            Ok(Ok(stream)) => self.talk(stream, caller).await,
            // The usual reason is a client that does not speak TLS, or does not trust the certificate.
            Ok(Err(error)) => debug!(%peer, error = %chain(&error), "connection ended before TLS began"),
            Err(_elapsed) => debug!(%peer, "connection took too long to begin TLS"),
        }
    }

    /// Answers the requests of the connection.
    ///
    /// Only HTTP/1.1 is spoken. The agent's gateway uses it, and it lacks HTTP/2's ways to make a server do useless
    /// work.
    ///
    /// A client that half-closes its connection counts as disconnected and gets no answer: the two cannot be told
    /// apart, and the calls of a disconnected client must end immediately.
    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, caller: Peer) {
        let Self { peer, guards, responder, open, slot, count: _count } = self;
        let heads = Heads::default();
        let stream = HeadReader::new(stream, heads.clone(), Arc::clone(&slot), Arc::clone(&responder));

        let service = hyper::service::service_fn(move |mut request| {
            heads.begin(&request);
            path::normalise(&mut request);
            let turn = slot.begin(is_probe(&request));
            let (responder, caller, heads) = (Arc::clone(&responder), caller.clone(), heads.clone());
            let slot = Arc::clone(&slot);
            async move {
                if turn == RequestTurn::Closing {
                    // The connection ends as soon as its task learns of it.
                    std::future::pending::<()>().await;
                }
                tokio::select! {
                    biased;
                    response = responder.respond(request, peer.ip(), &heads, turn) => {
                        slot.answer();
                        Ok(response)
                    }
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
            debug!(%peer, error = %chain(&error), "connection ended early");
        }
    }
}

/// Returns whether a request asks for the health of the host, which it must be able to learn while it is busy.
fn is_probe<B>(request: &Request<B>) -> bool {
    PROBES.iter().any(|probe| request.uri().path().ends_with(probe))
}
