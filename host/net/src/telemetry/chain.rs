//! An error with what caused it, as lines and answers hold it.

use std::error::Error;
use std::iter::successors;

/// An error and what caused it, in one line.
///
/// A field of a line is to hold it so: of an error itself, the log as JSON writes the outermost alone.
pub fn chain(error: &dyn Error) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
