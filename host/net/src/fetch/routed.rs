//! Connects to a server directly or by a proxy.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::Cause;
use crate::proxy::{Proxies, Proxy};

/// Connects directly, or by the proxy of the destination.
#[derive(Clone, Debug)]
pub(super) struct RoutedConnector {
    pub(super) tcp: HttpConnector,
    pub(super) proxies: Arc<Proxies>,
}

impl Service<Uri> for RoutedConnector {
    type Response = RoutedStream;
    type Error = Cause;
    type Future = Pin<Box<dyn Future<Output = Result<RoutedStream, Cause>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        if let Some(proxy) = self.proxies.of(&to).cloned() {
            return Box::pin(async move { RoutedStream::through(&proxy, &to).await });
        }
        let connecting = self.tcp.call(to);
        Box::pin(async move { Ok(RoutedStream { stream: connecting.await?, is_read_by_proxy: false }) })
    }
}

/// A connection.
pub(super) struct RoutedStream {
    stream: TokioIo<TcpStream>,
    /// True if a proxy reads the requests, which then name the whole URL; false in a tunnel.
    is_read_by_proxy: bool,
}

impl RoutedStream {
    async fn through(proxy: &Proxy, to: &Uri) -> Result<Self, Cause> {
        let is_tunnel = to.scheme_str() == Some("https");
        let stream = if is_tunnel {
            let host = to.host().unwrap_or_default();
            proxy.tunnel(&format!("{host}:{}", to.port_u16().unwrap_or(443))).await?
        } else {
            proxy.connect().await?
        };
        Ok(Self { stream: TokioIo::new(stream), is_read_by_proxy: !is_tunnel })
    }
}

impl Connection for RoutedStream {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_read_by_proxy)
    }
}

impl Read for RoutedStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl Write for RoutedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
