//! A connection's byte stream, and the detection of a disconnected client.
//!
//! A client that half-closes its connection counts as disconnected: the two cannot be told apart, and the calls of a
//! disconnected client must end immediately.

use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use std::{future, io};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::pool::ConnectionSlot;

/// The event that reports a closed connection. It is not readability, because unread bytes would
/// trigger that, too.
#[cfg(any(target_os = "linux", target_os = "android"))]
const CLOSED: Interest = Interest::PRIORITY;

/// The event on other systems, where only a broken connection can be distinguished from unread bytes.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const CLOSED: Interest = Interest::ERROR;

/// The byte stream of a connection.
pub(super) struct Stream {
    read: OwnedReadHalf,
    /// Shared with the detection of a disconnected client, and not the other half: only who owns that half may know from a
    /// short read that there is nothing more to read, which saves a system call per request.
    write: Arc<OwnedWriteHalf>,
    unread: Unread,
    slot: Arc<ConnectionSlot>,
}

/// The time that the client has taken to read the current answer. Without a limit, a client that reads a little now and
/// then could make the host keep its answer for any time.
struct Unread {
    since: Option<Instant>,
    most: Duration,
}

impl Unread {
    /// Begins a write, or continues one.
    ///
    /// # Errors
    ///
    /// Fails if the client has not read everything since the first write in time.
    fn begin(&mut self) -> io::Result<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.most { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Ends the write, after everything is written.
    fn end(&mut self) {
        self.since = None;
    }
}

/// The client at the other end of a connection.
#[derive(Clone)]
pub(super) struct Peer(Arc<OwnedWriteHalf>);

/// The error for a client that disconnected before it had its answer.
#[derive(Debug, thiserror::Error)]
#[error("the client disconnected")]
pub(super) struct Gone;

/// Splits a connection into its byte stream and its client. The client may take `to_read` to read everything that is
/// written before the next flush. The place of the connection follows what is written.
pub(super) fn split(stream: TcpStream, to_read: Duration, slot: Arc<ConnectionSlot>) -> (Stream, Peer) {
    let (read, write) = stream.into_split();
    let write = Arc::new(write);
    let unread = Unread { since: None, most: to_read };
    (Stream { read, write: Arc::clone(&write), unread, slot }, Peer(write))
}

impl Peer {
    /// Resolves when the client has closed its side of the connection.
    ///
    /// The HTTP library detects that too, but only while it has no bytes to read. A pipelined request or
    /// a stray line break would hide that the client no longer waits for the first answer.
    pub(super) async fn gone(&self) -> Gone {
        let stream: &TcpStream = (*self.0).as_ref();
        loop {
            match stream.ready(CLOSED).await {
                Ok(ready) if ready.is_read_closed() || ready.is_error() => return Gone,
                // Urgent bytes, which are not used. Their readiness is cleared, so that later events are seen.
                Ok(_) => _ = stream.try_io(CLOSED, || Err::<(), _>(io::ErrorKind::WouldBlock.into())),
                Err(_gone_with_its_runtime) => return future::pending().await,
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buffer)
    }
}

impl Stream {
    /// Writes by `write`, one system call that does not wait, when the socket takes bytes.
    fn poll_write_by(
        &mut self,
        cx: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.unread.begin()?;
        let stream: &TcpStream = (*self.write).as_ref();
        let written = loop {
            match stream.poll_write_ready(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break Poll::Pending,
            }
            match write(stream) {
                // The socket was not ready after all. The failed write has cleared its readiness.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => break Poll::Ready(written),
            }
        };
        self.slot.follow_write(&written);
        written
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_by(cx, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_by(cx, |stream| stream.try_write_vectored(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.write.is_write_vectored()
    }

    /// Ends the write: the HTTP library flushes after it has written everything.
    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.unread.end();
        self.slot.flush();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream: &TcpStream = (*self.write).as_ref();
        Poll::Ready(SockRef::from(stream).shutdown(Shutdown::Write))
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use bytesize::ByteSize;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::{sleep, timeout};

    use super::super::pool::{ConnectionPool, PoolLimits};
    use super::*;
    use admission::SharedMemory;
    use net::telemetry::metrics::Requests;

    /// The only place of a pool.
    fn slot() -> Arc<ConnectionSlot> {
        let memory = Arc::new(SharedMemory::new(ByteSize::mib(1)));
        let limits = PoolLimits { server: "test", connections: 1, per_address: None, memory };
        let pool = ConnectionPool::new(limits, &Requests::default());
        pool.enter(IpAddr::from([127, 0, 0, 1]), false).expect("it is free")
    }

    /// A connection whose client has this much time to read, and the client, which reads a little now and then.
    async fn to_a_slow_reader(to_read: Duration) -> Stream {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        tokio::spawn(async move {
            let mut caller = TcpStream::connect(address).await.expect("it listens");
            let mut bytes = vec![0; 64 << 10];
            while caller.read(&mut bytes).await.is_ok_and(|bytes| bytes > 0) {
                sleep(Duration::from_millis(1)).await;
            }
        });
        let (stream, _) = listener.accept().await.expect("the caller connects");
        split(stream, to_read, slot()).0
    }

    #[tokio::test]
    async fn who_reads_a_little_now_and_then_is_not_written_to_for_ever() {
        let mut stream = to_a_slow_reader(Duration::from_millis(100)).await;

        let written = timeout(Duration::from_secs(60), async {
            loop {
                stream.write_all(&[0; 64 << 10]).await?;
            }
        });

        let written: io::Result<()> = written.await.expect("it ends");
        assert_eq!(written.err().map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
    }

    #[tokio::test]
    async fn who_has_read_an_answer_has_as_long_for_the_next() {
        let to_read = Duration::from_millis(20);
        let mut stream = to_a_slow_reader(to_read).await;

        let begun = Instant::now();
        while begun.elapsed() < 3 * to_read {
            stream.write_all(b"an answer").await.expect("it goes into the kernel's buffers at once");
            stream.flush().await.expect("there is nothing left to write");
            sleep(Duration::from_millis(1)).await;
        }
    }
}
