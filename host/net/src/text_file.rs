//! Text in files as editors, shells and PowerShell write it: with a byte order mark, a line break at its end, or in UTF-16.

use std::fs;
use std::path::Path;

/// The mark that some editors write before text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The remedy for a file in UTF-16.
pub const UTF_16: &str = "is UTF-16, which `>` of Windows PowerShell writes; save it as UTF-8";

/// Returns the bytes without the mark before them.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// Returns the bytes without a mark before them and a line break at their end.
#[must_use]
pub fn value(bytes: &[u8]) -> &[u8] {
    let bytes = without_mark(bytes);
    bytes.strip_suffix(b"\n").map_or(bytes, |bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes))
}

/// Returns whether the bytes are UTF-16: they begin with its mark, or have a zero byte in their first character.
#[must_use]
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.iter().take(2).any(|byte| *byte == 0)
}

/// Returns whether reading `path` may block, or never end: it leads to a pipe or a device.
#[must_use]
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_stands_between_a_mark_and_a_line_break() {
        for written in ["open sesame", "open sesame\n", "open sesame\r\n", "\u{feff}open sesame\r\n"] {
            assert_eq!(value(written.as_bytes()), b"open sesame");
        }
        assert_eq!(value(b"two\nlines\n\n"), b"two\nlines\n");
    }

    #[test]
    fn utf_16_is_told_by_its_mark_or_a_zero_byte() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert!(is_utf16(&utf16("\u{feff}open")) && is_utf16(&utf16("open")) && is_utf16(b"\xfe\xff\0o"));
        assert!(!is_utf16("\u{feff}open".as_bytes()) && !is_utf16(b""));
    }
}
