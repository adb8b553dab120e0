//! The report on a package: a table for people, JSON and JUnit for scripts.

use serde_json::{Value, json};

use super::super::report::{junit, table};
use super::super::{Finding, Findings, Severity};
use quick_junit::SerializeError;

/// The name of the package as a whole in reports.
const PACKAGE: &str = "package";

/// The files and findings of a check.
#[derive(Debug)]
pub struct AgentReport {
    /// Each file with its bytes.
    files: Vec<(String, usize)>,
    /// The findings. Their location is a file's path in the package; empty for the package as a whole.
    pub findings: Findings,
}

impl AgentReport {
    pub(super) const fn new(files: Vec<(String, usize)>, findings: Findings) -> Self {
        Self { files, findings }
    }

    /// Counts the errors.
    pub fn errors(&self) -> usize {
        self.findings.count(Severity::Error)
    }

    /// Formats the report as a table for people.
    pub fn table(&self) -> String {
        let bytes: usize = self.files.iter().map(|(_, bytes)| bytes).sum();
        let mut text = format!("{}, {} KB\n", table::counted(self.files.len(), "file"), bytes.div_ceil(1_000));
        table::write_all(&mut text, &self.findings, PACKAGE);
        text
    }

    /// Formats the report as JUnit's XML: a suite for each file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as XML.
    pub fn junit(&self) -> Result<String, SerializeError> {
        let files = self.files.iter().map(|(name, _)| (name.clone(), Vec::new()));
        junit::write(&self.findings, files, PACKAGE)
    }

    /// Formats the report as indented JSON.
    pub fn json(&self) -> String {
        let finding = |Finding { rule, location, what }: &Finding| -> Value {
            json!({
                "severity": rule.severity(),
                "rule": rule.id(),
                "file": location,
                "what": what,
                "change": rule.remedy(),
            })
        };
        let report = json!({
            "errors": self.errors(),
            "warnings": self.findings.count(Severity::Warning),
            "files": self.files.iter().map(|(name, bytes)| json!({ "file": name, "bytes": bytes })).collect::<Vec<_>>(),
            "findings": self.findings.all().iter().map(finding).collect::<Vec<_>>(),
        });
        format!("{report:#}")
    }
}
