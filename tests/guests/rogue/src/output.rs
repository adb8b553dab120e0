//! Behaviours that write too much, or write nothing very often.

use std::io::Write;

use insight_sdk::log;
use wasip2::cli::stdout::get_stdout;

use crate::{Answer, said};

/// Writes 10 GB to standard output.
pub(crate) fn flood_stdout() -> Answer {
    let block = b"The quick brown fox jumps over the lazy dog. 0123456789 and a tail\n".repeat(1_000);
    let mut stdout = std::io::stdout();
    for _ in 0..150_000 {
        stdout.write_all(&block).expect("standard output takes everything");
    }
    said("flooded")
}

/// Writes `lines` log entries, each of which is a KiB of line feeds.
pub(crate) fn log_line_feeds(lines: usize) -> Answer {
    let text = "\n".repeat(1_024);
    for _ in 0..lines {
        log::error!(&text);
    }
    said("logged")
}

/// Writes nothing, ten million times.
pub(crate) fn write_nothing() -> Answer {
    let stdout = get_stdout();
    for _ in 0..10_000_000 {
        stdout.write(&[]).expect("nothing can always be written");
    }
    said("wrote nothing")
}

/// Writes one entry with a field to the log, and one raw line to standard error.
pub(crate) fn log(text: &str) -> Answer {
    log::warn!("a guest's entry", text = text);
    eprintln!("\u{1b}[31m{text}\u{1b}[0m");
    said("logged")
}
