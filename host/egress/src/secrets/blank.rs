//! Blanks secrets in what comes back: a backend that echoes a request must not tell the plugin
//! what it never saw.
//!
//! Found is the value as it is, in any chunking. Not found is what a backend makes of it: base64,
//! percent-encoding, JSON's escapes, compression, half of it here and half of it there. A backend
//! that wants to tell the plugin a secret can do so; it is trusted with the secret, after all.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;

use super::Secrets;

/// What is written over each byte of a secret: as long as before, so that lengths stated stay true.
const BLANK: u8 = b'*';

impl Secrets {
    /// Whether anything could have to be blanked.
    pub(crate) fn hide_something(&self) -> bool {
        self.hidden().next().is_some()
    }

    /// Blanks every secret in `bytes`.
    pub(crate) fn blank(&self, bytes: &mut [u8]) {
        for range in self.found_in(bytes) {
            bytes[range].fill(BLANK);
        }
    }

    /// Blanks every secret in `text`.
    pub(crate) fn blank_text(&self, text: String) -> String {
        let mut bytes = text.into_bytes();
        self.blank(&mut bytes);
        String::from_utf8(bytes).expect("whole characters were written over by ASCII")
    }

    /// Where secrets are. All are looked for before any is blanked, as they may overlap.
    fn found_in(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for value in self.hidden() {
            found.extend(memmem::find_iter(bytes, value).map(|at| at..at + value.len()));
        }
        found
    }

    /// Where the end of `bytes` could be the beginning of a secret; their length if it could not.
    fn begins_in(&self, bytes: &[u8]) -> usize {
        let begins = |value: &[u8]| {
            let from = bytes.len().saturating_sub(value.len() - 1);
            let mut starts = memchr::memchr_iter(value[0], &bytes[from..]).map(|at| from + at);
            starts.find(|&start| value.starts_with(&bytes[start..]))
        };
        self.hidden().filter_map(begins).min().unwrap_or(bytes.len())
    }
}

/// Blanks secrets in a stream, those across the borders of its chunks too.
pub(crate) struct Blanking {
    secrets: Arc<Secrets>,
    /// The end of what came, held back as it may be the beginning of a secret.
    held: Vec<u8>,
    /// Where in that the ends of secrets are, which may be the beginnings of others.
    found: Vec<Range<usize>>,
}

impl Blanking {
    pub(crate) fn new(secrets: Arc<Secrets>) -> Self {
        Self { secrets, held: Vec::new(), found: Vec::new() }
    }

    /// What can be passed on when `chunk` has come; it may be empty.
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

    /// What was held back, when nothing more comes.
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

    /// What comes out of these chunks, the last held back included.
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
