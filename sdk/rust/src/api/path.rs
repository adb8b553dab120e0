//! Paths of URLs, and the percent-encoding of their parts.

use crate::Failure;

/// Appends a text, of which all but unreserved characters are encoded.
pub(super) fn push_encoded(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(byte.into());
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
            url.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// Checks a text that becomes a segment of a path. Even encoded, dots mean another folder, and an empty text means the
/// folder itself.
pub(super) fn check_segment(text: &str) -> Result<(), Failure> {
    match text {
        "" | "." | ".." => Err(Failure::InvalidRequest("a segment of a path is empty or dots".into())),
        _ => Ok(()),
    }
}

/// Checks a path that is sent as it is.
pub(super) fn check(path: &str) -> Result<(), Failure> {
    let leaves_path = |char: char| matches!(char, '?' | '#' | '\\') || char.is_whitespace() || char.is_control();
    let is_dots = |part: &str| matches!(&*part.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    if path.contains(leaves_path) || path.split('/').any(is_dots) {
        let why = "a path has no query, no fragment, no whitespace, no backslash and no parts `.` and `..`";
        return Err(Failure::InvalidRequest(why.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_urls_is_encoded() {
        let mut url = String::new();

        push_encoded(&mut url, "4/2?a=b&c #ü+~");

        assert_eq!(url, "4%2F2%3Fa%3Db%26c%20%23%C3%BC%2B~");
    }

    #[test]
    fn a_segment_is_neither_empty_nor_dots() {
        for text in ["", ".", ".."] {
            assert!(matches!(check_segment(text), Err(Failure::InvalidRequest(_))), "{text}");
        }
        for text in ["...", "%2e%2e", ".a", "/"] {
            assert_eq!(check_segment(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_path_leads_to_no_other_folder_and_has_no_query() {
        for path in ["/a?b", "/a#b", "/a b", "/a\n", "/a\\..", "/..", "/a/./b", "/%2e%2E/a", "/a/.%2E", "/%2e"] {
            assert!(matches!(check(path), Err(Failure::InvalidRequest(_))), "{path}");
        }
        for path in ["/", "/v1/visits", "/v1/a.b/", "/...", "/a%2Fb"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }
}
