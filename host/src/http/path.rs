//! Normalisation of a request's path, once, before anything is decided by it: routes, grants, log and audit see one
//! path.

use axum::http::Request;
use axum::http::uri::{PathAndQuery, Uri};

/// Normalises the path of `request`: doubled slashes, a slash at the end, and unreserved characters that are
/// percent-encoded (RFC 3986, section 6.2.2).
///
/// A path that holds dot segments or an encoded slash stays as it is, and no route has it. Servers disagree on where
/// such a path leads.
pub(super) fn normalise<B>(request: &mut Request<B>) {
    let Some(path) = normal(request.uri().path()) else { return };
    let whole = match request.uri().query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = whole.ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// The normal form of `path`, if there is one and it differs.
fn normal(path: &str) -> Option<String> {
    if !path.starts_with('/') || !may_differ(path) {
        return None;
    }
    let mut normal = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let begin = normal.len() + 1;
        normal.push('/');
        decode_unreserved(segment, &mut normal)?;
        if matches!(&normal[begin..], "." | "..") {
            return None;
        }
    }
    if normal.is_empty() {
        normal.push('/');
    }
    Some(normal)
}

fn may_differ(path: &str) -> bool {
    path.contains('%') || path.contains("//") || path.len() > 1 && path.ends_with('/')
}

/// Appends `segment` with its unreserved characters decoded. `None` if it holds an encoded slash or backslash.
fn decode_unreserved(segment: &str, decoded: &mut String) -> Option<()> {
    let mut pieces = segment.split('%');
    decoded.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let byte = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(b'/' | b'\\') => return None,
            Some(byte) if is_unreserved(byte) => {
                decoded.push(char::from(byte));
                decoded.push_str(&piece[2..]);
            }
            _ => {
                decoded.push('%');
                decoded.push_str(piece);
            }
        }
    }
    Some(())
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normalised(target: &str) -> String {
        let mut request = Request::get(target).body(()).expect("a target");
        normalise(&mut request);
        request.uri().to_string()
    }

    #[test]
    fn one_path_has_one_form() {
        for (target, expected) in [
            ("//api/record-summary?a=//%2D", "/api/record-summary?a=//%2D"),
            ("/api//record-summary/", "/api/record-summary"),
            ("/api/record%2Dsummary//?", "/api/record-summary?"),
            ("/%61pi/%7Eone", "/api/~one"),
            ("/a%20b/%C3%A9", "/a%20b/%C3%A9"),
            ("/a%252Fb", "/a%252Fb"),
            ("//", "/"),
            ("http://host//healthz/", "http://host/healthz"),
            ("/api/record-summary", "/api/record-summary"),
            ("/%zz/", "/%zz"),
        ] {
            assert_eq!(normalised(target), expected, "{target}");
        }
    }

    #[test]
    fn a_path_whose_meaning_servers_disagree_on_stays_as_it_is() {
        for target in ["/a/../b/", "/a/./b/", "/a/%2e%2E/b/", "//a%2Fb", "//a%5cb", "/.%2e/"] {
            assert_eq!(normalised(target), target);
        }
    }

    #[test]
    fn a_target_that_is_no_path_stays_as_it_is() {
        assert_eq!(normal("*"), None);
        assert_eq!(normal(""), None);
    }

    proptest! {
        #[test]
        fn a_normal_path_is_its_own_normal_form(path in "(/|/{2}|%2[dDeEfF]|%61|%|\\.|a|b){0,24}") {
            if let Some(once) = normal(&format!("/{path}")) {
                prop_assert_eq!(normal(&once).unwrap_or_else(|| once.clone()), once);
            }
        }
    }
}
