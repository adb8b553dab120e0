//! Decodes the bytes of a body to text.

use encoding_rs::{Encoding, UTF_8};
use hyper::header::{CONTENT_TYPE, HeaderMap};

/// Decodes a body by the charset that its headers declare, else as UTF-8. Invalid sequences become U+FFFD.
pub(super) fn decode(headers: &HeaderMap, body: Vec<u8>) -> String {
    let encoding = charset(headers).unwrap_or(UTF_8);
    if encoding == UTF_8 && Encoding::for_bom(&body).is_none() {
        return String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    // A byte order mark takes precedence over the declared charset, and is not part of the text.
    encoding.decode(&body).0.into_owned()
}

fn charset(headers: &HeaderMap) -> Option<&'static Encoding> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let (_, value) = charsets.next()?;
    Encoding::for_label(value.trim().trim_matches('"').as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &'static str, body: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().expect("a header's value"));
        decode(&headers, body.to_vec())
    }

    #[test]
    fn a_body_is_read_by_its_charset() {
        assert_eq!(read("text/plain; charset=iso-8859-1", b"Gr\xfc\xdfe"), "Grüße");
        assert_eq!(read("text/plain;CHARSET=\"windows-1252\"", b"5 \x80"), "5 €");
        assert_eq!(read("text/plain; charset=shift_jis", b"\x8c\xda\x8bq"), "顧客");
        assert_eq!(read("application/json", "Grüße".as_bytes()), "Grüße");
        assert_eq!(read("text/plain; charset=no-such", "Grüße".as_bytes()), "Grüße");
    }

    #[test]
    fn what_does_not_decode_is_marked() {
        assert_eq!(read("application/json", b"a\xffb"), "a\u{fffd}b");
        assert_eq!(decode(&HeaderMap::new(), b"a\xffb".to_vec()), "a\u{fffd}b");
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(read("application/json", b"\xef\xbb\xbf{}"), "{}");
        assert_eq!(read("text/plain; charset=utf-8", b"\xff\xfe{\0}\0"), "{}");
    }
}
