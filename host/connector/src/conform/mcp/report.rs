//! The report on a server: a table for people, JSON and JUnit for scripts.

use std::time::Duration;

use quick_junit::SerializeError;
use serde_json::{Value, json};

use super::super::report::{junit, table};
use super::super::{Finding, Findings, RequestCount, Severity};
use contract::Printable;

/// The name of the server as a whole in reports.
const SERVER: &str = "server";

/// The versions, tools and findings of a check.
#[derive(Debug)]
pub struct McpReport {
    /// The versions of the protocol that the server speaks, the newest first.
    versions: Vec<&'static str>,
    /// The names of its tools, and whether each answered.
    tools: Vec<(String, bool)>,
    /// The requests for each version and tool.
    asked: Vec<(String, RequestCount)>,
    /// The findings. Their location is a version or a tool; empty for the server as a whole.
    pub findings: Findings,
}

impl McpReport {
    pub(super) fn new(
        versions: Vec<&'static str>,
        tools: Vec<(String, bool)>,
        asked: Vec<(String, RequestCount)>,
        findings: Findings,
    ) -> Self {
        let tools = tools.into_iter().map(|(name, answered)| (findings.clean(&name), answered)).collect();
        let asked = asked.into_iter().map(|(place, count)| (findings.clean(&place), count)).collect();
        Self { versions, tools, asked, findings }
    }

    /// Counts the errors.
    pub fn errors(&self) -> usize {
        self.findings.count(Severity::Error)
    }

    /// Returns the number of requests for a version or tool, and the slowest.
    fn requests(&self, place: &str) -> (usize, Duration) {
        let count = self.asked.iter().find(|(name, _)| name == place).map(|(_, count)| count);
        count.map_or((0, Duration::ZERO), |count| (count.count(), count.slowest()))
    }

    /// Formats the report as a table for people.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let versions = self.versions.iter().map(|version| ("speaks", *version));
        let tools = self.tools.iter().map(|(name, answered)| {
            let state = if *answered { "answers" } else { "no answer" };
            (state, name.as_str())
        });
        for (state, name) in versions.chain(tools) {
            let (requests, slowest) = self.requests(name);
            let asked = match requests {
                0 => String::new(),
                _ => format!(" ({}, the slowest {} ms)", table::counted(requests, "request"), slowest.as_millis()),
            };
            text.push_str(&format!("{state:<10}{}{asked}\n", Printable(name)));
        }
        table::write_all(&mut text, &self.findings, SERVER);
        text
    }

    /// Formats the report as JUnit's XML: a suite for each version and tool.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as XML.
    pub fn junit(&self) -> Result<String, SerializeError> {
        let asked = self.asked.iter().map(|(place, count)| (place.clone(), count.questions().to_vec()));
        junit::write(&self.findings, asked, SERVER)
    }

    /// Formats the report as indented JSON.
    pub fn json(&self) -> String {
        let finding = |Finding { rule, location, what }: &Finding| -> Value {
            json!({
                "severity": rule.severity(),
                "rule": rule.id(),
                "place": location,
                "what": what,
                "change": rule.remedy(),
            })
        };
        let row = |kind: &str, name: &str| {
            let (requests, slowest) = self.requests(name);
            let milliseconds = u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX);
            json!({ kind: name, "requests": requests, "slowestMs": milliseconds })
        };
        let tool = |(name, answered): &(String, bool)| {
            let mut row = row("tool", name);
            row["answers"] = json!(answered);
            row
        };
        let report = json!({
            "errors": self.errors(),
            "warnings": self.findings.count(Severity::Warning),
            "versions": self.versions.iter().map(|version| row("version", version)).collect::<Vec<_>>(),
            "tools": self.tools.iter().map(tool).collect::<Vec<_>>(),
            "findings": self.findings.all().iter().map(finding).collect::<Vec<_>>(),
        });
        format!("{report:#}")
    }
}
