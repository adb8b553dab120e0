//! Redaction of secrets in responses: a backend that echoes a request must not reveal its secrets to the
//! plugin.
//!
//! The exact value is found, however it is split into chunks. Encoded values are not: base64, percent-encoding,
//! JSON escapes, compression, or a value sent in two separate parts. A backend that wants to reveal a secret to
//! the plugin can do so, as it is trusted with the secret.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;

use super::Secrets;

/// The byte that replaces each byte of a secret, so that stated lengths stay true.
const BLANK: u8 = b'*';

impl Secrets {
    /// Returns whether there is any secret to redact.
    pub(crate) fn hide_something(&self) -> bool {
        self.hidden().next().is_some()
    }

    /// Redacts every secret in `bytes`.
    pub(crate) fn blank(&self, bytes: &mut [u8]) {
        for range in self.found_in(bytes) {
            bytes[range].fill(BLANK);
        }
    }

    /// Redacts every secret in `text`.
    pub(crate) fn blank_text(&self, text: String) -> String {
        let mut bytes = text.into_bytes();
        self.blank(&mut bytes);
        String::from_utf8(bytes).expect("whole characters were written over by ASCII")
    }

    /// Finds the secrets. All are located before any is redacted, as they may overlap.
    fn found_in(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for value in self.hidden() {
            found.extend(memmem::find_iter(bytes, value).map(|at| at..at + value.len()));
        }
        found
    }

    /// Returns the start of a suffix of `bytes` that could begin a secret, or the length of `bytes` if there is
    /// none.
    fn begins_in(&self, bytes: &[u8]) -> usize {
        let begins = |value: &[u8]| {
            let from = bytes.len().saturating_sub(value.len() - 1);
            let mut starts = memchr::memchr_iter(value[0], &bytes[from..]).map(|at| from + at);
            starts.find(|&start| value.starts_with(&bytes[start..]))
        };
        self.hidden().filter_map(begins).min().unwrap_or(bytes.len())
    }
}

/// Redacts secrets in a stream, including those split between chunks.
pub(crate) struct Blanking {
    secrets: Arc<Secrets>,
    /// The end of the input, held back as it may be the beginning of a secret.
    held: Vec<u8>,
    /// Ranges of `held` that belong to secrets already found; they may begin further ones.
    found: Vec<Range<usize>>,
}

impl Blanking {
    pub(crate) fn new(secrets: Arc<Secrets>) -> Self {
        Self { secrets, held: Vec::new(), found: Vec::new() }
    }

    /// Returns the bytes that can be passed on after `chunk`, which may be none.
    pub(crate) fn next(&mut self, chunk: Bytes) -> Bytes {
        if !self.secrets.hide_something() {
            return chunk;
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(&chunk);
        let mut found = std::mem::take(&mut self.found);
        found.extend(self.secrets.found_in(&bytes));
        let pass_on = self.secrets.begins_in(&bytes);
        self.held = bytes.split_off(pass_on);
        for range in found {
            if range.end > pass_on {
                self.found.push(range.start.saturating_sub(pass_on)..range.end - pass_on);
            }
            bytes[range.start.min(pass_on)..range.end.min(pass_on)].fill(BLANK);
        }
        bytes.into()
    }

    /// Returns the bytes held back, at the end of the input.
    pub(crate) fn end(&mut self) -> Bytes {
        let mut bytes = std::mem::take(&mut self.held);
        for range in std::mem::take(&mut self.found) {
            bytes[range].fill(BLANK);
        }
        bytes.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALUE: &str = "open sesame";

    fn secrets() -> Arc<Secrets> {
        Arc::new(Secrets::of_header("token", VALUE, "authorization", "contoso.com"))
    }

    /// Returns the output for these chunks, including the bytes held back last.
    fn through<'a>(secrets: Arc<Secrets>, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut blanking = Blanking::new(secrets);
        let mut out = Vec::new();
        for chunk in chunks {
            out.extend_from_slice(&blanking.next(Bytes::copy_from_slice(chunk)));
        }
        out.extend_from_slice(&blanking.end());
        out
    }

    #[test]
    fn every_occurrence_is_blanked_and_nothing_else() {
        let text = secrets().blank_text("«open sesame», open sesam, open sesame".to_owned());

        assert_eq!(text, "«***********», open sesam, ***********");
    }

    #[test]
    fn a_secret_is_found_across_every_border_of_chunks() {
        let text = b"an open open sesameopen sesame!";
        for first in 0..text.len() {
            for second in first..text.len() {
                let chunks = [&text[..first], &text[first..second], &text[second..]];
                assert_eq!(through(secrets(), chunks), b"an open **********************!", "{first} {second}");
            }
        }
    }

    #[test]
    fn a_secret_that_begins_with_another_or_overlaps_it_is_found_across_every_border() {
        let secrets = || {
            let of = |name, value| Secrets::of_header(name, value, "authorization", "contoso.com");
            Arc::new(of("user", "open").and(of("token", VALUE)).and(of("tail", "same!x")))
        };
        let text = b"open sesame!x, open sesam, open";
        for first in 0..text.len() {
            for second in first..text.len() {
                let chunks = [&text[..first], &text[first..second], &text[second..]];
                assert_eq!(through(secrets(), chunks), b"*************, **** sesam, ****", "{first} {second}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_secret_is_not_held_back() {
        let mut blanking = Blanking::new(secrets());

        assert_eq!(blanking.next("data: 1\n".into()), "data: 1\n");
        assert_eq!(blanking.next("data: op".into()), "data: ");
        assert_eq!(blanking.next("us".into()), "opus");
    }

    #[test]
    fn without_secrets_chunks_pass_as_they_are() {
        let chunk = Bytes::from_static(b"open sesame");

        assert_eq!(Blanking::new(Arc::default()).next(chunk.clone()).as_ptr(), chunk.as_ptr());
    }

    proptest! {
        #[test]
        fn chunks_come_out_as_the_whole_would(
            text in "(open sesame|open |sesame|[a-z ]){0,12}",
            borders in prop::collection::vec(0..200_usize, 0..8),
        ) {
            let whole = secrets().blank_text(text.clone());
            let mut borders: Vec<usize> = borders.into_iter().map(|border| border.min(text.len())).collect();
            borders.extend([0, text.len()]);
            borders.sort_unstable();
            let chunks = borders.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]);

            prop_assert_eq!(through(secrets(), chunks), whole.into_bytes());
        }
    }
}
