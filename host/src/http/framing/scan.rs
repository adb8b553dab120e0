//! The scan of a request's head while it arrives. It keeps no more of the head than the beginning of one line.

/// The largest head of a request, in bytes, its target included.
pub(crate) const HEAD: usize = 64 << 10;

/// The most fields of a head.
pub(crate) const HEADERS: usize = 100;

/// The most bytes that are kept of a line: longer than every method and every name that the scan compares.
const KEPT: usize = 256;

/// The name of the header that states a body's length.
const CONTENT_LENGTH: &[u8] = b"content-length";

/// The reason for which a head is refused before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadFault {
    /// The request line alone exceeds the limit of a head.
    TargetTooLong,
    /// The head exceeds its limit, or has too many fields.
    FieldsTooLarge,
}

/// A head as far as it has arrived.
#[derive(Default)]
pub(super) struct HeadScan {
    /// Bytes so far.
    length: usize,
    /// The beginning of the current line.
    line: Vec<u8>,
    line_length: usize,
    /// The last byte before the current piece, if it belongs to the current line.
    last: Option<u8>,
    /// The beginning of the request line, once it is whole.
    request_line: Option<Vec<u8>>,
    /// Bytes of the request line, once it is whole.
    request_line_length: usize,
    lengths_stated: usize,
    /// Lines after the request line.
    fields: usize,
    /// True if a line did not end in CR LF.
    is_ambiguous: bool,
}

impl HeadScan {
    /// Follows the next bytes. Returns how many of them belong to the head if it ends among them.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut read = 0;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            read += piece.len();
            self.length += piece.len();
            self.line_length += piece.len();
            let kept = piece.len().min(KEPT - self.line.len());
            self.line.extend_from_slice(&piece[..kept]);
            match piece {
                [.., before, b'\n'] => {
                    if self.end_line(Some(*before)) {
                        return Some(read);
                    }
                }
                [b'\n'] => {
                    if self.end_line(self.last) {
                        return Some(read);
                    }
                }
                piece => self.last = piece.last().copied(),
            }
        }
        None
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Returns the reason for which the head is refused, if there is one.
    pub(super) fn fault(&self) -> Option<HeadFault> {
        if self.length < HEAD && self.fields <= HEADERS {
            return None;
        }
        let is_target = self.request_line.is_none() || self.request_line_length >= HEAD;
        Some(if is_target { HeadFault::TargetTooLong } else { HeadFault::FieldsTooLarge })
    }

    /// Returns whether there is only one way to read the head, which has ended, of a request with this method.
    pub(super) fn is_clear(&self, method: &str) -> bool {
        let request = self.request_line.as_deref().and_then(|line| line.strip_prefix(method.as_bytes()));
        !self.is_ambiguous && self.lengths_stated < 2 && request.is_some_and(|rest| rest.starts_with(b" "))
    }

    /// Ends a line, whose last byte before the line feed is `before`. Returns whether the head ends with it.
    fn end_line(&mut self, before: Option<u8>) -> bool {
        let has_return = before == Some(b'\r');
        self.is_ambiguous |= !has_return;
        let is_empty = self.line_length == 1 + usize::from(has_return);
        if is_empty && self.request_line.is_some() {
            return true;
        }
        // Every server skips empty lines before a request.
        if !is_empty {
            match &self.request_line {
                Some(_) => {
                    self.fields += 1;
                    self.lengths_stated += usize::from(states_length(&self.line));
                }
                None => {
                    self.request_line = Some(std::mem::take(&mut self.line));
                    self.request_line_length = self.line_length;
                }
            }
        }
        self.line.clear();
        (self.line_length, self.last) = (0, None);
        false
    }
}

fn states_length(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.eq_ignore_ascii_case(CONTENT_LENGTH)
}
