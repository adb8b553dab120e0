//! The functions that a guest ran when its call was ended.
//!
//! The names come from the component's name section, which the engine keeps; it looks them up once per fault. Files and
//! lines would come from DWARF, which the host does not parse: it is untrusted data, and its reader has no limits.

use std::fmt::{self, Write};

use wasmtime::{FrameInfo, WasmBacktrace};

/// Functions that are told.
const FRAMES: usize = 5;

/// Bytes that are kept of each name.
const NAME: usize = 100;

/// Beginnings of the names of functions by which Rust panics. Their callers are of more use.
const OF_PANICS: [&str; 8] =
    ["__rust", "rust_panic", "rust_begin_unwind", "std::panicking", "core::panicking", "std::sys", "__rustc", "abort"];

/// Returns the guest's functions at the moment of `error`, innermost first. Returns `None` if none of them has a name.
///
/// The names are the guest's own text.
pub(super) fn guest_frames(error: &wasmtime::Error) -> Option<String> {
    let frames = error.downcast_ref::<WasmBacktrace>()?.frames();
    let names: Vec<String> = frames.iter().filter_map(FrameInfo::func_name).map(readable).collect();
    joined(&names)
}

fn joined(names: &[String]) -> Option<String> {
    let is_of_panics = |name: &&String| OF_PANICS.iter().any(|beginning| name.starts_with(beginning));
    let told: Vec<&str> = names.iter().skip_while(is_of_panics).take(FRAMES).map(String::as_str).collect();
    (!told.is_empty()).then(|| told.join(", called by "))
}

/// Returns the beginning of a name as it is in the source.
fn readable(name: &str) -> String {
    let mut readable = NameStart(String::new());
    // The alternate form leaves out the hash of the crate. Writing ends with an error once the text is long enough.
    let _ = match rustc_demangle::try_demangle(name) {
        Ok(demangled) => write!(readable, "{demangled:#}"),
        Err(_not_mangled) => readable.write_str(name),
    };
    readable.0
}

/// A text of at most [`NAME`] bytes: a short mangled name may stand for one of megabytes.
struct NameStart(String);

impl Write for NameStart {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let left = NAME - self.0.len();
        self.0.push_str(&piece[..piece.floor_char_boundary(left)]);
        if piece.len() > left { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str]) -> Option<String> {
        joined(&names.iter().map(|name| readable(name)).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_told_as_in_the_source_without_what_panics() {
        let names = [
            "rust_panic",
            "_ZN4core9panicking9panic_fmt17h0123456789abcdefE",
            "_ZN3hub4find17h0123456789abcdefE",
            "answer",
        ];

        assert_eq!(told(&names).as_deref(), Some("hub::find, called by answer"));
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn names_are_bounded_in_number_and_length() {
        let long = "ä".repeat(10_000);

        let told = told(&[long.as_str(); 20]).expect("they have names");

        assert!(told.len() <= FRAMES * (NAME + 12), "{}", told.len());
    }
}
