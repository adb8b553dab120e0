//! The functions that a guest ran when its call was ended.
//!
//! The names come from the component's name section, which the engine keeps; it looks them up once per fault. Files and
//! lines come from DWARF, if the component was built with it. Only commands for authors parse it: it is untrusted data,
//! and its reader has no limits.

use std::fmt::{self, Write};

use wasmtime::{FrameInfo, WasmBacktrace};

/// Functions that are told.
const FRAMES: usize = 5;

/// Bytes that are kept of each name.
const NAME: usize = 100;

/// Beginnings of the names of functions by which Rust and Go panic. Their callers are of more use.
const OF_PANICS: [&str; 13] = [
    "__rust",
    "rust_panic",
    "rust_begin_unwind",
    "std::panicking",
    "std::process::abort",
    "core::panicking",
    "std::sys",
    "__rustc",
    "abort",
    "runtime.abort",
    "runtime.fatalpanic",
    "runtime.gopanic",
    "runtime.goPanic",
];

/// Returns the guest's functions at the moment of `error`, innermost first. Returns `None` if none of them has a name.
///
/// The names are the guest's own text.
pub(super) fn guest_frames(error: &wasmtime::Error) -> Option<String> {
    let frames = error.downcast_ref::<WasmBacktrace>()?.frames();
    let names: Vec<String> = frames.iter().flat_map(functions).collect();
    joined(&names)
}

/// Returns the functions of a frame: with line tables also those that the compiler inlined, each with its place.
fn functions(frame: &FrameInfo) -> Vec<String> {
    let named = || frame.func_name().map(readable);
    // The last symbol is the function itself, which the name section names in full.
    let last = frame.symbols().len().saturating_sub(1);
    let placed = frame.symbols().iter().enumerate().filter_map(|(index, symbol)| {
        let inlined = || symbol.name().map(readable);
        let name = if index == last { named().or_else(inlined) } else { inlined() }?;
        match symbol.file().zip(symbol.line()) {
            Some((file, _)) if is_of_rust(file) => None,
            Some((file, line)) => Some(format!("{name} ({}:{line})", end_of_path(file))),
            None => Some(name),
        }
    });
    let placed: Vec<String> = placed.collect();
    if frame.symbols().is_empty() { named().into_iter().collect() } else { placed }
}

/// Returns whether a file is of Rust's standard library, whose callers are of more use.
fn is_of_rust(file: &str) -> bool {
    file.starts_with("/rustc/") || file.contains("/rustlib/src/rust/library/")
}

/// Returns the end of a path that is kept: the file, and as many folders above it as there is room for.
fn end_of_path(path: &str) -> String {
    if path.len() <= NAME {
        return path.to_owned();
    }
    let rest = &path[path.ceil_char_boundary(path.len() - NAME)..];
    let whole = rest.find('/').map_or(rest, |slash| &rest[slash..]);
    format!("…{whole}")
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
        let of_go = ["runtime.abort", "runtime.fatalpanic", "runtime.gopanic", "runtime.goPanicIndex", "hub.answer"];
        assert_eq!(told(&of_go).as_deref(), Some("hub.answer"));
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn a_long_path_is_told_by_its_last_folders() {
        assert_eq!(end_of_path("src/lib.rs"), "src/lib.rs");

        let told = end_of_path(&format!("/{}/hub/src/lib.rs", "ä".repeat(200)));

        assert_eq!(told, "…/hub/src/lib.rs");
    }

    #[test]
    fn names_are_bounded_in_number_and_length() {
        let long = "ä".repeat(10_000);

        let told = told(&[long.as_str(); 20]).expect("they have names");

        assert!(told.len() <= FRAMES * (NAME + 12), "{}", told.len());
    }
}
