//! A support case, as Fabrikam Care keeps it.

use insight_sdk::{Property, properties};

/// Something a customer has asked support for.
#[derive(Debug, PartialEq)]
pub(crate) struct Case {
    /// Its number.
    pub(crate) id: &'static str,
    /// What the customer asked for.
    pub(crate) title: &'static str,
    /// Name of the account.
    pub(crate) account: &'static str,
    /// Identifiers of the records in the CRM that it concerns.
    pub(crate) about: &'static [&'static str],
    /// How urgent it is.
    pub(crate) priority: Priority,
    /// When it was opened, in UTC and to the second.
    pub(crate) opened: &'static str,
    /// When it was closed, if it was.
    pub(crate) closed: Option<&'static str>,
}

/// How urgent a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Business has stopped.
    High,
    /// Business goes on.
    Normal,
}

impl Case {
    /// Returns where it opens in Fabrikam Care.
    pub(crate) fn url(&self) -> String {
        format!("https://care.fabrikam.example/case/{}", self.id)
    }

    /// Returns when it last changed.
    pub(crate) fn changed(&self) -> &'static str {
        self.closed.unwrap_or(self.opened)
    }

    /// Names its state.
    pub(crate) const fn state(&self) -> &'static str {
        if self.closed.is_some() { "Closed" } else { "Open" }
    }

    /// Returns its details, the two that matter most first.
    pub(crate) fn details(&self) -> Vec<Property> {
        properties([("State", self.state()), ("Priority", self.priority.name()), ("Case", self.id)])
    }
}

impl Priority {
    /// Names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Normal => "Normal",
        }
    }
}
