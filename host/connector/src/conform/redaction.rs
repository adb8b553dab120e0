//! The removal of the caller's own secrets from what a server said: it may repeat them in its answers.

use std::fmt;

/// The text that stands for a secret.
const REMOVED: &str = "[secret]";

/// The fewest bytes of a secret that is looked for.
const SHORTEST: usize = 6;

/// The fewest bytes of a part of a longer secret that is looked for. A text that a server repeats may have been cut.
const PART: usize = 16;

/// The secrets to remove. They are never shown.
#[derive(Clone, Default)]
pub(super) struct Redaction(Vec<String>);

impl Redaction {
    /// Returns the redaction of these values of headers.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a [u8]>) -> Self {
        let values = values.map(|value| String::from_utf8_lossy(value).into_owned());
        let secrets = values.map(|value| value.strip_prefix("Bearer ").map(str::to_owned).unwrap_or(value));
        Self(secrets.filter(|secret| secret.len() >= SHORTEST).collect())
    }

    /// Returns a text without the secrets and their parts.
    pub(super) fn clean(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| without(text, secret))
    }
}

/// Returns `text` without `secret`, and without each longest part of it that is long enough to tell of it.
fn without(text: String, secret: &str) -> String {
    let part = secret.floor_char_boundary(PART);
    let mut cleaned = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(seen) = text.get(at..) {
        let length = longest_part(seen, secret, part);
        if length > 0 {
            cleaned.push_str(&text[kept..at]);
            cleaned.push_str(REMOVED);
            kept = at + length;
            at = kept;
        } else {
            at += seen.chars().next().map_or(1, char::len_utf8);
        }
    }
    if kept == 0 {
        return text;
    }
    cleaned.push_str(&text[kept..]);
    cleaned
}

/// Returns the bytes at the beginning of `text` that are a part of `secret`, of at least `part` bytes; 0 if none are.
fn longest_part(text: &str, secret: &str, part: usize) -> usize {
    let Some(first) = text.get(..part) else { return 0 };
    let length_from = |(at, _)| {
        let letters = secret[at..].chars().zip(text.chars());
        letters.take_while(|(one, other)| one == other).map(|(letter, _)| letter.len_utf8()).sum()
    };
    secret.match_indices(first).map(length_from).max().unwrap_or_default()
}

impl fmt::Debug for Redaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Redaction")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_a_server_repeats_is_removed_with_or_without_its_scheme() {
        let redaction = Redaction::of([&b"Bearer open-sesame"[..], b"ihk_key", b"x"].into_iter());

        let text = redaction.clean("no `Bearer open-sesame`, no open-sesame, no ihk_key; x".to_owned());

        assert_eq!(text, "no `Bearer [secret]`, no [secret], no [secret]; x");
        assert_eq!(format!("{redaction:?}"), "Redaction");
    }

    #[test]
    fn parts_of_a_long_token_are_removed_wherever_a_text_was_cut() {
        let token = "eyJhbGciOiJSUzI1NiJ9.".to_owned() + &"0123456789abcdef".repeat(20);
        let redaction = Redaction::of([token.as_bytes()].into_iter());
        let clean = |text: String| redaction.clean(text);

        assert_eq!(clean(format!("you said {}", &token[..60])), "you said [secret]");
        assert_eq!(clean(format!("you said …{} and é", &token[40..100])), "you said …[secret] and é");
        assert_eq!(clean(format!("{token}{token}")), "[secret][secret]");
        assert_eq!(clean("0123456789 is short".to_owned()), "0123456789 is short");
    }
}
