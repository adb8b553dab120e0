//! The limits of a server and its status.

use std::sync::Arc;
use std::time::Duration;

use super::pool::{ConnectionPool, PoolLimits};
use super::readiness::Readiness;
use super::tls::ServerTls;
use admission::{Capacity, SharedMemory};
use net::telemetry::metrics::Requests;

/// Limits of a server's connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards {
    /// The server's name in the log.
    pub(crate) server: &'static str,
    /// Most concurrent connections, without a reserve for probes.
    pub(crate) connections: usize,
    /// Most concurrent connections of one client address.
    pub(crate) per_address: Option<usize>,
    /// True if connections on the last descriptors of the process are for probes alone.
    pub(crate) leaves_reserve: bool,
    /// Time for the head of a request to arrive.
    pub(crate) head_time: Duration,
    /// Time for which a client may read nothing of its answer. It may take six times as long for the whole answer.
    pub(crate) write_time: Duration,
    /// Time for which shutdown still accepts connections.
    pub(crate) drain_delay: Duration,
    /// Time that shutdown waits for requests in flight.
    pub(crate) grace: Duration,
}

/// The status of a server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct ServerStatus {
    /// Readiness for requests.
    pub(crate) readiness: Readiness,
    /// Metrics of its requests.
    pub(crate) requests: Requests,
    /// TLS of its connections, if it has any.
    pub(crate) tls: Option<Arc<ServerTls>>,
    /// Its connections.
    pub(crate) pool: Arc<ConnectionPool>,
    /// The memory that answers count in until they are read.
    pub(crate) memory: Arc<SharedMemory>,
}

impl ServerStatus {
    /// Creates the status of a server whose heads of requests and unread answers count in `memory`.
    pub(crate) fn new(
        readiness: Readiness,
        tls: Option<Arc<ServerTls>>,
        guards: &Guards,
        memory: &Arc<SharedMemory>,
    ) -> Self {
        let Guards { server, connections, per_address, .. } = *guards;
        let requests = Requests::default();
        let limits = PoolLimits { server, connections, per_address, memory: Arc::clone(memory) };
        let pool = ConnectionPool::new(limits, &requests);
        Self { readiness, requests, tls, pool, memory: Arc::clone(memory) }
    }

    /// Follows the load of `capacity` and of the connections for as long as it is polled.
    pub(crate) async fn follow_load(self, capacity: Arc<Capacity>) {
        self.readiness.follow(&capacity, &self.pool).await;
    }
}
