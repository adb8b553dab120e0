//! Percent-encoding of parts of a URL.

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

/// Returns a segment of a path, encoded. The dots that mean another folder are encoded too.
pub(super) fn segment(text: &str) -> String {
    let mut encoded = String::new();
    push_encoded(&mut encoded, text);
    if text == "." || text == ".." { encoded.replace('.', "%2E") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_urls_is_encoded() {
        assert_eq!(segment("4/2?a=b&c #ü+~"), "4%2F2%3Fa%3Db%26c%20%23%C3%BC%2B~");
    }

    #[test]
    fn a_segment_leads_to_no_other_folder() {
        assert_eq!([segment("."), segment(".."), segment("...")], ["%2E", "%2E%2E", "..."]);
    }
}
