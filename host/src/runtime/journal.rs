//! What a guest says of itself: log entries, standard output and standard error.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{debug, error, info, trace, warn};

use crate::contract::Printable;

/// Bytes of one line of output that are kept together. Longer lines are split.
const LINE: usize = 4 << 10;

/// Entries of one call beyond which the rest is dropped, however short they are.
const ENTRIES: usize = 1_000;

/// Lines of standard error that are remembered for the log of a fault.
const LAST_WORDS: usize = 3;

/// How much an entry matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Where the entries of one call go: the host's log, marked as the guest's, escaped and bounded. The span that its
/// threads run in says which request they belong to.
///
/// Shared between the interface `log` and the two output streams, which have one budget.
#[derive(Clone)]
pub(super) struct Journal(Arc<Mutex<Book>>);

struct Book {
    plugin: Arc<str>,
    bytes_left: usize,
    entries_left: usize,
    dropped: u64,
    /// The last lines of standard error: where languages put the text of a panic.
    last_words: VecDeque<String>,
}

impl Journal {
    pub(super) fn new(plugin: Arc<str>, bytes: usize) -> Self {
        Self(Arc::new(Mutex::new(Book {
            plugin,
            bytes_left: bytes,
            entries_left: ENTRIES,
            dropped: 0,
            last_words: VecDeque::with_capacity(LAST_WORDS),
        })))
    }

    /// Writes one entry, as far as the call's budget goes.
    pub(super) fn write(&self, level: Level, source: &'static str, text: &str) {
        self.with(|book| {
            if book.entries_left == 0 || book.bytes_left == 0 {
                book.dropped += 1;
                return;
            }
            book.entries_left -= 1;
            let text = cut(text, book.bytes_left.min(LINE));
            book.bytes_left -= text.len();
            if source == "stderr" {
                if book.last_words.len() == LAST_WORDS {
                    book.last_words.pop_front();
                }
                book.last_words.push_back(text.to_owned());
            }
            let (plugin, text) = (&book.plugin, Printable(text));
            match level {
                Level::Trace => trace!(target: "guest", %plugin, source, "{text}"),
                Level::Debug => debug!(target: "guest", %plugin, source, "{text}"),
                Level::Info => info!(target: "guest", %plugin, source, "{text}"),
                Level::Warn => warn!(target: "guest", %plugin, source, "{text}"),
                Level::Error => error!(target: "guest", %plugin, source, "{text}"),
            }
        });
    }

    /// Whether another entry would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.with(|book| book.entries_left == 0 || book.bytes_left == 0)
    }

    /// Counts an entry that its writer did not even bring.
    pub(super) fn drop_entry(&self) {
        self.with(|book| book.dropped += 1);
    }

    /// The last lines of standard error, as one; empty if there are none.
    pub(super) fn last_words(&self) -> String {
        self.with(|book| book.last_words.make_contiguous().join(" / "))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Book) -> T) -> T {
        // Nothing is left half done by a panic in here, and one call alone uses it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        if self.dropped > 0 {
            let (plugin, entries) = (&self.plugin, self.dropped);
            warn!(target: "guest", %plugin, entries, "log cut: the rest is over the call's limit");
        }
    }
}

/// The first `bytes` of `text`, or a little less where a character would be split.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
