//! Output of the commands on standard output and standard error.
//!
//! A reader that closes the pipe early, such as `head` or a log collector that ends, is no failure: the text is lost, and
//! the command goes on. The macros of the standard library would panic, so a lint forbids them in the whole workspace.

use std::fmt;
use std::io::{self, Write};

/// Writes to standard output. What cannot be written is lost.
pub(crate) fn to_stdout(text: fmt::Arguments<'_>) {
    write(&mut io::stdout().lock(), text);
}

/// Writes a result to standard output.
pub(super) fn print(text: &str) {
    to_stdout(format_args!("{text}"));
}

/// Writes to standard error. What cannot be written is lost.
pub(crate) fn to_stderr(text: fmt::Arguments<'_>) {
    write(&mut io::stderr().lock(), text);
}

fn write(stream: &mut impl Write, text: fmt::Arguments<'_>) {
    let _lost = stream.write_fmt(text).and_then(|()| stream.flush());
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
