use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::CallEgress;
use crate::client::call::tests::call_at;
use crate::client::{Error, OutgoingRequest, SendBody, Times};

/// The end of a connection.
#[derive(Clone, Copy, Debug)]
enum End {
    Closed,
    /// Closed with the request unread, which resets the connection.
    Reset,
    /// Silent.
    Hangs,
}

/// A backend that answers the first request on each of its first connections, and ends each connection at the next.
struct ClosingBackend {
    origin: String,
    requests: Arc<AtomicUsize>,
}

impl ClosingBackend {
    async fn start(end: End, answering: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections += 1;
                tokio::spawn(serve(stream, end, connections <= answering, Arc::clone(&count)));
            }
        });
        Self { origin, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Sends two requests, the second on the connection of the first, and returns the result of the second.
    async fn second(&self, method: &str) -> Result<u16, Error> {
        let (call, _) = call_at(&self.origin, 1 << 20);
        send(&call, &self.origin, "GET").await.expect("the first is answered");
        send(&call, &self.origin, method).await
    }
}

/// Serves a connection. The tests' requests arrive in one piece.
async fn serve(mut stream: TcpStream, end: End, answers: bool, requests: Arc<AtomicUsize>) {
    if answers {
        let _ = stream.read(&mut [0; 1024]).await;
        requests.fetch_add(1, Ordering::SeqCst);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    }
    // The client may close the connection instead.
    if stream.peek(&mut [0]).await.is_ok_and(|bytes| bytes > 0) {
        requests.fetch_add(1, Ordering::SeqCst);
    }
    match end {
        End::Reset => {}
        End::Closed => {
            let _ = stream.read(&mut [0; 1024]).await;
        }
        End::Hangs => std::future::pending().await,
    }
}

fn request(origin: &str, method: &str) -> OutgoingRequest {
    OutgoingRequest { method: method.to_owned(), url: origin.to_owned(), headers: Vec::new() }
}

async fn send(call: &CallEgress, origin: &str, method: &str) -> Result<u16, Error> {
    let body = Some("a body".to_owned());
    let sent = call.send(request(origin, method), body, Some(Duration::from_secs(20))).await;
    // The connection returns to the pool after its response was read.
    tokio::task::yield_now().await;
    sent.map(|(response, _)| response.status)
}

#[tokio::test]
async fn an_idempotent_request_is_repeated_when_its_kept_connection_is_closed() {
    for end in [End::Closed, End::Reset] {
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            let backend = ClosingBackend::start(end, 2).await;

            assert_eq!(backend.second(method).await, Ok(200), "{end:?} {method}");
            assert_eq!(backend.requests(), 3, "{end:?} {method}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_not_idempotent_is_sent_once() {
    for end in [End::Closed, End::Reset] {
        for method in ["POST", "PATCH", "REPORT"] {
            let backend = ClosingBackend::start(end, 2).await;

            let error = backend.second(method).await.expect_err("it is not repeated");

            assert!(matches!(error, Error::Unreachable(_)), "{end:?} {method}: {error}");
            assert_eq!(backend.requests(), 2, "{end:?} {method}");
        }
    }
}

#[tokio::test]
async fn a_request_is_repeated_once() {
    let backend = ClosingBackend::start(End::Closed, 1).await;

    assert!(matches!(backend.second("GET").await, Err(Error::Unreachable(_))));
    assert_eq!(backend.requests(), 3);
}

#[tokio::test]
async fn a_request_on_a_new_connection_is_not_repeated() {
    let backend = ClosingBackend::start(End::Closed, 0).await;
    let (call, _) = call_at(&backend.origin, 1 << 20);

    assert!(matches!(send(&call, &backend.origin, "GET").await, Err(Error::Unreachable(_))));
    assert_eq!(backend.requests(), 1);
}

#[tokio::test]
async fn a_request_that_is_merely_slow_is_not_repeated() {
    let backend = ClosingBackend::start(End::Hangs, 1).await;
    let (call, _) = call_at(&backend.origin, 1 << 20);
    send(&call, &backend.origin, "GET").await.expect("the first is answered");

    let second = call.send(request(&backend.origin, "GET"), None, Some(Duration::from_millis(300))).await;

    assert!(matches!(second, Err(Error::TimedOut)));
    assert_eq!(backend.requests(), 2);
}

#[tokio::test]
async fn a_streamed_request_is_repeated_if_its_body_is_empty() {
    let empty = || Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync();
    let unwritten = || {
        let frames = futures_util::stream::empty::<Result<hyper::body::Frame<Bytes>, _>>();
        http_body_util::StreamBody::new(frames).boxed_unsync()
    };
    let written = || {
        let frame = Ok(hyper::body::Frame::data(Bytes::from_static(b"some")));
        http_body_util::StreamBody::new(futures_util::stream::iter([frame])).boxed_unsync()
    };
    for (body, is_repeated) in [(empty(), true), (unwritten(), true), (written(), false)] {
        let backend = ClosingBackend::start(End::Closed, 2).await;
        let (call, _) = call_at(&backend.origin, 1 << 20);
        let call = Arc::new(call);
        send(&call, &backend.origin, "GET").await.expect("the first is answered");

        let time = Duration::from_secs(20);
        let body = SendBody { body, length: None };
        let opened = call.open(request(&backend.origin, "PUT"), body, Times { head: time, between: time }).await;

        assert_eq!(opened.is_ok(), is_repeated);
    }
}
