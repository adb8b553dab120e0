//! A connection's bytes, and whether its caller is still there.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
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
}

/// Whoever is at the other end.
#[derive(Clone)]
pub(super) struct Caller(Arc<OwnedReadHalf>);

/// The caller went away before it had its answer.
#[derive(Debug, thiserror::Error)]
#[error("the caller went away")]
pub(super) struct Gone;

/// A connection, and whoever is at its other end.
pub(super) fn split(stream: TcpStream) -> (Stream, Caller) {
    let (read, write) = stream.into_split();
    let read = Arc::new(read);
    (Stream { read: Arc::clone(&read), write }, Caller(read))
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
        Pin::new(&mut self.write).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.write.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_shutdown(cx)
    }
}
