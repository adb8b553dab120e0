//! The heads of a connection's requests as they came on the wire, for what the HTTP library takes
//! and does not tell: lines that end without a carriage return, and a length that is stated twice.
//!
//! It reads such requests in one way. A server in front of this host may read them in another, and
//! then two callers' requests could be mixed up. So the connection is closed after the answer.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Request;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use bytes::{Buf, BytesMut};

use crate::net::to_usize;

/// How a body in chunks ends if nothing follows it.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// Follows what a connection reads from one request to the next.
#[derive(Clone, Default)]
pub(super) struct Heads(Arc<Mutex<Place>>);

/// What the next byte belongs to.
enum Place {
    /// A head, whose bytes so far are these.
    Head(BytesMut),
    /// A body, of which so much is to come.
    Body(u64),
    /// A body in chunks, whose last bytes are these.
    Chunks(Vec<u8>),
    /// Nobody can tell for sure.
    Unclear,
}

impl Default for Place {
    fn default() -> Self {
        Self::Head(BytesMut::new())
    }
}

impl Heads {
    /// The connection has read these bytes.
    pub(super) fn read(&self, bytes: &[u8]) {
        self.with(|place| place.read(bytes));
    }

    /// The library has read this request's head.
    pub(super) fn begin<B>(&self, request: &Request<B>) {
        self.with(|place| *place = std::mem::replace(place, Place::Unclear).after_head_of(request));
    }

    /// Whether what follows the request that is answered now is the head of another beyond doubt.
    pub(super) fn are_clear(&self) -> bool {
        self.with(|place| {
            if let Place::Chunks(end) = place {
                *place = if end.ends_with(LAST_CHUNK) { Place::default() } else { Place::Unclear };
            }
            !matches!(place, Place::Unclear)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Place) -> T) -> T {
        // Nothing is left half done by a panic in here, and one connection alone uses it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Place {
    fn read(&mut self, mut bytes: &[u8]) {
        if let Self::Body(left) = self {
            let body = bytes.len().min(to_usize(*left));
            *left -= body as u64;
            bytes.advance(body);
            if *left == 0 {
                *self = Self::default();
            }
        }
        match self {
            Self::Head(head) => head.extend_from_slice(bytes),
            Self::Chunks(end) => {
                end.extend_from_slice(bytes);
                end.drain(..end.len().saturating_sub(LAST_CHUNK.len()));
            }
            Self::Body(_) | Self::Unclear => {}
        }
    }

    fn after_head_of<B>(self, request: &Request<B>) -> Self {
        let Self::Head(mut bytes) = self else { return Self::Unclear };
        let Some(length) = clear_head(&bytes, request.method().as_str()) else { return Self::Unclear };
        bytes.advance(length);

        let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let mut body = match length {
            _ if request.headers().contains_key(TRANSFER_ENCODING) => Self::Chunks(Vec::new()),
            Some(0) | None => return Self::Head(bytes),
            Some(length) => Self::Body(length),
        };
        body.read(&bytes);
        body
    }
}

/// The length of the head that `bytes` begin with, if there is one way alone to read it.
fn clear_head(bytes: &[u8], method: &str) -> Option<usize> {
    let (mut length, mut has_begun, mut lengths_stated) = (0, false, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        match line.strip_suffix(b"\r\n")? {
            b"" if has_begun => return (lengths_stated < 2).then_some(length),
            // Empty lines before a request are skipped by everyone.
            b"" => {}
            header if has_begun => lengths_stated += usize::from(states_length(header)),
            request => has_begun = request.strip_prefix(method.as_bytes())?.starts_with(b" "),
        }
    }
    None
}

fn states_length(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.eq_ignore_ascii_case(CONTENT_LENGTH.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether requests that come so, and are answered one after the other, are clear.
    fn are_clear(pieces: &[&str], requests: &[&str]) -> Vec<bool> {
        let heads = Heads::default();
        pieces.iter().for_each(|piece| heads.read(piece.as_bytes()));
        let answer = |headers: &&str| {
            let headers = headers.split(';').filter_map(|header| header.split_once('='));
            let request = headers.fold(Request::post("/"), |request, (name, value)| request.header(name, value));
            heads.begin(&request.body(()).expect("it is valid"));
            heads.are_clear()
        };
        requests.iter().map(answer).collect()
    }

    #[test]
    fn requests_behind_each_other_are_told_apart_however_they_are_cut() {
        let stream =
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{\n}\r\nPOST / HTTP/1.1\r\nhost: it\r\n\r\nPOST / \r\n\r\n";
        for cut in 0..stream.len() {
            let (one, other) = stream.split_at(cut);

            assert_eq!(are_clear(&[one, other], &["content-length=3", "", ""]), [true; 3], "cut at {cut}");
        }
    }

    #[test]
    fn a_line_without_a_carriage_return_is_unclear_in_a_head_alone() {
        for head in ["POST / HTTP/1.1\n\r\n", "POST / HTTP/1.1\r\na: b\n\r\n", "POST / HTTP/1.1\r\na: b\r\n\n"] {
            assert_eq!(are_clear(&[head], &[""]), [false], "{head:?}");
        }
    }

    #[test]
    fn a_length_stated_twice_is_unclear() {
        let head = "POST / HTTP/1.1\r\ncontent-length: 3\r\nCONTENT-LENGTH: 3\r\n\r\nabc";

        assert_eq!(are_clear(&[head], &["content-length=3"]), [false]);
    }

    #[test]
    fn behind_a_body_in_chunks_all_is_clear_only_if_nothing_has_come_yet() {
        let chunks = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        let next = "POST / HTTP/1.1\r\n\r\n";

        assert_eq!(are_clear(&[chunks], &["transfer-encoding=chunked"]), [true]);
        assert_eq!(are_clear(&[chunks, next], &["transfer-encoding=chunked", ""]), [false; 2]);
    }

    #[test]
    fn once_unclear_a_connection_stays_so() {
        let stream = "POST / HTTP/1.1\n\r\nPOST / HTTP/1.1\r\n\r\n";

        assert_eq!(are_clear(&[stream], &["", ""]), [false; 2]);
    }

    #[test]
    fn thousands_of_empty_lines_are_skipped() {
        let lines = "\r\n".repeat(30_000);

        assert_eq!(are_clear(&[&lines, "POST / HTTP/1.1\r\n\r\n"], &[""]), [true]);
    }
}
