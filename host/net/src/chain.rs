//! An error with its causes, as one text.

use std::error::Error;
use std::iter::successors;

/// Returns an error and its causes in one line, separated by colons.
///
/// A log field of an error holds this text, as in `warn!(error = %chain(&error), "…")`: of an error itself, the JSON log
/// writes the outermost message only. A test holds every line to it.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    chain_by(error, ": ")
}

/// Returns an error and then its causes.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// Returns an error and its causes, with `separator` before each cause. A cause whose text its effect repeats is left
/// out.
#[must_use]
pub fn chain_by(error: &(dyn Error + 'static), separator: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        if !texts.last().is_some_and(|effect| effect.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(separator)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("failed to read it")]
    struct Outer(#[source] io::Error);

    #[test]
    fn an_error_is_followed_by_its_causes() {
        let error = Outer(io::Error::other("the disk is full"));

        assert_eq!(chain(&error), "failed to read it: the disk is full");
        assert_eq!(chain_by(&error, "\n  because "), "failed to read it\n  because the disk is full");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("failed to read it: {0}")]
    struct Repeating(#[source] io::Error);

    #[test]
    fn nothing_is_said_twice() {
        let error = Repeating(io::Error::other("the disk is full"));

        assert_eq!(chain(&error), "failed to read it: the disk is full");
    }
}
