//! HTTP framing: protection against request smuggling.
//!
//! The HTTP library accepts lines that end in LF alone and a length that is stated twice, and does not report them. A
//! proxy in front of this host may read such requests in another way, and then the requests of two callers could be
//! mixed up. This module sees the bytes that the library reads, decrypted if there is TLS. After a request that can be
//! read in two ways, the connection is closed. The same holds if bytes follow a chunked body directly.

mod scan;

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Request;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use bytes::Buf;

use self::scan::HeadScan;
pub(super) use self::scan::{HEAD, HEADERS, HeadFault};

use net::to_usize;

/// The end of a chunked body without trailers.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// The framing of a connection's requests. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Heads(Arc<Mutex<FramePart>>);

/// The part of a request that the next byte belongs to.
enum FramePart {
    /// A head that arrives.
    Head(HeadScan),
    /// The bytes behind a head that the library has not reported yet.
    Behind(HeadScan, Vec<u8>),
    /// A body, with the number of bytes to come.
    Body(u64),
    /// A chunked body, with its last bytes.
    Chunks(Vec<u8>),
    /// An ambiguous part.
    Unclear,
}

impl Default for FramePart {
    fn default() -> Self {
        Self::Head(HeadScan::default())
    }
}

impl Heads {
    /// Follows bytes that the connection has read. Returns how many bytes are buffered of heads that have not been
    /// reported.
    pub(super) fn read(&self, bytes: &[u8]) -> usize {
        self.with(|place| {
            place.read(bytes);
            place.buffered()
        })
    }

    /// Follows the head of a request that the library has read.
    pub(super) fn begin<B>(&self, request: &Request<B>) {
        self.with(|place| *place = std::mem::replace(place, FramePart::Unclear).after_head_of(request));
    }

    /// Returns whether the bytes after the current request can only be the head of another request.
    pub(super) fn are_clear(&self) -> bool {
        self.with(|place| {
            if let FramePart::Chunks(end) = place {
                *place = if end.ends_with(LAST_CHUNK) { FramePart::default() } else { FramePart::Unclear };
            }
            !matches!(place, FramePart::Unclear)
        })
    }

    /// Returns the reason for which the head that arrives is refused, if there is one.
    pub(super) fn fault(&self) -> Option<HeadFault> {
        self.with(|place| match place {
            FramePart::Head(head) | FramePart::Behind(head, _) => head.fault(),
            FramePart::Body(_) | FramePart::Chunks(_) | FramePart::Unclear => None,
        })
    }

    /// Returns whether the client has sent whole requests, and nothing since.
    pub(super) fn are_whole(&self) -> bool {
        self.with(|place| matches!(place, FramePart::Head(head) if head.length() == 0))
    }

    fn with<T>(&self, act: impl FnOnce(&mut FramePart) -> T) -> T {
        // A panic cannot leave the state inconsistent, and only one connection uses it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FramePart {
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
            Self::Head(head) => {
                if let Some(length) = head.read(bytes) {
                    *self = Self::Behind(std::mem::take(head), bytes[length..].to_vec());
                }
            }
            Self::Behind(_, behind) => behind.extend_from_slice(bytes),
            Self::Chunks(end) => {
                end.extend_from_slice(bytes);
                end.drain(..end.len().saturating_sub(LAST_CHUNK.len()));
            }
            Self::Body(_) | Self::Unclear => {}
        }
    }

    fn buffered(&self) -> usize {
        match self {
            Self::Head(head) => head.length(),
            Self::Behind(head, behind) => head.length() + behind.len(),
            Self::Body(_) | Self::Chunks(_) | Self::Unclear => 0,
        }
    }

    fn after_head_of<B>(self, request: &Request<B>) -> Self {
        let Self::Behind(head, behind) = self else { return Self::Unclear };
        if !head.is_clear(request.method().as_str()) {
            return Self::Unclear;
        }

        let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let mut next = match length {
            _ if request.headers().contains_key(TRANSFER_ENCODING) => Self::Chunks(Vec::new()),
            Some(0) | None => Self::default(),
            Some(length) => Self::Body(length),
        };
        next.read(&behind);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether these requests, answered one after the other, are unambiguous.
    fn are_clear(pieces: &[&str], requests: &[&str]) -> Vec<bool> {
        let heads = Heads::default();
        for piece in pieces {
            heads.read(piece.as_bytes());
        }
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
    fn a_head_is_refused_once_it_is_too_large_and_not_before() {
        let fault = |bytes: &str| {
            let heads = Heads::default();
            heads.read(bytes.as_bytes());
            heads.fault()
        };
        let fields = |count: usize| format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(count));
        let body = format!("POST / HTTP/1.1\r\n\r\n{}", "x".repeat(128 << 10));

        assert_eq!(fault(&format!("GET /{}", "a".repeat(60 << 10))), None);
        assert_eq!(fault(&format!("GET /{}", "a".repeat(64 << 10))), Some(HeadFault::TargetTooLong));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(64 << 10));
        assert_eq!(fault(&long), Some(HeadFault::TargetTooLong));
        assert_eq!(fault(&format!("GET / HTTP/1.1\r\na: {}", "a".repeat(64 << 10))), Some(HeadFault::FieldsTooLarge));
        assert_eq!(fault(&fields(100)), None);
        assert_eq!(fault(&fields(101)), Some(HeadFault::FieldsTooLarge));
        assert_eq!(fault(&body), None);
    }

    #[test]
    fn requests_are_whole_until_another_begins() {
        let heads = Heads::default();
        let request = Request::post("/").header("content-length", "3").body(()).expect("it is valid");
        assert!(heads.are_whole());

        heads.read(b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nab");
        assert!(!heads.are_whole());
        heads.begin(&request);
        assert!(!heads.are_whole());
        heads.read(b"c");
        assert!(heads.are_whole());
        heads.read(b"G");
        assert!(!heads.are_whole());
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

    #[test]
    fn what_is_buffered_of_heads_is_known_until_they_are_reported() {
        let heads = Heads::default();
        let request = Request::post("/").header("content-length", "3").body(()).expect("it is valid");

        assert_eq!(heads.read(b"POST / HTTP/1.1\r\ncontent-"), 25);
        assert_eq!(heads.read(b"length: 3\r\n\r\nabcGET"), 44);
        heads.begin(&request);

        assert_eq!(heads.read(b" / HTTP/1.1\r\n"), 16);
    }
}
