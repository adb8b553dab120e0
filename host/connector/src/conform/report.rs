//! The report of a check: a table for people, JSON and JUnit for scripts.

pub(super) mod junit;
pub(super) mod table;

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::matching::{AgentRole, Fit, Match};
use super::{Findings, Severity};

/// The requests that an operation was sent.
#[derive(Clone, Debug, Default)]
pub struct RequestCount {
    /// The description of each request, and the time that its answer took.
    questions: Vec<(String, Duration)>,
}

impl RequestCount {
    pub(super) fn add(&mut self, about: &str, took: Duration) {
        self.questions.push((about.to_owned(), took));
    }

    /// Returns the description of each request, and the time that its answer took.
    pub(super) fn questions(&self) -> &[(String, Duration)] {
        &self.questions
    }

    pub(super) fn count(&self) -> usize {
        self.questions.len()
    }

    pub(super) fn slowest(&self) -> Duration {
        self.questions.iter().map(|(_, took)| *took).max().unwrap_or_default()
    }
}

/// One operation of a report.
#[derive(Debug)]
struct OperationRow {
    name: String,
    route: String,
    /// The use that the agent has for it.
    role: String,
    fit: Fit,
    asked: RequestCount,
}

/// The operations and findings of a check.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<OperationRow>,
    /// The number of operations that do not concern the agent, and were not asked for.
    pub(super) others: usize,
    /// The findings.
    pub findings: Findings,
}

/// The figures of an operation in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRow<'a> {
    operation: &'a str,
    route: &'a str,
    role: &'a str,
    r#match: Fit,
    requests: usize,
    slowest_ms: u128,
}

impl Report {
    /// Adds an operation and the requests that it was sent.
    pub(super) fn add(&mut self, matched: &Match<'_>, asked: RequestCount) {
        let role = match matched.role {
            AgentRole::Page(operation) => operation.capability.to_string(),
            AgentRole::Skill => "chat".to_owned(),
            AgentRole::Aside => "not the agent's".to_owned(),
            AgentRole::Unknown => "unknown".to_owned(),
        };
        self.rows.push(OperationRow { name: matched.name(), route: matched.route(), role, fit: matched.fit, asked });
    }

    /// Counts the errors.
    pub fn errors(&self) -> usize {
        self.findings.count(Severity::Error)
    }

    /// Counts the warnings.
    pub fn warnings(&self) -> usize {
        self.findings.count(Severity::Warning)
    }

    /// Formats the report as a table for people.
    pub fn table(&self) -> String {
        table::write(self)
    }

    /// Formats the report as JUnit's XML.
    pub fn junit(&self) -> Result<String, quick_junit::SerializeError> {
        let rows = self.rows.iter().map(|row| (row.name.clone(), row.asked.questions.clone()));
        junit::write(&self.findings, rows, "definition")
    }

    /// Formats the report as indented JSON.
    pub fn json(&self) -> String {
        let row = |row: &'_ OperationRow| {
            serde_json::to_value(JsonRow {
                operation: &row.name,
                route: &row.route,
                role: &row.role,
                r#match: row.fit,
                requests: row.asked.count(),
                slowest_ms: row.asked.slowest().as_millis(),
            })
            .expect("texts and numbers serialise")
        };
        let report = json!({
            "errors": self.errors(),
            "warnings": self.warnings(),
            "operations": self.rows.iter().map(row).collect::<Vec<_>>(),
            "otherOperations": self.others,
            "findings": self.findings.all(),
        });
        format!("{report:#}")
    }
}

#[cfg(test)]
mod tests;
