//! Egress connector: connects only to addresses that the plugin may reach.
//!
//! It relies on no earlier check. It holds the grants and checks each connection by its resolved address, so a
//! bug in an earlier check does not open the network (SSRF).

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tower_service::Service;
use url::Url;

use super::repeat::AnsweredMark;
use super::resolve::{Resolve, SystemResolver};
use super::{ParsedGrant, PluginClientError, Shared};
use crate::address;
use crate::grants::Network;
use crate::listening::Listening;
use crate::origin::Origin;
use net::descriptors::{self, Descriptor, ReserveLine};
use net::proxy::Proxy;
use net::tls::{Tls, trusting_nobody};
use rustls::ClientConfig;

/// The most connections of one plugin that are kept for further requests. A connection beyond these is closed
/// after its request: a wildcard grant covers any number of hosts, and each open connection takes a descriptor.
const KEPT: usize = 256;

/// The longest time for connecting, TLS included.
const LONGEST: Duration = Duration::from_secs(2);

type BoxedCause = Box<dyn std::error::Error + Send + Sync>;

/// The reason there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// The plugin may reach none of the host's addresses.
    #[error("`{host}` is {why}")]
    Refused { host: String, why: String },
    #[error("`{host}` is not found")]
    Lookup {
        host: String,
        #[source]
        source: io::Error,
    },
    #[error("`{host}` does not accept the connection")]
    Connect {
        host: String,
        #[source]
        source: io::Error,
    },
    #[error("the connection took longer than {} ms", .0.as_millis())]
    TimedOut(Duration),
}

/// Nearly all file descriptors of the host are open, which is no fault of the backend.
#[derive(Debug, thiserror::Error)]
#[error("the host has too few file descriptors")]
pub(super) struct TooFewDescriptors;

/// Connects by TCP, and by TLS if the URL says so, within a time.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: Tcp,
    trust: Trust,
    time: Duration,
}

/// The servers that are trusted.
#[derive(Clone)]
enum Trust {
    /// Those with these certificates, which may change.
    Certificates(Arc<Tls>),
    /// None, as nothing is granted by TLS.
    Nobody(Arc<ClientConfig>),
}

impl Connector {
    pub(super) fn new(granted: Arc<[ParsedGrant]>, shared: &Shared) -> Result<Self, PluginClientError> {
        let trust = if ParsedGrant::any_https(&granted) {
            shared.tls.config()?;
            Trust::Certificates(Arc::clone(&shared.tls))
        } else {
            Trust::Nobody(trusting_nobody())
        };
        let resolver = Arc::new(SystemResolver::new(shared.handle.clone()));
        let listening = shared.listening.clone();
        let proxy = shared.settings.proxy.clone();
        let tcp = Tcp { granted, resolver, listening, proxy, kept: Arc::new(Semaphore::new(KEPT)) };
        Ok(Self { tcp, trust, time: shared.settings.connect_time.min(LONGEST) })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Tracked>;
    type Error = BoxedCause;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxedCause>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxedCause>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let (tcp, trust, time) = (self.tcp.clone(), self.trust.clone(), self.time);
        Box::pin(async move {
            let tls = match trust {
                // Read before, so nothing waits for the disk here.
                Trust::Certificates(tls) => tls.config()?,
                Trust::Nobody(tls) => tls,
            };
            let connecting = HttpsConnector::from((tcp, tls)).call(to);
            timeout(time, connecting).await.map_err(|_| ConnectError::TimedOut(time))?
        })
    }
}

/// Connects by TCP to a checked address.
#[derive(Clone)]
struct Tcp {
    granted: Arc<[ParsedGrant]>,
    resolver: Arc<dyn Resolve>,
    listening: Listening,
    proxy: Option<Proxy>,
    kept: Arc<Semaphore>,
}

impl Service<Uri> for Tcp {
    type Response = Tracked;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Tracked, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let tcp = self.clone();
        Box::pin(async move {
            let stream = tcp.connect(&to).await?;
            Ok(Tracked { stream: TokioIo::new(stream), kept: tcp.kept.try_acquire_owned().ok() })
        })
    }
}

impl Tcp {
    async fn connect(&self, to: &Uri) -> Result<TcpStream, ConnectError> {
        let refused = |why: String| ConnectError::Refused { host: to.host().unwrap_or_default().to_owned(), why };
        let origin = Url::parse(&to.to_string()).ok().and_then(|url| Origin::of(&url));
        let origin = origin.ok_or_else(|| refused("no host".to_owned()))?;
        let networks = self.networks(&origin).ok_or_else(|| refused("not granted".to_owned()))?;
        let host = || origin.host().to_owned();

        // One lookup only: the address that is checked is the one that is connected to.
        let found = match origin.address() {
            Some(address) => vec![SocketAddr::new(address, origin.port())],
            None => {
                let found = self.resolver.resolve(origin.host(), origin.port()).await;
                let found = found.map_err(|source| ConnectError::Lookup { host: host(), source })?;
                // A secret may go there unencrypted, whatever the resolver of this machine makes of the name.
                let is_meant = |address: &SocketAddr| !origin.is_localhost() || address.ip().is_loopback();
                found.into_iter().filter(is_meant).collect()
            }
        };
        let allowed = self.allowed(&found, &networks).map_err(refused)?;
        let connected = connect_to_any(&allowed, self.proxy.as_ref()).await;
        connected.map_err(|source| ConnectError::Connect { host: host(), source })
    }

    /// Returns the networks granted for `origin` besides the public one; `None` if it is not granted.
    fn networks(&self, origin: &Origin) -> Option<Vec<Network>> {
        let mut covering = self.granted.iter().filter(|granted| granted.origin.covers(origin)).peekable();
        covering.peek()?;
        Some(covering.flat_map(|granted| granted.grant.networks.iter().copied()).collect())
    }

    /// Returns those of `found` that may be connected to.
    ///
    /// # Errors
    ///
    /// Fails if there is none, with the reason for the first.
    fn allowed(&self, found: &[SocketAddr], networks: &[Network]) -> Result<Vec<SocketAddr>, String> {
        let judge = |address: &SocketAddr| {
            address::check(*address, networks).map_err(|refused| refused.to_string())?;
            if self.listening.is_reached_at(*address) {
                return Err("this host itself".to_owned());
            }
            Ok(*address)
        };
        let allowed: Vec<_> = found.iter().filter_map(|address| judge(address).ok()).collect();
        match found.first() {
            None => Err("a name without addresses".to_owned()),
            Some(first) if allowed.is_empty() => Err(judge(first).expect_err("none is allowed")),
            Some(_) => Ok(allowed),
        }
    }
}

/// Returns a socket, unless nearly all descriptors are open: the others are for callers and operators.
fn unless_scarce<S: Descriptor>(socket: S) -> io::Result<S> {
    if !descriptors::is_above(ReserveLine::Plugins, &socket) {
        return Ok(socket);
    }
    descriptors::note_lack("plugins");
    Err(io::Error::other(TooFewDescriptors))
}

/// Tries the addresses one by one, each with its share of the longest time.
async fn connect_to_any(addresses: &[SocketAddr], proxy: Option<&Proxy>) -> io::Result<TcpStream> {
    let until = Instant::now() + LONGEST;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for (index, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let others = u32::try_from(addresses.len() - index).expect("addresses are few");
        match timeout_at(Instant::now() + left / others, reach(*address, proxy)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_elapsed) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

/// Connects to a checked address, by a tunnel through the proxy if the address is public. The proxy is given the address
/// and never the name, which it could look up otherwise.
async fn reach(address: SocketAddr, proxy: Option<&Proxy>) -> io::Result<TcpStream> {
    let is_public = address::check(address, &[]).is_ok();
    if let Some(proxy) = proxy.filter(|_| is_public) {
        let to = SocketAddr::new(address.ip().to_canonical(), address.port());
        return proxy.tunnel(&to.to_string()).await.map_err(io::Error::other).and_then(unless_scarce);
    }
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Before it connects: an address that does not answer holds its descriptor for seconds.
    let socket = unless_scarce(socket)?;
    // A request is written in one piece, so there is nothing to wait for.
    socket.set_nodelay(true)?;
    socket.connect(address).await
}

/// A connection, with a permit if it is kept after its request.
pub(super) struct Tracked {
    stream: TokioIo<TcpStream>,
    kept: Option<OwnedSemaphorePermit>,
}

impl Connection for Tracked {
    fn connected(&self) -> Connected {
        let connected = Connected::new().extra(AnsweredMark::default());
        if self.kept.is_none() {
            // The pool drops a poisoned connection after its request.
            connected.poison();
        }
        connected
    }
}

impl Read for Tracked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Tracked {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests;
