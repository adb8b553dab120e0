//! One bounded HTTP/1.1 fetch, for every request that the host or its command line sends for itself.
//!
//! It bounds the bytes of a response and the time of the exchange, and follows no redirect. Which URLs and statuses are
//! acceptable is for its users to decide. It is no way for guests: it connects to whatever address a name leads to.

mod routed;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::PROXY_AUTHORIZATION;
use hyper::{Request, Response, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::routed::RoutedConnector;
use crate::proxy::{Proxies, Proxy};

/// The error of the HTTP library that caused ours.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// The connections of a client.
pub struct Connections {
    /// The servers that are trusted.
    pub tls: Arc<ClientConfig>,
    /// The time limit of connecting by TCP; the system's if absent.
    pub connect_time: Option<Duration>,
    /// The treatment of idle connections.
    pub idle: Idle,
    /// The proxies that requests go through.
    pub proxies: Arc<Proxies>,
}

/// The treatment of a connection after its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Kept for further requests.
    Keep,
    /// Closed.
    Close,
}

/// The bounds of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// The bytes of the response's body.
    pub bytes: usize,
    /// The time from connecting to the last byte; unlimited if absent.
    pub time: Option<Duration>,
    /// The responses whose body is read.
    pub read: ReadBody,
}

/// The responses whose body is read. Others are returned with an empty one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBody {
    /// All of them.
    Always,
    /// Those of status 200.
    IfOk,
}

/// An exchange that gave no whole response. Its text and cause are those of the library's error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No head of a response: there is no connection, or it broke off.
    #[error(transparent)]
    Send(Cause),
    /// The body broke off, or is too large.
    #[error(transparent)]
    Body(Cause),
    /// The exchange took longer than allowed.
    #[error(transparent)]
    TimedOut(#[from] Elapsed),
}

/// A client for HTTP and HTTPS. A clone shares its connections.
#[derive(Clone, Debug)]
pub struct HttpClient(Arc<ArcSwap<ClientPool>>);

/// The connections of a client.
#[derive(Debug)]
struct ClientPool {
    pool: legacy::Client<HttpsConnector<RoutedConnector>, Full<Bytes>>,
    proxies: Arc<Proxies>,
}

impl HttpClient {
    /// Creates a client. It connects when it sends.
    #[must_use]
    pub fn new(connections: Connections) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(ClientPool::new(connections))))
    }

    /// Replaces the connections, of all clones. Requests in flight end on those that they began with.
    pub fn reconnect(&self, connections: Connections) {
        self.0.store(Arc::new(ClientPool::new(connections)));
    }

    /// Sends a request, and returns the head of the response with a body that is still to be read. Nothing bounds the
    /// time. A status is no error.
    ///
    /// # Errors
    ///
    /// Fails if there is no head of a response.
    pub async fn begin(&self, request: Request<Bytes>) -> Result<Response<Incoming>, Error> {
        self.0.load_full().begin(request).await
    }

    /// Sends a request and reads the response. A status is no error.
    ///
    /// # Errors
    ///
    /// Fails if there is no whole response within the limits.
    pub async fn fetch(&self, request: Request<Bytes>, limits: FetchLimits) -> Result<Response<Bytes>, Error> {
        let pool = self.0.load_full();
        let exchange = pool.exchange(request, limits);
        match limits.time {
            Some(time) => timeout(time, exchange).await?,
            None => exchange.await,
        }
    }
}

impl ClientPool {
    fn new(connections: Connections) -> Self {
        let Connections { tls, connect_time, idle, proxies } = connections;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(connect_time);
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        if idle == Idle::Close {
            builder.pool_max_idle_per_host(0);
        }
        let connector = RoutedConnector { tcp, proxies: Arc::clone(&proxies) };
        Self { pool: builder.build((connector, tls).into()), proxies }
    }

    async fn begin(&self, mut request: Request<Bytes>) -> Result<Response<Incoming>, Error> {
        // A proxy reads requests without TLS. For others it has the credentials from the tunnel's.
        if request.uri().scheme_str() == Some("http")
            && let Some(authorization) = self.proxies.of(request.uri()).and_then(Proxy::authorization)
        {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        let response = self.pool.request(request.map(Full::new)).await;
        response.map_err(|error| Error::Send(error.into()))
    }

    async fn exchange(&self, request: Request<Bytes>, limits: FetchLimits) -> Result<Response<Bytes>, Error> {
        let (head, body) = self.begin(request).await?.into_parts();
        let body = match limits.read {
            ReadBody::IfOk if head.status != StatusCode::OK => Bytes::new(),
            ReadBody::IfOk | ReadBody::Always => read_body(body, limits.bytes).await.map_err(Error::Body)?,
        };
        Ok(Response::from_parts(head, body))
    }
}

/// Reads a whole body of at most `most` bytes.
///
/// # Errors
///
/// Fails if the body breaks off or is larger; [`is_too_large`] tells them apart.
pub async fn read_body<B>(body: B, most: usize) -> Result<Bytes, Cause>
where
    B: Body<Error: Into<Cause>>,
{
    Ok(Limited::new(body, most).collect().await?.to_bytes())
}

/// Returns whether a body was not read because it is too large.
#[must_use]
pub fn is_too_large(error: &Cause) -> bool {
    error.is::<LengthLimitError>()
}

#[cfg(test)]
mod tests;
