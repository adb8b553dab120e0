//! The public server, and the parts that every server of the host has: guarded connections and graceful shutdown.
//!
//! The servers speak HTTP/1.1 only. The agent's gateway uses nothing else, and a protocol that is not spoken cannot be
//! abused.
//!
//! Graceful shutdown keeps accepting connections until load balancers have seen the host's readiness (`drain-delay`).
//! It then takes the connections that the kernel has already accepted, and reads for 250 ms more, so that requests
//! which race with the signal are answered; hyper would close such connections unread. A host that still loads its
//! plugins does the reverse: it refuses connections, because a refused connection is the one failure after which any
//! proxy may send any request elsewhere.

mod agent;
mod api;
mod authenticate;
mod base_path;
mod body;
mod connection;
mod context;
mod docs;
mod documents;
mod fault;
mod framing;
mod head_reader;
mod leftover;
mod linger;
mod listen_address;
mod mcp;
mod path;
mod pool;
mod public_name;
mod readiness;
mod repaired;
mod request_context;
mod respond;
mod response_lists;
mod route;
mod server_status;
mod settings;
mod stream;
mod tls;
mod tools;
mod unread;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use self::api::Api;
use self::authenticate::Gate;
pub use self::base_path::BasePath;
use self::connection::Connection;
pub(crate) use self::fault::Fault;
pub(crate) use self::listen_address::{listen_address, listen_remedy};
use self::mcp::Mcp;
use self::pool::ConnectionPool;
pub use self::public_name::PublicName;
pub use self::readiness::ReadyPlugins;
pub(crate) use self::readiness::{Readiness, ReadyState};
pub(crate) use self::request_context::RequestContext;
use self::respond::Responder;
use self::route::or_not_allowed;
pub(crate) use self::route::{named, or_fault};
pub(crate) use self::server_status::{Guards, ServerStatus};
pub use self::settings::Settings;
pub(crate) use self::tls::ServerTls;
pub use self::tls::{ClientCertificates, ServerTlsError, TlsSettings};
use crate::auth::Auth;
use crate::plugin::PluginRegistry;
use net::chain;
use net::descriptors::{self, ReserveLine};
use net::trace::RequestSpan;

/// Pause after a failed accept. The usual reason is a lack of file descriptors, for which a connection is closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Time for which shutdown still reads from connections that have not sent a request.
const LINGER: Duration = Duration::from_millis(250);

/// Budget of requests to private servers, whose callers wait longer than the agent.
const UNHURRIED: Duration = Duration::from_secs(3_600);

/// A server, not yet listening.
pub(crate) struct Server {
    guards: Guards,
    responder: Arc<Responder>,
    open: GracefulShutdown,
}

impl Server {
    /// Creates the public server, which answers the contract's questions with the plugins of `registry`, for callers
    /// that `auth` admits.
    ///
    /// # Errors
    ///
    /// Fails if its TLS certificates cannot be used.
    pub(crate) fn public(
        settings: &Settings,
        registry: Arc<PluginRegistry>,
        auth: Arc<Auth>,
    ) -> Result<Self, ServerTlsError> {
        let Settings { connections, head_time, write_time, drain_delay, grace, .. } = *settings;
        let tls = settings.tls.clone().map(ServerTls::open).transpose()?.map(Arc::new);
        let per_address = settings.per_address(auth.policy().admits_anybody());
        let (server, leaves_reserve) = ("public", true);
        let guards =
            Guards { server, connections, per_address, leaves_reserve, head_time, write_time, drain_delay, grace };
        let memory = registry.runtime().capacity().memory();
        let readiness = Readiness::requiring(settings.ready_plugins, Arc::clone(&registry));
        let server_status = ServerStatus::new(readiness, tls, &guards, memory);
        let base = &settings.base_path;
        // Unknown routes require authentication, too: unauthenticated clients must not learn which routes exist.
        let api = Arc::new(Api::new(settings, registry, Arc::clone(&auth), &server_status));
        let mcp = settings.mcp.then(|| Mcp::new(settings, Arc::clone(&api)));
        let questions = mcp.iter().fold(api::routes(api), |router, mcp| router.merge(mcp.routes()));
        let resource = mcp.as_ref().map(Mcp::resource);
        let gate = Gate { auth, resource: resource.clone() };
        let questions = or_fault(base.above(questions)).layer(from_fn_with_state(gate, authenticate::check));
        let page = resource.iter().fold(base.above(docs::routes()), |page, resource| page.merge(resource.routes()));
        // Probes that bypass the proxy do not know the base path.
        let health = server_status.readiness.clone().routes();
        let probes = if base.is_root() { health } else { base.above(health.clone()).merge(health) };
        let router = questions.merge(or_not_allowed(probes.merge(page)));
        let responder = Responder::new(router, settings.budget, server_status, RequestSpan::begin);
        Ok(Self::new(guards, responder.with_fault_forms(mcp::fault_forms(settings))))
    }

    /// Creates a private server, which answers with `router`. The router must handle every request. Requests are not
    /// traced.
    pub(crate) fn private(guards: Guards, router: Router, server_status: ServerStatus) -> Self {
        Self::new(guards, Responder::new(router, UNHURRIED, server_status, RequestSpan::none))
    }

    fn new(guards: Guards, responder: Responder) -> Self {
        Self { guards, responder: Arc::new(responder), open: GracefulShutdown::new() }
    }

    /// The status of the server.
    pub(crate) fn server_status(&self) -> &ServerStatus {
        self.responder.server_status()
    }

    /// Answers requests until `stop` resolves, and then shuts down gracefully.
    ///
    /// Readiness is off from then on. During the drain delay, load balancers learn of it, and connections are still
    /// accepted. Then the server serves the connections that the kernel has already accepted and requests that are on
    /// the wire of open ones. After the grace period, or once no call can still run, it closes the rest.
    pub(crate) async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = self.accept(&listener) => {}
            () = stop => {}
        }

        let Guards { drain_delay, grace, .. } = self.guards;
        self.server_status().readiness.drain();
        info!(connections = self.open.count(), drain_delay_ms = drain_delay.as_millis(), "draining");
        let _all_that_come = timeout(drain_delay, self.accept(&listener)).await;
        self.take_waiting(listener);
        // Requests already on the wire are read and answered, each with `Connection: close`.
        sleep(LINGER.min(grace)).await;
        // A request whose head is not complete by now is not answered any more: its client may take its time.
        self.pool().close_waiting();
        // After the budget of the last request, callers that do not read their answers are all that is left.
        let patience = grace.min(self.responder.budget());
        let pool = Arc::clone(self.pool());
        if timeout(patience, self.open.shutdown()).await.is_err() {
            let (connections, _) = pool.connections();
            warn!(connections, waited_ms = patience.as_millis(), "connections closed with requests still in flight");
        }
    }

    fn pool(&self) -> &Arc<ConnectionPool> {
        &self.server_status().pool
    }

    /// Accepts connections. Never returns.
    async fn accept(&self, listener: &TcpListener) {
        loop {
            // If every place is taken by a request, clients wait in the kernel's queue.
            self.pool().wait_for_slot().await;
            match listener.accept().await {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    match descriptors::is_exhaustion(&error) {
                        true => self.pool().lack_descriptor(),
                        false => warn!(error = %chain(&error), "failed to accept a connection"),
                    }
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Takes the connections that the kernel has accepted, and closes the listener.
    fn take_waiting(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        for _ in 0..self.pool().free() {
            match listener.accept() {
                Ok((stream, peer)) => {
                    let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                    let _ = stream.map(|stream| self.take(stream, peer));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => debug!(error = %chain(&error), "a connection was lost before it began"),
            }
        }
    }

    /// Serves one connection, in a task of its own.
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let is_spare = self.guards.leaves_reserve && descriptors::is_above(ReserveLine::Callers, &stream);
        if is_spare {
            self.pool().lack_descriptor();
            if descriptors::is_above(ReserveLine::Probes, &stream) {
                return;
            }
        }
        let Some(slot) = self.pool().enter(peer.ip(), is_spare) else { return };
        // An answer is written in one piece, so waiting for more bytes would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            return debug!(%peer, error = %chain(&error), "connection lost before it began");
        }
        let connection = Connection {
            peer,
            guards: self.guards,
            responder: Arc::clone(&self.responder),
            open: self.open.watcher(),
            count: self.server_status().requests.connection(),
            slot,
        };
        tokio::spawn(connection.serve(stream));
    }
}
