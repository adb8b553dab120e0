//! Output of the commands on standard output and standard error.
//!
//! A reader that closes the pipe early, such as `head` or a log collector that ends, is no failure: the text is lost, and
//! the command goes on. The macros of the standard library would panic, so a lint forbids them in the whole workspace. A
//! result that a full disk does not take is a failure of the command, which [`written`] returns at its end.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::Mutex;

/// The first failure to write a result that its reader did not ask for.
static FAILURE: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes to standard output. What cannot be written is lost.
pub(crate) fn to_stdout(text: fmt::Arguments<'_>) {
    let Err(error) = write(&mut io::stdout().lock(), text) else { return };
    if error.kind() != ErrorKind::BrokenPipe
        && let Ok(mut failure) = FAILURE.lock()
    {
        failure.get_or_insert(error);
    }
}

/// Returns the end of a command that has written its results.
///
/// # Errors
///
/// Fails if one of them could not be written.
pub(super) fn written() -> io::Result<()> {
    FAILURE.lock().ok().and_then(|mut failure| failure.take()).map_or(Ok(()), Err)
}

/// Writes a result to standard output.
pub(super) fn print(text: &str) {
    to_stdout(format_args!("{text}"));
}

/// Writes to standard error. What cannot be written is lost.
pub(crate) fn to_stderr(text: fmt::Arguments<'_>) {
    let _lost = write(&mut io::stderr().lock(), text);
}

fn write(stream: &mut impl Write, text: fmt::Arguments<'_>) -> io::Result<()> {
    stream.write_fmt(text).and_then(|()| stream.flush())
}

/// Writes formatted text to standard output, like `print!`, and never panics.
macro_rules! out {
    ($($text:tt)*) => { $crate::cli::output::to_stdout(::std::format_args!($($text)*)) };
}

/// Writes a formatted line to standard output, like `println!`, and never panics.
macro_rules! outln {
    ($($text:tt)*) => { $crate::cli::output::out!("{}\n", ::std::format_args!($($text)*)) };
}

/// Writes a formatted line to standard error, like `eprintln!`, and never panics.
macro_rules! errln {
    ($($text:tt)*) => { $crate::cli::output::to_stderr(::std::format_args!("{}\n", ::std::format_args!($($text)*))) };
}

pub(crate) use {errln, out, outln};
