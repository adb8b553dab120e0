//! Settings of the public server.

use std::net::SocketAddr;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{BasePath, PublicName, ReadyPlugins, TlsSettings, listen_address};
use admission::Rate;
use contract::values::{Size, Time, duration, size};

/// Settings of the public server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Address to listen at.
    #[serde(deserialize_with = "listen_address::setting")]
    pub listen: SocketAddr,
    /// Prefix of every route's path.
    pub base_path: BasePath,
    /// Name by which callers reach the host, for the definitions that it serves. Without it they are not served.
    pub public_name: Option<PublicName>,
    /// Files of the certificates. Without it, connections are not encrypted.
    pub tls: Option<TlsSettings>,
    /// Time from the head of a request to its complete answer. The agent gives up after five seconds.
    #[serde(skip)]
    pub budget: Duration,
    /// Largest body. Mail threads are large.
    #[serde(skip)]
    pub body: ByteSize,
    /// Time for a body to arrive.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub body_time: Duration,
    /// Time for the head of a request to arrive, and for an idle connection to be kept.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub head_time: Duration,
    /// Time for which a client may read nothing of its answer. It may take six times as long for the whole answer.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub write_time: Duration,
    /// Most concurrent connections. For a further one, the one that has waited longest for a request is closed.
    pub connections: usize,
    /// Most concurrent connections of one client address, or of one /64 network of IPv6. By default a quarter of
    /// `connections`; none on loopback and for anonymous callers, as there may be a proxy in front of the host.
    pub connections_per_address: Option<usize>,
    /// True if models may call the tools of the host by the Model Context Protocol.
    pub mcp: bool,
    /// Largest answer of a tool. What does not fit is left to the next page.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub tool_answer: ByteSize,
    /// True if answers and errors name the providers that failed.
    pub name_providers: bool,
    /// Plugins that the host must serve to be ready.
    pub ready_plugins: ReadyPlugins,
    /// Time for which shutdown accepts connections after readiness is off; none by default.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub drain_delay: Duration,
    /// Time that shutdown waits for requests in flight.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub grace: Duration,
    /// Rate limit per caller: the identity that a token or key proves, or else the address of the connection. No limit
    /// by default.
    #[serde(skip)]
    pub caller_rate: Option<Rate>,
}

/// A loopback address, and the product's budget.
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
            connections_per_address: None,
            mcp: true,
            tool_answer: ByteSize::kib(16),
            name_providers: true,
            ready_plugins: ReadyPlugins::None,
            drain_delay: Duration::ZERO,
            grace: Duration::from_secs(10),
            caller_rate: None,
        }
    }
}

impl Settings {
    /// The most concurrent connections of one client address. A proxy's address stands for all callers.
    pub(super) fn per_address(&self, is_proxied: bool) -> Option<usize> {
        let is_proxied = is_proxied || self.listen.ip().to_canonical().is_loopback();
        self.connections_per_address.or_else(|| (!is_proxied).then(|| (self.connections / 4).max(1)))
    }
}
