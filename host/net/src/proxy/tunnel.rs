//! Tunnels through a proxy (RFC 9110, section 9.3.6).

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Proxy;

/// Bytes of the longest answer of a proxy.
const ANSWER: usize = 8 << 10;

/// The reason there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub enum TunnelError {
    /// The proxy does not accept the connection, or breaks it off.
    #[error("the proxy {proxy} cannot be reached: {source}")]
    Unreachable {
        /// The proxy.
        proxy: String,
        /// The reason.
        source: io::Error,
    },
    /// The proxy refuses the destination.
    #[error("the proxy {proxy} answers CONNECT {to} with status {status}")]
    Refused {
        /// The proxy.
        proxy: String,
        /// The destination.
        to: String,
        /// The status of its answer.
        status: u16,
    },
    /// The proxy's answer is not HTTP.
    #[error("the proxy {proxy} does not answer CONNECT by HTTP")]
    NoHttp {
        /// The proxy.
        proxy: String,
    },
}

impl Proxy {
    /// Connects to the proxy itself.
    ///
    /// # Errors
    ///
    /// Fails if it does not accept the connection.
    pub(crate) async fn connect(&self) -> Result<TcpStream, TunnelError> {
        let host = self.host.trim_matches(['[', ']']);
        let connected = async {
            let stream = TcpStream::connect((host, self.port)).await?;
            stream.set_nodelay(true)?;
            Ok(stream)
        };
        connected.await.map_err(|source| self.unreachable(source))
    }

    /// Returns a connection through the proxy to `to`, a host and a port.
    ///
    /// # Errors
    ///
    /// Fails if the proxy cannot be reached or refuses.
    pub async fn tunnel(&self, to: &str) -> Result<TcpStream, TunnelError> {
        let mut stream = self.connect().await?;
        let mut head = format!("CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n").into_bytes();
        if let Some(authorization) = &self.authorization {
            head.extend([b"proxy-authorization: ", authorization.as_bytes(), b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        let answer = async {
            stream.write_all(&head).await?;
            read_head(&mut stream).await
        };
        let answer = answer.await.map_err(|source| self.unreachable(source))?;
        match status(&answer) {
            Some(200..=299) => Ok(stream),
            Some(status) => Err(TunnelError::Refused { proxy: self.to_string(), to: to.to_owned(), status }),
            None => Err(TunnelError::NoHttp { proxy: self.to_string() }),
        }
    }

    fn unreachable(&self, source: io::Error) -> TunnelError {
        TunnelError::Unreachable { proxy: self.to_string(), source }
    }
}

/// Reads the head of an answer, and no byte beyond it: those belong to the tunnel.
async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == ANSWER {
            return Err(io::Error::other("its answer is too long"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// Returns the status of an answer.
fn status(head: &[u8]) -> Option<u16> {
    let line = str::from_utf8(head.split(|byte| *byte == b'\r').next()?).ok()?;
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}
