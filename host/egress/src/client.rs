//! Outgoing HTTP: one checked client for both interfaces that plugins have, `http-client` and `wasi:http`.
//!
//! A request is checked against the grants (`check`) and waits for the limits on its plugin's and its call's
//! concurrent requests (`usage`). Then the plugin's own connection pool sends it. The connector
//! (`connector`) checks the address of each new connection. Connections belong to a plugin, not to a call. A request
//! whose kept connection the backend closes is repeated if it is idempotent (`repeat`). A backend that does not respond
//! is not tried for a while (`breakers`).
//!
//! All of this runs on the answering threads, as a guest's thread must not wait for a socket. Redirects are
//! returned like other responses, a proxy is used only if a setting names one, and nothing is decompressed.

mod body;
mod breakers;
mod call;
mod check;
mod connector;
mod exchange;
pub mod headers;
mod repeat;
mod resolve;
mod text;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytesize::ByteSize;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper_util::client::legacy;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::runtime::Handle;

use self::body::Outgoing;
pub use self::body::SendBody;
use self::breakers::Breakers;
#[cfg(fuzzing)]
pub(crate) use self::check::read_url;
use self::connector::Connector;
pub use self::exchange::Times;
pub(super) use self::usage::CallUsage;
pub use self::usage::REQUESTS;
use super::denials::EgressDenials;
use super::grants::HttpGrant;
use super::listening::Listening;
use super::origin::{Origin, OriginError};
use super::secrets::Secrets;
use admission::FairPermits;
use contract::values::{Secret, Size, Time, duration, size};
use net::proxy::Proxy;
use net::tls::{Tls, TlsError};

/// The most idle connections kept per origin.
const IDLE_CONNECTIONS: usize = 8;

/// The time for which an idle connection is kept.
const IDLE_TIME: Duration = Duration::from_secs(60);

/// The most headers of a response.
const RESPONSE_HEADERS: usize = 100;

/// Bytes of the largest response head, and of the read buffer for the body.
pub const RESPONSE_HEAD: usize = 64 << 10;

/// Limits on the requests of every plugin.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Certificates that backends are trusted by, as PEM; the system's if absent.
    pub ca_file: Option<PathBuf>,
    /// Time to connect to a backend, TLS included; at most 2 s, and what the call has left.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub connect_time: Duration,
    /// Bytes of the largest request body.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub request_body: ByteSize,
    /// Bytes of the largest response body.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub response_body: ByteSize,
    /// The proxy that connections to public addresses go through. Addresses are looked up and checked here, and the
    /// proxy is asked for a tunnel to the address; granted networks are reached directly.
    #[schemars(with = "Option<Secret>")]
    pub proxy: Option<Proxy>,
    /// The most concurrent requests of one plugin, over all its calls. Further requests wait as long as they
    /// have time. By default as many as its calls may have, six each, so that none waits.
    pub requests_at_once: Option<usize>,
    /// The number of consecutive failures to connect, or to respond in time, after which requests to a backend fail at
    /// once; zero for never.
    pub suspend_after: u32,
    /// The longest pause before such a backend is tried again.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub suspend_at_most: Duration,
}

/// The defaults: the system's roots, 2 s, 1 MiB each way, no proxy, no limit on concurrent requests but that of each
/// call; five failures suspend a backend, for ten seconds at most.
impl Default for Settings {
    fn default() -> Self {
        Self {
            ca_file: None,
            connect_time: Duration::from_secs(2),
            request_body: ByteSize::mib(1),
            response_body: ByteSize::mib(1),
            proxy: None,
            requests_at_once: None,
            suspend_after: 5,
            suspend_at_most: Duration::from_secs(10),
        }
    }
}

/// A plugin's request before it is checked.
#[derive(Clone, Debug)]
pub struct OutgoingRequest {
    /// The method as the plugin wrote it.
    pub method: String,
    /// The URL as the plugin wrote it.
    pub url: String,
    /// Names and values of headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// A complete response.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

/// The reason there is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No grant covers the request. Names the missing grant.
    #[error("not granted: {0}")]
    NotGranted(String),
    /// A plugin may not send such a request.
    #[error("invalid request: {0}")]
    Invalid(String),
    /// The time of the request, or of its call, has run out.
    #[error("timed out")]
    TimedOut,
    /// The connection could not be made, or broke.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// The request or its response is larger than allowed.
    #[error("too large")]
    TooLarge,
    /// The call has sent as many requests as it may.
    #[error("over quota")]
    OverQuota,
}

impl Error {
    /// Returns the name in traces.
    fn name(&self) -> &'static str {
        match self {
            Self::NotGranted(_) => "not-granted",
            Self::Invalid(_) => "invalid-request",
            Self::TimedOut => "timed-out",
            Self::Unreachable(_) => "unreachable",
            Self::TooLarge => "too-large",
            Self::OverQuota => "over-quota",
        }
    }
}

/// The HTTP client of one plugin.
pub(super) struct PluginClient {
    /// The plugin's name, for error texts.
    plugin: Arc<str>,
    granted: Arc<[ParsedGrant]>,
    secrets: Arc<Secrets>,
    /// Sends requests on kept connections.
    pool: legacy::Client<Connector, Outgoing>,
    /// Sends each request on a connection of its own.
    fresh: legacy::Client<Connector, Outgoing>,
    /// Permits for concurrent requests, if their number is limited.
    at_once: Option<Arc<FairPermits>>,
    breakers: Arc<Breakers>,
    settings: Arc<Settings>,
    handle: Handle,
}

/// One grant, parsed.
#[derive(Debug)]
struct ParsedGrant {
    origin: Origin,
    grant: HttpGrant,
}

/// Parts that all clients share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) settings: Arc<Settings>,
    pub(super) tls: Arc<Tls>,
    pub(super) listening: Listening,
    /// The runtime that drives requests and connections.
    pub(super) handle: Handle,
}

/// A plugin's HTTP client cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum PluginClientError {
    /// A granted origin is not valid.
    #[error("the origin `{origin}` {source}")]
    Origin {
        /// The origin as the settings write it.
        origin: String,
        /// The reason.
        source: OriginError,
    },
    /// There are no certificates to trust.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl PluginClient {
    pub(super) fn new(
        plugin: Arc<str>,
        grants: &[HttpGrant],
        secrets: Arc<Secrets>,
        denials: Arc<EgressDenials>,
        shared: &Shared,
    ) -> Result<Self, PluginClientError> {
        let granted: Arc<[ParsedGrant]> = grants.iter().map(ParsedGrant::parse).collect::<Result<_, _>>()?;
        let connector = Connector::new(Arc::clone(&granted), shared)?;
        let client = |kept: usize| {
            legacy::Client::builder(exchange::On(shared.handle.clone()))
                .pool_timer(hyper_util::rt::TokioTimer::new())
                .pool_idle_timeout(IDLE_TIME)
                .pool_max_idle_per_host(kept)
                .http1_max_headers(RESPONSE_HEADERS)
                .http1_max_buf_size(RESPONSE_HEAD)
                .build(connector.clone())
        };
        let (pool, fresh) = (client(IDLE_CONNECTIONS), client(0));
        let at_once = shared.settings.requests_at_once.map(|size| Arc::new(FairPermits::new(size)));
        let (settings, handle) = (Arc::clone(&shared.settings), shared.handle.clone());
        let (after, at_most) = (settings.suspend_after, settings.suspend_at_most);
        let breakers = Arc::new(Breakers::new(Arc::clone(&plugin), denials, after, at_most));
        Ok(Self { plugin, granted, secrets, pool, fresh, at_once, breakers, settings, handle })
    }

    /// Returns the number of backends to which requests fail at once.
    pub(super) fn backends_down(&self) -> usize {
        self.breakers.open()
    }
}

impl ParsedGrant {
    fn parse(grant: &HttpGrant) -> Result<Self, PluginClientError> {
        let fails = |source| PluginClientError::Origin { origin: grant.origin.clone(), source };
        Ok(Self { origin: Origin::parse(&grant.origin).map_err(fails)?, grant: grant.clone() })
    }

    /// Returns whether any of `granted` uses TLS and so needs trusted certificates.
    fn any_https(granted: &[Self]) -> bool {
        granted.iter().any(|granted| granted.origin.is_https())
    }
}

/// A response whose body is still being received.
type Coming = hyper::Response<Incoming>;

/// Bytes of a body.
type Chunk = Bytes;
