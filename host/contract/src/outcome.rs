//! Outcomes of providers' calls, and the error for a request that no provider answered.

use std::fmt;

use serde::{Serialize, Serializer};

/// The outcome of one provider's call. The list is closed; metrics, logs and error bodies use its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The provider answered, perhaps with an empty page.
    Answered,
    /// The provider handles records of this type, but does not know this one.
    RecordNotFound,
    /// The provider is connected to another CRM organization.
    InvalidCrmConnection,
    /// The seller may not see this.
    NotPermitted,
    /// The seller has to sign in to the partner's application.
    SignInRequired,
    /// A backend of the provider throttled it.
    Throttled,
    /// The provider rejected the question as invalid.
    InvalidRequest,
    /// A backend of the provider is down or does not respond in time.
    BackendUnavailable,
    /// The provider reported a failure.
    Failed,
    /// The provider was still running when the merged answer left without it.
    Late,
    /// The call exceeded its deadline.
    DeadlineExceeded,
    /// The call ran more instructions than its limit.
    OutOfFuel,
    /// The call exceeded its own memory limit or that of all calls together.
    OutOfMemory,
    /// The plugin trapped.
    Trapped,
    /// The answer was larger than its limit.
    AnswerTooLarge,
    /// The answer violates the contract beyond repair.
    BadAnswer,
    /// The provider or the host is at capacity and rejected the call.
    Overloaded,
    /// The provider failed so often that it is not called for a while: its circuit breaker is open.
    Suspended,
    /// The provider cannot be called, because of a problem of the host.
    Unavailable,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 19] = [
        Self::Answered,
        Self::RecordNotFound,
        Self::InvalidCrmConnection,
        Self::NotPermitted,
        Self::SignInRequired,
        Self::Throttled,
        Self::InvalidRequest,
        Self::BackendUnavailable,
        Self::Failed,
        Self::Late,
        Self::DeadlineExceeded,
        Self::OutOfFuel,
        Self::OutOfMemory,
        Self::Trapped,
        Self::AnswerTooLarge,
        Self::BadAnswer,
        Self::Overloaded,
        Self::Suspended,
        Self::Unavailable,
    ];

    /// The name in metrics, logs and error bodies, such as `deadline-exceeded`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::RecordNotFound => "record-not-found",
            Self::InvalidCrmConnection => "invalid-crm-connection",
            Self::NotPermitted => "not-permitted",
            Self::SignInRequired => "sign-in-required",
            Self::Throttled => "throttled",
            Self::InvalidRequest => "invalid-request",
            Self::BackendUnavailable => "backend-unavailable",
            Self::Failed => "failed",
            Self::Late => "late",
            Self::DeadlineExceeded => "deadline-exceeded",
            Self::OutOfFuel => "out-of-fuel",
            Self::OutOfMemory => "out-of-memory",
            Self::Trapped => "trapped",
            Self::AnswerTooLarge => "answer-too-large",
            Self::BadAnswer => "bad-answer",
            Self::Overloaded => "overloaded",
            Self::Suspended => "suspended",
            Self::Unavailable => "unavailable",
        }
    }

    /// Returns whether it is a failure of the plugin or the host, rather than an answer that the provider chose.
    pub const fn is_fault(self) -> bool {
        match self {
            Self::Answered
            | Self::RecordNotFound
            | Self::InvalidCrmConnection
            | Self::NotPermitted
            | Self::SignInRequired
            | Self::Throttled
            | Self::InvalidRequest
            | Self::BackendUnavailable
            | Self::Failed
            | Self::Late => false,
            Self::DeadlineExceeded
            | Self::OutOfFuel
            | Self::OutOfMemory
            | Self::Trapped
            | Self::AnswerTooLarge
            | Self::BadAnswer
            | Self::Overloaded
            | Self::Suspended
            | Self::Unavailable => true,
        }
    }

    /// Returns whether the operator should know: it is a fault, or a failure that the provider reports.
    pub const fn is_failure(self) -> bool {
        self.is_fault() || matches!(self, Self::Failed | Self::BackendUnavailable)
    }

    /// The error that this outcome causes if no provider answers. `None` for an answer.
    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Answered => None,
            Self::BackendUnavailable
            | Self::Failed
            | Self::DeadlineExceeded
            | Self::OutOfFuel
            | Self::OutOfMemory
            | Self::Trapped
            | Self::AnswerTooLarge
            | Self::BadAnswer
            | Self::Unavailable => Some(Verdict::Internal),
            Self::Throttled | Self::Overloaded | Self::Suspended | Self::Late => Some(Verdict::Throttled),
            Self::NotPermitted => Some(Verdict::NotPermitted),
            Self::SignInRequired => Some(Verdict::SignInRequired),
            Self::RecordNotFound => Some(Verdict::RecordNotFound),
            Self::InvalidRequest => Some(Verdict::InvalidRequest),
            Self::InvalidCrmConnection => Some(Verdict::InvalidCrmConnection),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The error for the caller if no provider answered. Earlier variants take precedence over later ones.
///
/// What a provider says of the question comes first, since no failure of another one changes it. A provider at capacity
/// comes before one that fails, since a retry may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The record is not known.
    RecordNotFound,
    /// The seller may not see this.
    NotPermitted,
    /// The seller has to sign in to the partner's application.
    SignInRequired,
    /// The question makes no sense.
    InvalidRequest,
    /// The CRM is another one.
    InvalidCrmConnection,
    /// A provider or the host is over its limits.
    Throttled,
    /// A provider failed.
    Internal,
}

/// Returns the error for the caller, given the outcomes of all calls. `None` if one was answered or there was no call.
pub fn verdict(outcomes: impl IntoIterator<Item = Outcome>) -> Option<Verdict> {
    let verdicts: Option<Vec<Verdict>> = outcomes.into_iter().map(Outcome::verdict).collect();
    verdicts?.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_is_enough() {
        assert_eq!(verdict([Outcome::Trapped, Outcome::Answered, Outcome::Throttled]), None);
    }

    #[test]
    fn what_a_provider_says_of_the_question_decides_then_load_then_failures() {
        let by_rank = [
            (vec![Outcome::RecordNotFound], Verdict::RecordNotFound),
            (vec![Outcome::NotPermitted], Verdict::NotPermitted),
            (vec![Outcome::SignInRequired], Verdict::SignInRequired),
            (vec![Outcome::InvalidRequest], Verdict::InvalidRequest),
            (vec![Outcome::InvalidCrmConnection], Verdict::InvalidCrmConnection),
            (vec![Outcome::Throttled, Outcome::Overloaded, Outcome::Suspended, Outcome::Late], Verdict::Throttled),
            (
                vec![Outcome::Failed, Outcome::BackendUnavailable, Outcome::DeadlineExceeded, Outcome::Trapped],
                Verdict::Internal,
            ),
        ];

        for rank in 0..by_rank.len() {
            let lower: Vec<Outcome> = by_rank[rank..].iter().flat_map(|(outcomes, _)| outcomes.clone()).collect();
            for outcome in &by_rank[rank].0 {
                let expected = Some(by_rank[rank].1);

                assert_eq!(verdict(std::iter::once(*outcome).chain(lower.clone())), expected, "{outcome}");
                assert_eq!(verdict(lower.iter().rev().copied().chain([*outcome])), expected, "{outcome}");
            }
        }
    }

    #[test]
    fn every_fault_but_load_is_internal() {
        for fault in Outcome::ALL.into_iter().filter(|outcome| outcome.is_fault()) {
            let is_load = matches!(fault, Outcome::Overloaded | Outcome::Suspended);

            assert_eq!(fault.verdict() == Some(Verdict::Internal), !is_load, "{fault}");
        }
    }

    #[test]
    fn names_are_kebab_and_unique() {
        let names: std::collections::BTreeSet<_> = Outcome::ALL.iter().map(|outcome| outcome.name()).collect();

        assert_eq!(names.len(), Outcome::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }
}
