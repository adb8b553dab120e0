//! What is wrong with a request, in words for the caller.

use std::fmt;

use super::text;

/// A request cannot be understood: where, and what to change.
///
/// The message is for the caller. It names the parameter, and quotes at most 64 escaped characters of the input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {problem}")]
pub struct InvalidRequest {
    place: Place,
    problem: Problem,
}

impl InvalidRequest {
    /// `parameter` is absent or empty, though the operation needs it.
    pub(super) fn missing(parameter: impl Into<String>) -> Self {
        Self::parameter(parameter, Problem::Missing)
    }

    /// `parameter` is given more than once.
    pub(super) fn repeated(parameter: impl Into<String>) -> Self {
        Self::parameter(parameter, Problem::Repeated)
    }

    pub(super) fn parameter(parameter: impl Into<String>, problem: Problem) -> Self {
        Self { place: Place::Parameter(parameter.into()), problem }
    }

    pub(super) fn body(problem: Problem) -> Self {
        Self { place: Place::Body, problem }
    }

    /// The same, one level further out: `top` of `relatedEntities[2]` is `relatedEntities[2].top`.
    pub(super) fn within(self, outer: impl fmt::Display) -> Self {
        let place = match self.place {
            Place::Parameter(inner) => Place::Parameter(format!("{outer}.{inner}")),
            Place::Body => Place::Body,
        };
        Self { place, ..self }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Body,
    /// By its path, such as `relatedEntities[2].entityId`.
    Parameter(String),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => formatter.write_str("the body"),
            Self::Parameter(path) => write!(formatter, "`{path}`"),
        }
    }
}

/// What is wrong at the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("is missing")]
    Missing,
    #[error("is given more than once")]
    Repeated,
    #[error("must be {expected}, not `{}`", text::quoted(.found))]
    Unexpected { expected: &'static str, found: String },
    #[error("must be {expected}")]
    WrongType { expected: &'static str },
    #[error("is not well percent-encoded UTF-8")]
    Encoding,
    #[error("holds control characters")]
    ControlCharacters,
    #[error("is longer than {most} characters")]
    TooLong { most: usize },
    #[error("has more than {most} entries")]
    TooMany { most: usize },
    #[error("lies after `{other}`")]
    After { other: &'static str },
    /// In the words of the JSON reader, which quotes no more of the input than other messages do.
    #[error("is not acceptable JSON: {0}")]
    Json(String),
}
