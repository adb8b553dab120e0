//! The HTTP client of the storm: a bounded pool of kept connections, no more of them than needed.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The time after which a caller gives up, far beyond the host's promise.
const PATIENCE: Duration = Duration::from_secs(20);

/// The client of one host.
pub(crate) struct Client {
    address: SocketAddr,
    idle: Mutex<Vec<SendRequest<Empty<Bytes>>>>,
    free: Semaphore,
}

/// An answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// The time from sending the request to having read the answer.
    pub(crate) took: Duration,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, connections: usize) -> Self {
        Self { address, idle: Mutex::default(), free: Semaphore::new(connections) }
    }

    /// Sends a `GET`, with an API key if there is one. Returns `None` if the host is gone, closes the connection, or does not answer for long.
    pub(crate) async fn get(&self, target: &str, key: Option<&str>) -> Option<Answer> {
        let _permit = self.free.acquire().await.expect("the semaphore is never closed");
        let begun = Instant::now();
        let exchanged = timeout(PATIENCE, async {
            // A kept connection may have been closed meanwhile, which is not a failure.
            if let Some(kept) = self.kept()
                && let Some(answer) = self.exchange(kept, target, key).await
            {
                return Some(answer);
            }
            let fresh = self.connect().await?;
            self.exchange(fresh, target, key).await
        });
        let (status, body) = exchanged.await.ok()??;
        Some(Answer { status, body, took: begun.elapsed() })
    }

    /// Sends a `GET`, and disconnects before there can be an answer.
    pub(crate) async fn get_and_leave(&self, target: &str) -> Option<()> {
        const MEANWHILE: Duration = Duration::from_millis(20);

        let _permit = self.free.acquire().await.expect("the semaphore is never closed");
        let connection = self.connect().await?;
        // Dropping the sender drops the connection.
        let _ = timeout(MEANWHILE, self.exchange(connection, target, None)).await;
        Some(())
    }

    fn kept(&self) -> Option<SendRequest<Empty<Bytes>>> {
        let mut idle = self.idle.lock().expect("nobody panics with it");
        std::iter::from_fn(|| idle.pop()).find(|kept| kept.is_ready())
    }

    async fn connect(&self) -> Option<SendRequest<Empty<Bytes>>> {
        let stream = TcpStream::connect(self.address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(sender)
    }

    async fn exchange(
        &self,
        mut sender: SendRequest<Empty<Bytes>>,
        target: &str,
        key: Option<&str>,
    ) -> Option<(u16, Bytes)> {
        let request = Request::get(target).header(HOST, self.address.to_string());
        let request = key.into_iter().fold(request, |request, key| request.header("x-api-key", key));
        let request = request.body(Empty::new()).expect("targets and keys are valid");
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.ok()?.to_bytes();
        self.idle.lock().expect("nobody panics with it").push(sender);
        Some((status, body))
    }
}
