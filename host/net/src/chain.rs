//! An error with its causes, as one text.

use std::error::Error;
use std::iter::successors;

/// Returns an error and its causes in one line, separated by colons.
///
/// A log field must hold this text: of an error itself, the JSON log writes the outermost message only.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    chain_by(error, ": ")
}

/// Returns an error and its causes, with `separator` before each cause.
#[must_use]
pub fn chain_by(error: &dyn Error, separator: &str) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(separator)
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
}
