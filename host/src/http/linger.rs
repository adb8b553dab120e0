//! The end of a connection whose client still sends: its answer must be readable.
//!
//! A connection that is closed with unread bytes is reset, and a reset discards what the client has not read. So the
//! host closes its own side first, and then reads and drops what comes, for a bounded time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The longest time for which a closed connection is read from.
const TIME: Duration = Duration::from_secs(5);

/// The most bytes that are read from a closed connection: four of the largest bodies that the host takes by default.
const BYTES: usize = 32 << 20;

/// Bytes that are read at once.
const PIECE: usize = 8 << 10;

/// Reads from a client until it closes its side, or for as long and as much as is permitted.
pub(super) struct Linger {
    until: Pin<Box<Sleep>>,
    left: usize,
}

impl Linger {
    pub(super) fn begin() -> Self {
        Self { until: Box::pin(sleep(TIME)), left: BYTES }
    }

    /// Reads on. Ready when the connection may be dropped.
    pub(super) fn poll(&mut self, stream: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
        let mut piece = [0; PIECE];
        while self.left > 0 && self.until.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut piece);
            match ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => self.left = self.left.saturating_sub(buffer.filled().len()),
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(())
    }
}
