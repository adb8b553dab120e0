//! The removal of the caller's own secrets from what a server said: it may repeat them in its answers.

use std::fmt;

/// The text that stands for a secret.
const REMOVED: &str = "[secret]";

/// The fewest characters of a secret that is looked for.
const SHORTEST: usize = 6;

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

    /// Returns a text without the secrets.
    pub(super) fn clean(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| match text.contains(secret.as_str()) {
            true => text.replace(secret.as_str(), REMOVED),
            false => text,
        })
    }
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
}
