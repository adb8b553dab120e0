//! The public server, and what every server has: connections, each with its guards, and an orderly end.

mod api;
mod arrival;
mod base_path;
mod body;
mod connection;
mod context;
mod docs;
mod documents;
mod door;
mod fault;
mod heads;
mod public_name;
mod readiness;
mod respond;
mod route;
mod stream;
mod tls;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use bytesize::ByteSize;
use hyper_util::server::graceful::GracefulShutdown;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use self::api::Api;
pub(crate) use self::arrival::Arrival;
pub use self::base_path::BasePath;
use self::connection::Connection;
pub(crate) use self::fault::Fault;
pub use self::public_name::PublicName;
pub(crate) use self::readiness::{Readiness, ReadyState};
use self::respond::Responder;
use self::route::or_not_allowed;
pub(crate) use self::route::{named, or_fault};
pub(crate) use self::tls::Tls;
pub use self::tls::{ClientCertificates, TlsError, TlsSettings};
use crate::admission::Rate;
use crate::auth::Auth;
use crate::plugin::Shelf;
use crate::telemetry::metrics::Requests;
use crate::trace::RequestSpan;
use crate::values::{Time, duration};

/// Bytes that the head of a request may have, its target included.
const HEAD: usize = 64 << 10;

/// Pause after a failed accept, which is most often for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How the public server behaves.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Address to listen at.
    pub listen: SocketAddr,
    /// What begins the path of every route.
    pub base_path: BasePath,
    /// By which name callers reach it, for the definitions that it serves; without it they are not served.
    pub public_name: Option<PublicName>,
    /// Where the certificates are; without it connections are in the clear.
    pub tls: Option<TlsSettings>,
    /// Time from the head of a request to its whole answer. The agent gives up after five seconds.
    #[serde(skip)]
    pub budget: Duration,
    /// Bytes of a body. Mail threads are large.
    #[serde(skip)]
    pub body: ByteSize,
    /// Time for a body to arrive.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub body_time: Duration,
    /// Time for the head of a request to arrive, which is also how long an idle connection is kept.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub head_time: Duration,
    /// Time for which a caller may read nothing of its answer. For all of it, it has six times as long.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub write_time: Duration,
    /// Connections at once. Further ones wait to be accepted.
    pub connections: usize,
    /// Whether answers and errors name the providers that failed.
    pub name_providers: bool,
    /// For how long shutdown accepts connections after it has said that it is not ready; none by default.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub drain_delay: Duration,
    /// How long shutdown waits for requests in flight.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub grace: Duration,
    /// Requests in a second of one caller, who is whom a token or key proves, else whoever the connection comes
    /// from; any number, if nothing is said.
    #[serde(skip)]
    pub caller_rate: Option<Rate>,
}

/// Loopback, and the product's budget.
impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_path: BasePath::default(),
            public_name: None,
            tls: None,
            budget: Duration::from_millis(4_500),
            body: ByteSize::mib(8),
            body_time: Duration::from_secs(2),
            head_time: Duration::from_secs(30),
            write_time: Duration::from_secs(10),
            connections: 10_000,
            name_providers: true,
            drain_delay: Duration::ZERO,
            grace: Duration::from_secs(10),
            caller_rate: None,
        }
    }
}

/// Time for which a connection that has not said anything yet is still listened to at the end.
const LINGER: Duration = Duration::from_millis(250);

/// Time for requests that nobody gives up after five seconds.
const UNHURRIED: Duration = Duration::from_secs(3_600);

/// What the connections of a server may cost it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards {
    /// Connections at once. Further ones wait to be accepted.
    pub(crate) connections: usize,
    /// Time for the head of a request to arrive.
    pub(crate) head_time: Duration,
    /// Time for which a caller may read nothing of its answer. For all of it, it has six times as long.
    pub(crate) write_time: Duration,
    /// For how long it accepts connections after it was asked to end.
    pub(crate) drain_delay: Duration,
    /// How long its end waits for requests in flight.
    pub(crate) grace: Duration,
}

/// What others may know of a server. A clone tells of the same.
#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    /// Whether it wants requests.
    pub(crate) readiness: Readiness,
    /// Those that it is sent.
    pub(crate) requests: Requests,
    /// What its connections begin with, if that is TLS.
    pub(crate) tls: Option<Arc<Tls>>,
}

/// A server, not yet listening.
pub(crate) struct Server {
    guards: Guards,
    slots: Arc<Semaphore>,
    responder: Arc<Responder>,
    open: GracefulShutdown,
}

impl Server {
    /// The public one: answers the contract's questions out of `shelf`'s plugins, to whom `auth` lets in.
    ///
    /// # Errors
    ///
    /// Fails if it shall speak TLS and its certificates cannot be used.
    pub(crate) fn public(settings: &Settings, shelf: Arc<Shelf>, auth: Arc<Auth>) -> Result<Self, TlsError> {
        let Settings { connections, head_time, write_time, drain_delay, grace, .. } = *settings;
        let tls = settings.tls.clone().map(Tls::open).transpose()?.map(Arc::new);
        let vitals = Vitals { readiness: Readiness::default(), requests: Requests::default(), tls };
        let base = &settings.base_path;
        // The door stands before routes that are not there too: they are no stranger's business.
        let questions = base.above(api::routes(Api::new(settings, shelf)));
        let questions = or_fault(questions).layer(from_fn_with_state(auth, door::check));
        let page = base.above(docs::routes());
        // Probes that come by no proxy know of no base path.
        let health = vitals.readiness.clone().routes();
        let probes = if base.is_root() { health } else { base.above(health.clone()).merge(health) };
        let router = questions.merge(or_not_allowed(probes.merge(page)));
        let guards = Guards { connections, head_time, write_time, drain_delay, grace };
        Ok(Self::new(guards, Responder::new(router, settings.budget, vitals, RequestSpan::begin)))
    }

    /// Another one: answers out of `router`, which has an answer for every request. No trace shows them.
    pub(crate) fn private(guards: Guards, router: Router, vitals: Vitals) -> Self {
        Self::new(guards, Responder::new(router, UNHURRIED, vitals, RequestSpan::none))
    }

    fn new(guards: Guards, responder: Responder) -> Self {
        let slots = Arc::new(Semaphore::new(guards.connections));
        Self { guards, slots, responder: Arc::new(responder), open: GracefulShutdown::new() }
    }

    /// What others may know of it.
    pub(crate) fn vitals(&self) -> &Vitals {
        self.responder.vitals()
    }

    /// Answers requests until `stop` resolves, and then those in flight.
    ///
    /// From then on readiness says so, and for the drain delay that is all: whoever shares out requests learns of it.
    /// Connections that the kernel has already taken are still served, and requests that are on
    /// their way on open ones; after the grace the rest is closed.
    pub(crate) async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = self.accept(&listener) => {}
            () = stop => {}
        }

        let Guards { drain_delay, grace, .. } = self.guards;
        self.vitals().readiness.drain();
        info!(connections = self.open.count(), drain_delay_ms = drain_delay.as_millis(), "draining");
        let _all_that_come = timeout(drain_delay, self.accept(&listener)).await;
        self.take_waiting(listener);
        // Requests already on the wire are read and answered, each with `Connection: close`.
        sleep(LINGER.min(grace)).await;
        if timeout(grace, self.open.shutdown()).await.is_err() {
            warn!(grace_ms = grace.as_millis(), "requests were still in flight after the grace");
        }
    }

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
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        // An answer is written in one piece: waiting for more would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            return debug!(%peer, %error, "connection lost before it began");
        }
        let connection = Connection {
            peer,
            guards: self.guards,
            responder: Arc::clone(&self.responder),
            open: self.open.watcher(),
            count: self.vitals().requests.connection(),
            slot: Arc::clone(&self.slots).try_acquire_owned().ok(),
        };
        tokio::spawn(connection.serve(stream));
    }
}
