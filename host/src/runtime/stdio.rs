//! Standard output and error of a guest, line by line into its journal.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::journal::{Journal, Level};

/// Bytes a guest may write at once.
const PERMIT: usize = 16 << 10;

/// Bytes of an unfinished line that are kept.
const LINE: usize = 4 << 10;

/// One of the two output streams.
///
/// Writes past the journal's budget succeed and vanish: a guest that prints is no worse for it.
#[derive(Clone)]
pub(super) struct Output {
    journal: Journal,
    source: &'static str,
    level: Level,
}

impl Output {
    pub(super) fn stdout(journal: Journal) -> Self {
        Self { journal, source: "stdout", level: Level::Debug }
    }

    pub(super) fn stderr(journal: Journal) -> Self {
        Self { journal, source: "stderr", level: Level::Info }
    }

    fn lines(&self) -> Lines {
        Lines { output: self.clone(), unfinished: Vec::new() }
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.lines())
    }

    // The engine's own adapter buffers in a task of its own, one for each stream.
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.lines())
    }
}

/// Bytes on their way to becoming lines.
struct Lines {
    output: Output,
    unfinished: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.output.journal.is_full() {
            self.output.journal.drop_entry();
            return;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            for part in piece.chunks(LINE) {
                self.unfinished.extend_from_slice(part);
                if part.ends_with(b"\n") || self.unfinished.len() >= LINE {
                    self.finish();
                }
            }
        }
    }

    fn finish(&mut self) {
        let line = String::from_utf8_lossy(&self.unfinished);
        let line = line.trim_end();
        if !line.is_empty() {
            self.output.journal.write(self.output.level, self.output.source, line);
        }
        self.unfinished.clear();
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.finish();
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
