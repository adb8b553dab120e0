//! A report as a table. What strangers wrote is escaped.

use std::fmt::Write;

use super::{Report, Row};
use crate::conform::matching::Fit;
use crate::conform::{Finding, Severity};
use contract::Printable;

/// Columns for an operation's name, before it pushes the rest to the right.
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

/// An operation: whether it matches, what it is, and what asking it came to.
fn line(row: &Row) -> String {
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

/// A finding, and what to change.
fn block(finding: &Finding) -> String {
    let place = if finding.place.is_empty() { "definition" } else { &finding.place };
    format!(
        "{:<10}{}  {}\n          {}\n          change: {}\n",
        finding.rule.severity(),
        finding.rule,
        Printable(place),
        Printable(&finding.what),
        finding.rule.remedy()
    )
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
