//! Errors in a request, with messages for the caller.

use std::fmt;

use super::text;

/// An error in a request: its location and the problem.
///
/// The message is for the caller. It names the parameter, and quotes at most 64 escaped characters of the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {problem}")]
pub struct InvalidRequest {
    place: Location,
    problem: InputProblem,
}

impl InvalidRequest {
    /// The error for a required `parameter` that is absent or empty.
    pub(super) fn missing(parameter: impl Into<String>) -> Self {
        Self::parameter(parameter, InputProblem::Missing)
    }

    /// The error for a `parameter` that is given more than once.
    pub(super) fn repeated(parameter: impl Into<String>) -> Self {
        Self::parameter(parameter, InputProblem::Repeated)
    }

    pub(super) fn parameter(parameter: impl Into<String>, problem: InputProblem) -> Self {
        Self { place: Location::Parameter(parameter.into()), problem }
    }

    pub(super) fn body(problem: InputProblem) -> Self {
        Self { place: Location::Body, problem }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    Body,
    /// A parameter by its path, such as `relatedEntities[2].entityId`.
    Parameter(String),
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => formatter.write_str("the body"),
            Self::Parameter(path) => write!(formatter, "`{path}`"),
        }
    }
}

/// The problem at a location.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InputProblem {
    #[error("is missing")]
    Missing,
    #[error("is given more than once")]
    Repeated,
    #[error("must be {expected}, not `{}`", text::quoted(.found))]
    Unexpected { expected: &'static str, found: String },
    #[error("must be {expected}")]
    WrongType { expected: &'static str },
    #[error("is not valid percent-encoded UTF-8")]
    Encoding,
    #[error("holds control characters")]
    ControlCharacters,
    #[error("is longer than {most} characters")]
    TooLong { most: usize },
    #[error("is later than `{other}`")]
    After { other: &'static str },
    /// The message of the JSON reader, which quotes no more of the input than other messages do.
    #[error("is not acceptable JSON: {0}")]
    Json(String),
}
