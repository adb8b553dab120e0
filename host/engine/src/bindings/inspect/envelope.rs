//! Checks of a file's outer structure: its kind, truncation, and nesting.

/// The kind of a file by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Component,
    CoreModule,
    /// WebAssembly of an unknown layer or version.
    UnknownWasm,
    /// A component compiled by wasmtime, in an ELF file.
    Precompiled,
    /// Something else, with its description.
    Other(&'static str),
}

/// The first bytes of every WebAssembly file. Four bytes of version and layer follow.
const MAGIC: &[u8] = b"\0asm";

/// Bytes of the header, before the first section.
const HEADER: usize = 8;

/// First bytes of other kinds of file.
const KNOWN: [(&[u8], &str); 10] = [
    (b"\x7fELF", "a program or library for Linux (ELF)"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"MZ", "a program or library for Windows"),
    (b"\xcf\xfa\xed\xfe", "a program or library for macOS"),
    (b"#!", "a script"),
    (b"(component", "WebAssembly as text (WAT)"),
    (b"(module", "WebAssembly as text (WAT)"),
    (b"version https://git-lfs", "a pointer left by Git LFS (`git lfs pull` fetches the file)"),
];

pub(super) fn kind_of(file: &[u8]) -> FileKind {
    if file.starts_with(MAGIC) {
        return match file.get(MAGIC.len()..HEADER) {
            Some([0x0d, 0, 1, 0]) => FileKind::Component,
            Some([1, 0, 0, 0]) => FileKind::CoreModule,
            _ => FileKind::UnknownWasm,
        };
    }
    if file.starts_with(b"\x7fELF") && contains(file, b".wasmtime") {
        return FileKind::Precompiled;
    }
    let known = KNOWN.iter().find(|(beginning, _)| file.starts_with(beginning));
    FileKind::Other(known.map_or_else(|| by_text(file), |(_, name)| name))
}

fn by_text(file: &[u8]) -> &'static str {
    let beginning = String::from_utf8_lossy(&file[..file.len().min(512)]).trim_start().to_ascii_lowercase();
    if beginning.starts_with("<!doctype html") || beginning.starts_with("<html") {
        return "a web page (was it saved in place of the download?)";
    }
    if beginning.chars().all(|c| c != '\u{fffd}' && (!c.is_control() || c.is_whitespace())) {
        return "text";
    }
    "something else"
}

fn contains(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

/// Returns whether a WebAssembly file is truncated, in its header or inside a section.
///
/// Reads only the lengths of its outermost sections, so it takes microseconds. A file truncated exactly between
/// two sections is not detected. Nor is a file that is not WebAssembly, unless it is empty.
pub fn ends_early(file: &[u8]) -> bool {
    if file.len() < HEADER {
        return MAGIC.starts_with(&file[..file.len().min(MAGIC.len())]);
    }
    if !file.starts_with(MAGIC) {
        return false;
    }
    let mut rest = &file[HEADER..];
    while let Some((_id, section)) = rest.split_first() {
        let Some((length, body)) = length_of(section) else { return true };
        if length > body.len() {
            return true;
        }
        rest = &body[length..];
    }
    false
}

/// The deepest nesting of components. Toolchains produce a few levels.
pub(super) const DEEPEST: usize = 32;

/// The section of a component that contains another.
const NESTED_COMPONENT: u8 = 4;

/// Returns whether components are nested deeper than [`DEEPEST`].
///
/// Parsing such a file takes time that grows faster than the file does; this takes microseconds.
pub(super) fn nests_too_deep(component: &[u8]) -> bool {
    let mut pending = vec![(component, 1)];
    while let Some((component, depth)) = pending.pop() {
        if depth > DEEPEST {
            return true;
        }
        let mut rest = component.get(HEADER..).unwrap_or_default();
        while let Some((id, section)) = rest.split_first() {
            let Some((length, body)) = length_of(section) else { break };
            let Some((inside, after)) = body.split_at_checked(length) else { break };
            if *id == NESTED_COMPONENT {
                pending.push((inside, depth + 1));
            }
            rest = after;
        }
    }
    false
}

/// Reads a section's length, and returns it with the bytes after it; `None` if the length is truncated.
///
/// A length with too many bits, which no valid file has, yields an arbitrary number.
fn length_of(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let last = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)?;
    let length = bytes[..=last].iter().rev().fold(0_usize, |length, byte| (length << 7) | usize::from(byte & 0x7f));
    Some((length, &bytes[last + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";

    fn file(sections: &[u8]) -> Vec<u8> {
        [HEADER, sections].concat()
    }

    #[test]
    fn files_are_known_by_their_beginning() {
        assert_eq!(kind_of(HEADER), FileKind::Component);
        assert_eq!(kind_of(b"\0asm\x01\0\0\0"), FileKind::CoreModule);
        assert_eq!(kind_of(b"\0asm\x02\0\0\0"), FileKind::UnknownWasm);
        assert_eq!(kind_of(b"\0asm"), FileKind::UnknownWasm);
        assert_eq!(kind_of(b"\x7fELF\0\0\0.wasmtime.engine"), FileKind::Precompiled);
        assert_eq!(kind_of(b"\x7fELF\0\0\0"), FileKind::Other("a program or library for Linux (ELF)"));
        assert_eq!(kind_of(b"PK\x03\x04"), FileKind::Other("a zip archive"));
        assert_eq!(kind_of(b"\n <!DOCTYPE html><title>404"), FileKind::Other(by_text(b"<html>")));
        assert_eq!(kind_of("Grüße".as_bytes()), FileKind::Other("text"));
        assert_eq!(kind_of(&[0, 1, 2, 3]), FileKind::Other("something else"));
    }

    #[test]
    fn a_file_cut_anywhere_but_between_sections_ends_early() {
        let whole = file(&[0, 3, 1, b'a', b'b', 1, 0x82, 0x00, 7, 7]);
        let between = [8, 13, whole.len()];

        for length in 0..=whole.len() {
            assert_eq!(ends_early(&whole[..length]), !between.contains(&length), "{length}");
        }
    }

    #[test]
    fn a_length_without_end_or_beyond_memory_is_no_trouble() {
        assert!(ends_early(&file(&[0; 1])));
        assert!(ends_early(&file(&[[0].as_slice(), &[0xff; 100]].concat())));
        assert!(ends_early(&file(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])));
    }

    #[test]
    fn components_may_stand_in_each_other_but_not_without_end() {
        let nested = |levels: usize| {
            (1..levels).fold(HEADER.to_vec(), |inner, _| {
                let length = [inner.len() as u8 & 0x7f | 0x80, (inner.len() >> 7) as u8];
                file(&[[NESTED_COMPONENT].as_slice(), &length, &inner].concat())
            })
        };

        assert!(!nests_too_deep(&nested(DEEPEST)));
        assert!(nests_too_deep(&nested(DEEPEST + 1)));
    }

    #[test]
    fn what_is_no_webassembly_does_not_end_early() {
        assert!(!ends_early(b"hello"));
        assert!(!ends_early(b"hello, world"));
    }
}
