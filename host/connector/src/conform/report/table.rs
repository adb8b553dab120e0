//! A report as a table. Untrusted text is escaped.

use std::fmt::Write;

use super::{OperationRow, Report};
use crate::conform::matching::Fit;
use crate::conform::{Finding, Severity};
use contract::Printable;

/// The columns reserved for an operation's name; a longer name moves the rest of its line.
const NAME: usize = 32;

pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    for row in &report.rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line(row));
    }
    for severity in [Severity::Error, Severity::Warning] {
        for finding in report.findings.all().iter().filter(|finding| finding.rule.severity() == severity) {
            let _ = write!(text, "\n{}", block(finding));
        }
    }
    let (errors, warnings) = (report.errors(), report.warnings());
    let _ = writeln!(text, "\n{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    text
}

/// Formats an operation: its match, name, role and requests.
fn line(row: &OperationRow) -> String {
    let matches = match row.fit {
        Fit::Exact => "matches",
        Fit::Nearly => "nearly",
        Fit::No => "no match",
    };
    let name = Printable(&row.name).to_string();
    let asked = match row.asked.count() {
        0 => String::new(),
        count => format!(", {}, the slowest {} ms", counted(count, "request"), row.asked.slowest().as_millis()),
    };
    format!("{matches:<10}{name:<NAME$} {} ({}{asked})", row.role, Printable(&row.route))
}

/// Formats a finding with its remedy.
fn block(finding: &Finding) -> String {
    let location = if finding.location.is_empty() { "definition" } else { &finding.location };
    format!(
        "{:<10}{}  {}\n          {}\n          change: {}\n",
        finding.rule.severity(),
        finding.rule,
        Printable(location),
        Printable(&finding.what),
        finding.rule.remedy()
    )
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
