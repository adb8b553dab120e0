//! Guest log: log entries, standard output and standard error of one call.
//!
//! A line counts with all bytes that are written for it: escaped, with time, plugin and request. There are two limits,
//! one per call and one per plugin over time.

mod last_words;

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{debug, error, info, trace, warn};

use self::last_words::{LastWords, is_advice};
use contract::Printable;
use net::telemetry::{GUEST, LogBudget, measured};
use net::to_usize;

/// Bytes of one line of output, escaped or not. Longer lines are split, and longer entries cut.
const LINE: usize = 4 << 10;

/// Lines of one entry that may be last words.
const LINES_OF_ENTRY: usize = 8;

/// The most entries of one call, however short. Further ones are dropped.
const ENTRIES: usize = 1_000;

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
    /// What all calls of the plugin may write over time.
    budget: Arc<LogBudget>,
    bytes_left: usize,
    entries_left: usize,
    dropped: u64,
    /// Output since the last line break, by index of [`Output`].
    unfinished: [Vec<u8>; 2],
    last_words: LastWords,
}

impl Journal {
    pub(super) fn new(plugin: Arc<str>, bytes: usize, budget: Arc<LogBudget>) -> Self {
        Self(Arc::new(Mutex::new(Written {
            plugin,
            budget,
            bytes_left: bytes,
            entries_left: ENTRIES,
            dropped: 0,
            unfinished: Default::default(),
            last_words: LastWords::default(),
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

    /// Returns the number of entries so far, without those that were dropped.
    pub(super) fn lines(&self) -> usize {
        self.with(|book| ENTRIES - book.entries_left)
    }

    /// Counts an entry that was dropped before it was formatted. It may have been the guest's last words.
    pub(super) fn drop_entry(&self, level: Level, message: &str) {
        self.with(|book| {
            book.keep_last_words(level, message);
            book.dropped += 1;
        });
    }

    /// Returns the lines of standard error, and of entries of level error, that tell of an error, joined; empty if there
    /// are none.
    pub(super) fn last_words(&self) -> String {
        self.with(|book| {
            book.finish(Output::Stderr);
            book.last_words.tell()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Written) -> T) -> T {
        // A panic leaves nothing half done here, and only one call uses it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Written {
    fn is_full(&self) -> bool {
        self.entries_left == 0 || self.bytes_left == 0 || !self.budget.has_room()
    }

    fn write(&mut self, level: Level, source: &'static str, text: &str) {
        if source == Output::Stderr.name() {
            if is_advice(text) {
                return;
            }
            self.last_words.push(text);
        } else {
            self.keep_last_words(level, text);
        }
        if self.is_full() {
            self.dropped += 1;
            return;
        }
        self.entries_left -= 1;
        let most = self.bytes_left.min(LINE);
        let Escaped { text, bytes_left } = Escaped::of(text, most);
        let plugin = &self.plugin;
        let written = measured(|| match level {
            Level::Trace => trace!(target: GUEST, %plugin, source, "{text}"),
            Level::Debug => debug!(target: GUEST, %plugin, source, "{text}"),
            Level::Info => info!(target: GUEST, %plugin, source, "{text}"),
            Level::Warn => warn!(target: GUEST, %plugin, source, "{text}"),
            Level::Error => error!(target: GUEST, %plugin, source, "{text}"),
        });
        self.budget.spend(written);
        // A line that the log's filter leaves out counts by its text, so that it cannot be written without end either.
        let bytes = to_usize(written).max(most - bytes_left);
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
    }

    /// Keeps an entry of level error: a guest without standard error tells so of a panic.
    fn keep_last_words(&mut self, level: Level, text: &str) {
        if level == Level::Error {
            text.lines().take(LINES_OF_ENTRY).for_each(|line| self.last_words.push(line));
        }
    }

    fn print(&mut self, output: Output, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        // Of standard error the last words are kept all the same.
        if self.is_full() && output == Output::Stdout {
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
        // The host's own line, which tells at most once a second what all calls of the plugin have lost.
        if let Some(entries) = self.budget.drop_lines(self.dropped) {
            let plugin = &self.plugin;
            warn!(%plugin, entries, "guest log truncated: entries exceed the limit of a call or the plugin's rate");
        }
    }
}

/// The beginning of a text, escaped for the log.
struct Escaped {
    text: String,
    /// Bytes that it left of those it may take in a line; 0 if it was cut.
    bytes_left: usize,
}

impl Escaped {
    /// Escapes as much of `text` as takes at most so many bytes in a line.
    fn of(text: &str, bytes: usize) -> Self {
        let mut escaped = Self { text: String::with_capacity(text.len().min(bytes)), bytes_left: bytes };
        let mut characters = text.char_indices();
        let fits = |(at, character): (usize, char)| {
            write!(escaped, "{}", Printable(&text[at..at + character.len_utf8()])).is_ok()
        };
        if !characters.all(fits) {
            escaped.bytes_left = 0;
        }
        escaped
    }
}

/// Takes pieces as long as they fit.
impl Write for Escaped {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        // A line in JSON escapes these once more.
        let escapes = piece.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        self.bytes_left = self.bytes_left.checked_sub(piece.len() + escapes).ok_or(fmt::Error)?;
        self.text.push_str(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
