//! Guest log: log entries, standard output and standard error of one call.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{debug, error, info, trace, warn};

use contract::Printable;

/// Bytes of one line of output. Longer lines are split.
const LINE: usize = 4 << 10;

/// The most entries of one call, however short. Further ones are dropped.
const ENTRIES: usize = 1_000;

/// Lines of standard error that are kept for the log of a fault.
const LAST_WORDS: usize = 3;

/// The severity of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// One of a guest's two output streams, which may have many handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Stdout,
    Stderr,
}

impl Output {
    const fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }

    const fn level(self) -> Level {
        match self {
            Self::Stdout => Level::Debug,
            Self::Stderr => Level::Info,
        }
    }
}

/// The log of one call. Its entries go to the host's log, marked as the guest's, escaped and bounded. The span
/// of the guest's threads identifies their request.
///
/// It is shared by the interface `log` and the two output streams, which have one budget.
#[derive(Clone)]
pub(super) struct Journal(Arc<Mutex<Written>>);

struct Written {
    plugin: Arc<str>,
    bytes_left: usize,
    entries_left: usize,
    dropped: u64,
    /// Output since the last line break, by index of [`Output`].
    unfinished: [Vec<u8>; 2],
    /// The last lines of standard error, to which languages write the text of a panic.
    last_words: VecDeque<String>,
}

impl Journal {
    pub(super) fn new(plugin: Arc<str>, bytes: usize) -> Self {
        Self(Arc::new(Mutex::new(Written {
            plugin,
            bytes_left: bytes,
            entries_left: ENTRIES,
            dropped: 0,
            unfinished: Default::default(),
            last_words: VecDeque::with_capacity(LAST_WORDS),
        })))
    }

    /// Writes one entry, as far as the call's budget allows.
    pub(super) fn write(&self, level: Level, source: &'static str, text: &str) {
        self.with(|book| book.write(level, source, text));
    }

    /// Takes output of a guest, and writes it line by line.
    pub(super) fn print(&self, output: Output, bytes: &[u8]) {
        self.with(|book| book.print(output, bytes));
    }

    /// Returns whether another entry would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.with(|book| book.is_full())
    }

    /// Counts an entry that was dropped before it was formatted.
    pub(super) fn drop_entry(&self) {
        self.with(|book| book.dropped += 1);
    }

    /// Returns the last lines of standard error, joined; empty if there are none.
    pub(super) fn last_words(&self) -> String {
        self.with(|book| {
            book.finish(Output::Stderr);
            book.last_words.make_contiguous().join(" / ")
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Written) -> T) -> T {
        // A panic leaves nothing half done here, and only one call uses it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Written {
    fn is_full(&self) -> bool {
        self.entries_left == 0 || self.bytes_left == 0
    }

    fn write(&mut self, level: Level, source: &'static str, text: &str) {
        if self.is_full() {
            self.dropped += 1;
            return;
        }
        self.entries_left -= 1;
        let text = cut(text, self.bytes_left.min(LINE));
        self.bytes_left -= text.len();
        if source == Output::Stderr.name() {
            if self.last_words.len() == LAST_WORDS {
                self.last_words.pop_front();
            }
            self.last_words.push_back(text.to_owned());
        }
        let (plugin, text) = (&self.plugin, Printable(text));
        match level {
            Level::Trace => trace!(target: "guest", %plugin, source, "{text}"),
            Level::Debug => debug!(target: "guest", %plugin, source, "{text}"),
            Level::Info => info!(target: "guest", %plugin, source, "{text}"),
            Level::Warn => warn!(target: "guest", %plugin, source, "{text}"),
            Level::Error => error!(target: "guest", %plugin, source, "{text}"),
        }
    }

    fn print(&mut self, output: Output, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.is_full() {
            self.dropped += 1;
            return;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            for part in piece.chunks(LINE) {
                let unfinished = &mut self.unfinished[output as usize];
                unfinished.extend_from_slice(part);
                if part.ends_with(b"\n") || unfinished.len() >= LINE {
                    self.finish(output);
                }
            }
        }
    }

    /// Writes the unfinished line as an entry.
    fn finish(&mut self, output: Output) {
        let mut bytes = std::mem::take(&mut self.unfinished[output as usize]);
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end();
        if !line.is_empty() {
            self.write(output.level(), output.name(), line);
        }
        // Keeps the buffer for the next line.
        bytes.clear();
        self.unfinished[output as usize] = bytes;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.finish(Output::Stdout);
        self.finish(Output::Stderr);
        if self.dropped > 0 {
            let (plugin, entries) = (&self.plugin, self.dropped);
            warn!(target: "guest", %plugin, entries, "guest log truncated: further entries exceed the call's limit");
        }
    }
}

/// Returns the first `bytes` of `text`, or a little less if a character would be split.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest_log() -> Journal {
        Journal::new("hub".into(), 64 << 10)
    }

    #[test]
    fn a_line_may_be_written_in_pieces_and_by_several_handles() {
        let guest_log = guest_log();
        let other = guest_log.clone();

        guest_log.print(Output::Stderr, b"thread 'main' ");
        other.print(Output::Stdout, b"something else");
        other.print(Output::Stderr, b"panicked\nat ");
        guest_log.print(Output::Stderr, b"the end");

        assert_eq!(guest_log.last_words(), "thread 'main' panicked / at the end");
    }

    #[test]
    fn of_lines_without_an_end_no_more_is_held_than_of_one() {
        let guest_log = guest_log();

        (0..1_000).for_each(|_| guest_log.print(Output::Stdout, &[b'a'; 1_000]));

        guest_log.with(|book| {
            assert!(book.unfinished.iter().all(|line| line.capacity() <= 2 * LINE));
            assert!(book.is_full() && book.dropped > 0);
        });
    }
}
