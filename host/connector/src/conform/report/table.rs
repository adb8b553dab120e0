//! A report as a table. Untrusted text is escaped, and findings that are alike are counted after the first few.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{OperationRow, Report};
use crate::conform::matching::Fit;
use crate::conform::{Finding, Findings, Rule, Severity};
use contract::Printable;

/// The columns reserved for an operation's name; a longer name moves the rest of its line.
const NAME: usize = 32;

/// The findings of one rule at one location that are shown. The rest are counted: a flaw of every item is one flaw.
const MOST_ALIKE: usize = 10;

pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    for row in &report.rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line(row));
    }
    if report.others > 0 {
        let _ = writeln!(
            text,
            "{:<10}{} that the agent does not use; `--all` checks and lists them",
            "",
            counted(report.others, "operation")
        );
    }
    write_all(&mut text, &report.findings, "definition");
    text
}

/// Writes all findings and their number; `whole` is the name of what was checked as a whole.
pub(in crate::conform) fn write_all(text: &mut String, findings: &Findings, whole: &str) {
    for severity in [Severity::Error, Severity::Warning] {
        write_findings(text, findings, severity, whole);
    }
    let (errors, warnings) = (findings.count(Severity::Error), findings.count(Severity::Warning));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n{}, {}", counted(errors, "error"), counted(warnings, "warning"));
}

/// Writes the findings of a severity: the first few of each rule and location, and how many more there are.
fn write_findings(text: &mut String, findings: &Findings, severity: Severity, whole: &str) {
    let mut alike: BTreeMap<(Rule, &str), (usize, usize)> = BTreeMap::new();
    let findings = || findings.all().iter().filter(|finding| finding.rule.severity() == severity);
    for finding in findings() {
        alike.entry((finding.rule, &finding.location)).or_default().1 += 1;
    }
    for finding in findings() {
        let (shown, all) = alike.entry((finding.rule, &finding.location)).or_default();
        *shown += 1;
        if *shown <= MOST_ALIKE {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{}", block(finding, whole));
        }
        if *shown == MOST_ALIKE && *all > MOST_ALIKE {
            let _ = writeln!(text, "          … and {} more of this kind; `--json` lists all", *all - MOST_ALIKE);
        }
    }
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
fn block(finding: &Finding, whole: &str) -> String {
    let location = if finding.location.is_empty() { whole } else { &finding.location };
    format!(
        "{:<10}{}  {}\n          {}\n          change: {}\n",
        finding.rule.severity(),
        finding.rule,
        Printable(location),
        Printable(&finding.what),
        finding.rule.remedy()
    )
}

pub(in crate::conform) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
