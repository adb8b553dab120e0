//! A support case, as Fabrikam Care keeps it.

use insight_sdk::{Property, properties};

/// A customer's request for support.
#[derive(Debug, PartialEq)]
pub(crate) struct Case {
    /// Its number.
    pub(crate) id: &'static str,
    /// Its title: the customer's problem.
    pub(crate) title: &'static str,
    /// The name of the account.
    pub(crate) account: &'static str,
    /// Identifiers of the records in the CRM that it concerns.
    pub(crate) about: &'static [&'static str],
    /// Its urgency.
    pub(crate) priority: Priority,
    /// The time at which it was opened, in UTC and to the second.
    pub(crate) opened: &'static str,
    /// The time at which it was closed, if it was.
    pub(crate) closed: Option<&'static str>,
}

/// The urgency of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    /// The customer's business has stopped.
    High,
    /// The customer's business goes on.
    Normal,
}

impl Case {
    /// Returns the URL of its page in Fabrikam Care.
    pub(crate) fn url(&self) -> String {
        format!("https://care.fabrikam.example/case/{}", self.id)
    }

    /// Returns the time of its last change.
    pub(crate) fn changed(&self) -> &'static str {
        self.closed.unwrap_or(self.opened)
    }

    /// Names its state.
    pub(crate) const fn state(&self) -> &'static str {
        if self.closed.is_some() { "Closed" } else { "Open" }
    }

    /// Returns its details, the two most important first.
    pub(crate) fn details(&self) -> Vec<Property> {
        properties([("State", self.state()), ("Priority", self.priority.name()), ("Case", self.id)])
    }
}

impl Priority {
    /// Returns its name for sellers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Normal => "Normal",
        }
    }
}
