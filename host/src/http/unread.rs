//! Answers that callers have not read yet: their bytes count in the memory that all calls share.
//!
//! The HTTP library keeps the bytes of an answer, without copying them, until the connection has taken them. So each
//! piece of an answer carries its own count, which ends with the piece.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::{Buf, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use admission::SharedMemory;

/// The most bytes of a shared document that a connection keeps at once.
const PIECE: usize = 32 << 10;

/// Bytes that count in the shared memory until they are dropped. They are there already, so they count even if no memory
/// is left.
pub(super) struct CountedBytes {
    bytes: Bytes,
    memory: Arc<SharedMemory>,
}

impl CountedBytes {
    /// Returns `bytes`, which count in `memory` from now on.
    pub(super) fn of(bytes: Bytes, memory: Arc<SharedMemory>) -> Bytes {
        memory.add(bytes.len());
        Bytes::from_owner(Self { bytes, memory })
    }
}

impl AsRef<[u8]> for CountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for CountedBytes {
    fn drop(&mut self) {
        self.memory.give(self.bytes.len());
    }
}

/// The body of an answer whose pieces count in the shared memory.
pub(super) struct CountedBody {
    body: Body,
    memory: Arc<SharedMemory>,
}

impl CountedBody {
    /// Returns `body`, whose pieces count in `memory` until the connection has taken them.
    pub(super) fn of(body: Body, memory: Arc<SharedMemory>) -> Body {
        if body.is_end_stream() { body } else { Body::new(Self { body, memory }) }
    }
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let memory = &self.memory;
        let count = |frame: Frame<Bytes>| frame.map_data(|bytes| CountedBytes::of(bytes, Arc::clone(memory)));
        Poll::Ready(frame.map(|frame| frame.map(count)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a document that several callers share, in pieces: a caller that reads slowly keeps few bytes of its own.
pub(super) struct InPieces {
    left: Bytes,
    /// The instant after which a caller that has not read everything is disconnected.
    until: Instant,
}

impl InPieces {
    /// Returns `document` as a body that may be read for `time`.
    pub(super) fn of(document: Bytes, time: Duration) -> Body {
        Body::new(Self { left: document, until: Instant::now() + time })
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        if Instant::now() > self.until {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let length = PIECE.min(self.left.remaining());
        Poll::Ready(Some(Ok(Frame::data(self.left.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::http::Response;
    use bytesize::ByteSize;
    use http_body_util::BodyExt;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::{sleep, timeout};

    use super::*;

    /// More than the kernel takes of an answer that nobody reads.
    const LARGE: usize = 64 << 20;

    /// A caller who has sent a request and reads no more than the beginning of the answer `body`.
    async fn unread(body: impl Fn() -> Body + Send + 'static) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("the caller connects");
            let answer = service_fn(move |_| std::future::ready(Ok::<_, Infallible>(Response::new(body()))));
            // The caller disconnects.
            let _ = http1::Builder::new().max_buf_size(64 << 10).serve_connection(TokioIo::new(stream), answer).await;
        });
        let mut caller = TcpStream::connect(address).await.expect("it listens");
        caller.write_all(b"GET / HTTP/1.1\r\nhost: it\r\n\r\n").await.expect("it is sent");
        caller.read_exact(&mut [0; 12]).await.expect("the answer begins");
        caller
    }

    async fn until(memory: &SharedMemory, fits: impl Fn(u64) -> bool) {
        let wait = async {
            while !fits(memory.held()) {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(60), wait).await.unwrap_or_else(|_| panic!("{} are held", memory.held()));
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_counts_until_its_caller_is_gone() {
        let memory = memory();
        let counted = Arc::clone(&memory);

        let caller = unread(move || CountedBody::of(Body::from(vec![0; LARGE]), Arc::clone(&counted))).await;
        until(&memory, |held| held == LARGE as u64).await;
        drop(caller);
        until(&memory, |held| held == 0).await;
    }

    #[tokio::test]
    async fn a_document_that_nobody_reads_takes_a_few_pieces_of_each_connection() {
        let memory = memory();
        let (counted, document) = (Arc::clone(&memory), Bytes::from(vec![0; LARGE]));
        let body = move || InPieces::of(document.clone(), Duration::from_secs(3_600));

        let caller = unread(move || CountedBody::of(body(), Arc::clone(&counted))).await;
        assert!((1..=4 * PIECE as u64).contains(&memory.held()), "{} are held", memory.held());

        drop(caller);
        until(&memory, |held| held == 0).await;
    }

    fn memory() -> Arc<SharedMemory> {
        Arc::new(SharedMemory::new(ByteSize::b(10)))
    }

    async fn next(body: &mut Body) -> Bytes {
        let frame = body.frame().await.expect("there is more").expect("it is there");
        frame.into_data().expect("it is data")
    }

    #[tokio::test]
    async fn an_answer_counts_until_the_connection_has_taken_its_bytes_even_beyond_all_memory() {
        let memory = memory();
        let mut body = CountedBody::of(Body::from(vec![0; 100]), Arc::clone(&memory));

        let bytes = next(&mut body).await;
        drop(body);
        let rest = bytes.slice(50..);
        drop(bytes);
        assert_eq!(memory.held(), 100);

        drop(rest);
        assert_eq!(memory.held(), 0);
    }

    #[tokio::test]
    async fn an_answer_keeps_its_length() {
        let body = CountedBody::of(Body::from("answer"), memory());

        assert_eq!(HttpBody::size_hint(&body).exact(), Some(6));
        assert_eq!(body.collect().await.expect("it is whole").to_bytes(), "answer");
    }

    #[tokio::test]
    async fn a_document_is_handed_out_in_pieces_and_whole() {
        let document = Bytes::from(vec![1; 3 * PIECE + 1]);
        let mut body = InPieces::of(document.clone(), Duration::from_secs(3_600));
        assert_eq!(HttpBody::size_hint(&body).exact(), Some(document.len() as u64));

        assert_eq!(next(&mut body).await.len(), PIECE);
        assert_eq!(body.collect().await.expect("it is whole").to_bytes(), document.slice(PIECE..));
    }

    #[tokio::test]
    async fn whoever_has_not_read_a_document_in_time_gets_no_more_of_it() {
        let mut body = InPieces::of(Bytes::from(vec![1; PIECE]), Duration::ZERO);
        tokio::time::sleep(Duration::from_millis(1)).await;

        assert!(body.frame().await.expect("there is more").is_err());
    }
}
