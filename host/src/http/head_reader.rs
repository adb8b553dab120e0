//! The bytes of a connection on their way to the HTTP library, decrypted if there is TLS: their framing is followed,
//! and memory is held for the heads among them.
//!
//! A head that is too large is refused here, since the library would refuse it without a body.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::framing::Heads;
use super::linger::Linger;
use super::pool::ConnectionSlot;
use super::respond::Responder;

/// A stream whose heads are followed.
pub(super) struct HeadReader<S> {
    stream: S,
    heads: Heads,
    slot: Arc<ConnectionSlot>,
    responder: Arc<Responder>,
    phase: ReaderPhase,
    /// True while the library has written bytes that are not flushed.
    is_unflushed: bool,
}

/// A part of a connection's life, as far as its reader is concerned.
enum ReaderPhase {
    Open,
    /// A head is refused with these bytes.
    Refusing(Bytes),
    /// The answers have ended, and the client may still send.
    Lingering(Linger),
}

impl<S> HeadReader<S> {
    pub(super) fn new(stream: S, heads: Heads, slot: Arc<ConnectionSlot>, responder: Arc<Responder>) -> Self {
        Self { stream, heads, slot, responder, phase: ReaderPhase::Open, is_unflushed: false }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> HeadReader<S> {
    /// Writes the refusal of a head, and waits until the client can have read it. The connection ends with an error.
    fn poll_refuse(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let ReaderPhase::Refusing(refusal) = &mut self.phase {
            while refusal.has_remaining() {
                let written = ready!(Pin::new(&mut self.stream).poll_write(cx, refusal))?;
                refusal.advance(written);
            }
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.phase = ReaderPhase::Lingering(Linger::begin());
        }
        if let ReaderPhase::Lingering(linger) = &mut self.phase {
            ready!(linger.poll(&mut self.stream, cx));
        }
        Poll::Ready(Err(io::ErrorKind::InvalidData.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for HeadReader<S> {
    /// Reads. Fails if there is no memory for a partial head, or if a head is too large: the library has no other way
    /// to give one up.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !matches!(self.phase, ReaderPhase::Open) {
            return self.poll_refuse(cx);
        }
        if self.heads.fault().is_none() {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
            let buffered = self.heads.read(&buffer.filled()[before..]);
            if self.heads.fault().is_none() {
                let has_memory = self.slot.hold_head(buffered);
                return Poll::Ready(if has_memory { Ok(()) } else { Err(io::ErrorKind::OutOfMemory.into()) });
            }
            buffer.set_filled(before);
        }
        let Some(fault) = self.heads.fault() else { return Poll::Pending };
        // The request before it is answered first. The library asks for the next one after that.
        if !self.slot.is_waiting() {
            return Poll::Pending;
        }
        // Behind a part of an answer, a refusal would be a part of that answer.
        if self.is_unflushed {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        self.phase = ReaderPhase::Refusing(self.responder.refuse_head(fault));
        self.poll_refuse(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for HeadReader<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.is_unflushed = true;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_unflushed = true;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.is_unflushed = false;
        Poll::Ready(Ok(()))
    }

    /// Closes the host's side. If the client still sends a request, reads on until it can have read the answer.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let ReaderPhase::Open = self.phase {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            if self.heads.are_whole() {
                return Poll::Ready(Ok(()));
            }
            self.phase = ReaderPhase::Lingering(Linger::begin());
        }
        let Self { stream, phase, .. } = &mut *self;
        if let ReaderPhase::Lingering(linger) = phase {
            ready!(linger.poll(stream, cx));
        }
        Poll::Ready(Ok(()))
    }
}
