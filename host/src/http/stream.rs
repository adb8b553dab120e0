//! A connection's bytes, and whether its caller is still there.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use std::{future, io};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// What is waited for to learn that a caller has closed its side. Not readability: bytes that
/// nobody has read yet would be that, too.
#[cfg(any(target_os = "linux", target_os = "android"))]
const CLOSED: Interest = Interest::PRIORITY;

/// Elsewhere only a broken connection can be told from bytes to read.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const CLOSED: Interest = Interest::ERROR;

/// The bytes of a connection.
pub(super) struct Stream {
    read: Arc<OwnedReadHalf>,
    write: OwnedWriteHalf,
    unread: Unread,
}

/// How long the caller has been reading what is written to it now. A caller who reads a little now and then would
/// otherwise have the host keep its answer for as long as it likes.
struct Unread {
    since: Option<Instant>,
    most: Duration,
}

impl Unread {
    /// Something is to be written.
    ///
    /// # Errors
    ///
    /// Fails if what was begun before has not been taken in time.
    fn begin(&mut self) -> io::Result<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.most { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// All of it is written.
    fn end(&mut self) {
        self.since = None;
    }
}

/// Whoever is at the other end.
#[derive(Clone)]
pub(super) struct Caller(Arc<OwnedReadHalf>);

/// The caller went away before it had its answer.
#[derive(Debug, thiserror::Error)]
#[error("the caller went away")]
pub(super) struct Gone;

/// A connection, and whoever is at its other end, who may take so long `to_read` what is written before there is
/// nothing left to write.
pub(super) fn split(stream: TcpStream, to_read: Duration) -> (Stream, Caller) {
    let (read, write) = stream.into_split();
    let read = Arc::new(read);
    let unread = Unread { since: None, most: to_read };
    (Stream { read: Arc::clone(&read), write, unread }, Caller(read))
}

impl Caller {
    /// Resolves when the caller has closed its side.
    ///
    /// The HTTP library looks for that too, but only while it has no bytes to read: another request
    /// in the pipe, or a stray line break, would hide that nobody waits for the first one's answer.
    pub(super) async fn gone(&self) -> Gone {
        let stream: &TcpStream = (*self.0).as_ref();
        loop {
            match stream.ready(CLOSED).await {
                Ok(ready) if ready.is_read_closed() || ready.is_error() => return Gone,
                // Urgent bytes, which nobody reads: they are forgotten, and what comes after them is not.
                Ok(_) => _ = stream.try_io(CLOSED, || Err::<(), _>(io::ErrorKind::WouldBlock.into())),
                Err(_gone_with_its_runtime) => return future::pending().await,
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let stream: &TcpStream = (*self.read).as_ref();
        loop {
            ready!(stream.poll_read_ready(cx))?;
            match stream.try_read_buf(buffer) {
                // It was not ready after all, which is known from now on.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(|_bytes| ())),
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.unread.begin()?;
        Pin::new(&mut self.write).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.unread.begin()?;
        Pin::new(&mut self.write).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.write.is_write_vectored()
    }

    /// The HTTP library flushes when it has written all there is.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.unread.end();
        Pin::new(&mut self.write).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::{sleep, timeout};

    use super::*;

    /// A connection whose other end has so long to read, and that end, which reads a little now and then.
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
        split(stream, to_read).0
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
