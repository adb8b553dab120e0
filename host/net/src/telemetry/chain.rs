//! Formatting of an error with its causes, for the log and for answers.

use std::error::Error;
use std::iter::successors;

/// Formats an error and its causes in one line.
///
/// Fields of the log must hold errors in this form, because the JSON log writes only the outermost error of a chain.
pub fn chain(error: &dyn Error) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
