//! The public server: connections, each with its guards, and an orderly end.

mod api;
mod arrival;
mod body;
mod context;
mod fault;
mod heads;
mod respond;
mod stream;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytesize::ByteSize;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::io::InspectReader;
use tracing::{debug, info, warn};

use self::heads::Heads;
use self::respond::Responder;
use crate::admission::Rate;
use crate::plugin::Shelf;

/// Bytes that the head of a request may have, its target included.
const HEAD: usize = 64 << 10;

/// Headers that a request may have.
const HEADERS: usize = 100;

/// Pause after a failed accept, which is most often for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How the public server behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address to listen at.
    pub listen: SocketAddr,
    /// Time from the head of a request to its whole answer. The agent gives up after five seconds.
    pub budget: Duration,
    /// Bytes of a body. Mail threads are large.
    pub body: ByteSize,
    /// Time for a body to arrive.
    pub body_time: Duration,
    /// Time for the head of a request to arrive, which is also how long an idle connection is kept.
    pub head_time: Duration,
    /// Time for which a caller may read nothing of its answer.
    pub write_time: Duration,
    /// Connections at once. Further ones wait to be accepted.
    pub connections: usize,
    /// Whether answers and errors name the providers that failed.
    pub name_providers: bool,
    /// How long shutdown waits for requests in flight.
    pub grace: Duration,
    /// Requests in a second of one caller, who is whoever the connection comes from; any number, if
    /// nothing is said.
    pub caller_rate: Option<Rate>,
}

/// Loopback, and the product's budget.
impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            budget: Duration::from_millis(4_500),
            body: ByteSize::mib(8),
            body_time: Duration::from_secs(2),
            head_time: Duration::from_secs(30),
            write_time: Duration::from_secs(10),
            connections: 10_000,
            name_providers: true,
            grace: Duration::from_secs(10),
            caller_rate: None,
        }
    }
}

/// Time for which a connection that has not said anything yet is still listened to at the end.
const LINGER: Duration = Duration::from_millis(250);

/// Answers requests out of `shelf`'s plugins until `stop` resolves, and then those in flight.
///
/// Connections that the kernel has already taken are still served, and requests that are on their
/// way on open ones; after the grace of the settings the rest is closed.
pub async fn serve(listener: TcpListener, settings: Settings, shelf: Arc<Shelf>, stop: impl Future<Output = ()>) {
    let grace = settings.grace;
    let server = Server {
        slots: Arc::new(Semaphore::new(settings.connections)),
        write_time: settings.write_time,
        head_time: settings.head_time,
        responder: Arc::new(Responder::new(settings, shelf)),
        open: GracefulShutdown::new(),
    };

    tokio::select! {
        () = server.accept(&listener) => {}
        () = stop => {}
    }

    server.responder.drain();
    server.take_waiting(listener);
    info!(connections = server.open.count(), "draining");
    // Requests already on the wire are read and answered, each with `Connection: close`.
    sleep(LINGER.min(grace)).await;
    if timeout(grace, server.open.shutdown()).await.is_err() {
        warn!(grace_ms = grace.as_millis(), "requests were still in flight after the grace");
    }
}

struct Server {
    slots: Arc<Semaphore>,
    head_time: Duration,
    write_time: Duration,
    responder: Arc<Responder>,
    open: GracefulShutdown,
}

impl Server {
    /// Accepts for ever.
    async fn accept(&self, listener: &TcpListener) {
        loop {
            // With every slot taken, callers wait in the kernel's queue.
            drop(self.slots.acquire().await);
            match listener.accept().await {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    warn!(%error, "failed to accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Takes the connections that the kernel has accepted, and then lets no more come.
    fn take_waiting(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        for _ in 0..self.slots.available_permits() {
            match listener.accept() {
                Ok((stream, peer)) => {
                    let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                    let _ = stream.map(|stream| self.take(stream, peer));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => debug!(%error, "a connection was lost before it began"),
            }
        }
    }

    /// Serves one connection, in a task of its own.
    ///
    /// Only HTTP/1.1 is spoken: what the agent's gateway uses, and without HTTP/2's ways to make a
    /// server work for nothing.
    ///
    /// A caller that closes its sending half has gone: what ends its calls at once cannot be told
    /// from one that would still read.
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        // An answer is written in one piece: waiting for more would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            return debug!(%peer, %error, "connection lost before it began");
        }
        let (stream, caller) = stream::split(stream);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.write_time));
        let heads = Heads::default();
        let watch = heads.clone();
        let stream = InspectReader::new(stream, move |bytes: &[u8]| watch.read(bytes));

        let responder = Arc::clone(&self.responder);
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
            .header_read_timeout(self.head_time)
            .max_buf_size(HEAD)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = self.open.watch(connection);
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        tokio::spawn(async move {
            let _slot = slot;
            if let Err(error) = connection.await {
                debug!(%peer, %error, "connection ended early");
            }
        });
    }
}
