//! The lines that tell why a guest trapped.
//!
//! Languages write the text of a panic or of an uncaught exception to standard error, and guests that have none to the log
//! at level error. Of the lines that follow it, many are the
//! toolchain's own, or a stack of any length. So the lines that name the error are kept beside the last ones.

use std::collections::{BTreeMap, VecDeque};

/// Lines that are kept of the end.
const LAST: usize = 3;

/// Bytes that are kept of each line.
pub(super) const LINE: usize = 1 << 10;

/// The beginning of a traceback of Python. The first line after it that is not indented names the exception.
const TRACEBACK: &str = "Traceback (most recent call last):";

/// The kept lines, each with its number, so that they can be shown in their order.
#[derive(Default)]
pub(super) struct LastWords {
    lines: u64,
    last: VecDeque<(u64, String)>,
    /// The error that was named last: its place, its line, and the line after it that shows the place or message.
    error: Vec<(u64, String)>,
    next: Next,
    /// The innermost place of a traceback so far.
    place: Option<(u64, String)>,
}

/// The meaning of the next line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Any,
    /// Part of a traceback.
    Traceback,
    /// It may show the place of the error.
    Place,
    /// The message of a panic in Rust.
    Message,
}

impl LastWords {
    /// Takes the next line.
    pub(super) fn push(&mut self, line: &str) {
        self.lines += 1;
        let of_quickjs = exception_of_quickjs(line);
        let line = of_quickjs.as_deref().unwrap_or(line);
        let line = &line[..line.floor_char_boundary(LINE)];
        let kept = (self.lines, line.to_owned());
        match self.next {
            _ if of_quickjs.is_some() => self.name_error(kept.clone(), Next::Any),
            _ if line == TRACEBACK => (self.next, self.place) = (Next::Traceback, None),
            Next::Traceback if line.starts_with(char::is_whitespace) => {
                if line.trim_start().starts_with("File \"") {
                    self.place = Some(kept.clone());
                }
            }
            Next::Traceback => self.name_error(kept.clone(), Next::Any),
            _ if names_error(line) => self.name_error(kept.clone(), Next::Place),
            // The runtime of another language panics in Rust after it has written its own error.
            _ if line.contains("panicked at ") && self.error.is_empty() => self.name_error(kept.clone(), Next::Message),
            Next::Message => self.add_to_error(kept.clone()),
            Next::Place if shows_place(line) => self.add_to_error(kept.clone()),
            Next::Place | Next::Any => {}
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(kept);
    }

    fn name_error(&mut self, line: (u64, String), next: Next) {
        self.error = self.place.take().into_iter().chain([line]).collect();
        self.next = next;
    }

    fn add_to_error(&mut self, line: (u64, String)) {
        self.error.push(line);
        self.next = Next::Any;
    }

    /// Returns the lines in their order, joined; empty if there are none.
    pub(super) fn tell(&self) -> String {
        let lines: BTreeMap<u64, &str> =
            self.error.iter().chain(&self.last).map(|(number, line)| (*number, line.trim())).collect();
        lines.into_values().collect::<Vec<_>>().join(" / ")
    }
}

/// Returns the message of an exception that the runtime of `componentize-qjs` writes as a value of Rust, and the first line
/// of its stack.
fn exception_of_quickjs(line: &str) -> Option<String> {
    let message = line.trim_start().strip_prefix("Exception { message: Some(\"")?;
    let (message, stack) = message.split_once("\"), stack: Some(\"")?;
    let place = stack.split(['\\', '"']).next().unwrap_or_default();
    Some(format!("{message} {}", place.trim()))
}

/// Returns whether a line is advice that an author cannot follow: a guest has no environment.
pub(super) fn is_advice(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE")
}

/// Returns whether a line names an exception, such as `TypeError: x is null`, or begins a panic of Go.
fn names_error(line: &str) -> bool {
    let is_name = |name: &str| {
        let of_module = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let class = name.rsplit('.').next().unwrap_or_default();
        name.chars().all(of_module)
            && class.starts_with(char::is_uppercase)
            && (class.ends_with("Error") || class.ends_with("Exception"))
    };
    line.starts_with("panic: ")
        || line.starts_with("fatal error: ")
        // StarlingMonkey quotes it in a sentence of its own.
        || line.split_whitespace().any(|word| word.trim_start_matches('`').strip_suffix(':').is_some_and(is_name))
        || is_name(line)
}

/// Returns whether a line shows a place in a source file, as a stack of JavaScript or Go does.
fn shows_place(line: &str) -> bool {
    [".js:", ".mjs:", ".ts:", ".go:"].iter().any(|extension| line.contains(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let mut words = LastWords::default();
        text.lines().filter(|line| !is_advice(line)).for_each(|line| words.push(line));
        words.tell()
    }

    #[test]
    fn an_exception_of_python_is_told_with_its_place_however_much_follows() {
        let told = told(
            "Traceback (most recent call last):\n  File \"/0/wit.py\", line 9, in answer\n    f()\n  \
             File \"/0/app.py\", line 12, in f\n    x[1]\nNoSuchRecord: 'nothing'\n\
             thread '<unnamed>' panicked at runtime/src/lib.rs:1:2:\nPython function threw an unexpected exception\n\
             note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\none\ntwo",
        );

        assert!(told.starts_with("File \"/0/app.py\", line 12, in f / NoSuchRecord: 'nothing' / "), "{told}");
        assert!(told.ends_with("threw an unexpected exception / one / two"), "{told}");
    }

    #[test]
    fn an_exception_of_javascript_is_told_with_the_first_line_of_its_stack() {
        let stack = "    at inner (app.js:4:9)\n".to_owned() + &"    at outer (app.js:9:1)\n".repeat(50);

        let told = told(&format!("TypeError: cannot read property 'a' of null\n{stack}"));

        assert!(told.starts_with("TypeError: cannot read property 'a' of null / at inner (app.js:4:9) / at"), "{told}");
    }

    #[test]
    fn an_exception_that_starlingmonkey_quotes_is_told() {
        let told = told(
            "invalid variant tag value `undefined` (received `TypeError: x is undefined`) specified for `Failure`\n\
             Stack:\n  answer@/tmp/1/sources/initializer.js:3213:15\nRedirecting call to abort() to mozalloc_abort",
        );

        assert!(told.contains("(received `TypeError: x is undefined`)"), "{told}");
    }

    #[test]
    fn an_exception_that_quickjs_writes_as_a_value_is_told_like_others() {
        let told = told(
            "thread '<unnamed>' (1) panicked at crates/runtime/src/interpreter.rs:51:31:\n\
             Failed to call 'answer': Value(Exception(\n\
             Exception { message: Some(\"cannot read property 'name' of undefined\"), \
             stack: Some(\"    at answer (/plugin.js:22:14)\\n    at outer (/plugin.js:30:1)\\n\") })\n)",
        );

        assert!(told.contains(" / cannot read property 'name' of undefined at answer (/plugin.js:22:14) / "), "{told}");
    }

    #[test]
    fn a_panic_of_go_is_told_before_its_goroutines() {
        let goroutines =
            "goroutine 1 [running]:\nmain.answer()\n\t/src/impl.go:12 +0x1d\n".to_owned() + &"x\n".repeat(9);

        let told = told(&format!("panic: runtime error: index out of range [5]\n\n{goroutines}"));

        let expected = "panic: runtime error: index out of range [5] / /src/impl.go:12 +0x1d / x / x / x";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_panic_of_rust_is_told_with_its_message_and_without_advice() {
        let told = told(
            "thread '<unnamed>' panicked at src/lib.rs:82:26:\nindex out of bounds\n\
             note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        );

        assert_eq!(told, "thread '<unnamed>' panicked at src/lib.rs:82:26: / index out of bounds");
    }

    #[test]
    fn the_last_error_counts_and_the_kept_lines_are_bounded() {
        let long = "w".repeat(10 * LINE);
        let told = told(&format!("KeyError: 1\nValueError: 2\n{}", format!("{long}\n").repeat(100)));

        assert!(told.starts_with("ValueError: 2 / www"), "{}", &told[..40]);
        assert!(told.len() <= 6 * (LINE + 3));
    }

    #[test]
    fn plain_output_is_told_by_its_last_lines() {
        assert_eq!(told("one\ntwo: an error\nthree\nfour"), "two: an error / three / four");
    }
}
