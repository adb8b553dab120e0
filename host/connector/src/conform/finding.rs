//! The findings of a check, without duplicates.

use std::collections::HashSet;

use serde::Serialize;

use super::redaction::Redaction;
use super::{Rule, Severity};

/// The most characters of a finding's text: it may quote untrusted text.
const LONGEST: usize = 600;

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The location: an operation's id or a plugin's capability; empty for the definition as a whole.
    pub location: String,
    /// The flaw. Quotes parts of untrusted text unescaped.
    pub what: String,
}

impl Finding {
    /// Returns whether it says that an input or output is missing.
    pub(super) fn is_of_missing(&self) -> bool {
        matches!(self.rule, Rule::InputMissing | Rule::OutputMissing | Rule::ErrorSchemaMissing)
    }
}

/// A finding as JSON reports hold it.
#[derive(Serialize)]
struct FindingRow<'a> {
    severity: Severity,
    rule: Rule,
    operation: &'a str,
    what: &'a str,
    change: &'static str,
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { rule, location, what } = self;
        FindingRow { severity: rule.severity(), rule: *rule, operation: location, what, change: rule.remedy() }
            .serialize(serializer)
    }
}

/// The findings in the order in which they were added, without duplicates.
///
/// Their number is bounded by the sizes of definitions and answers, of which only so much is checked.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    known: HashSet<Finding>,
    redaction: Redaction,
}

impl Findings {
    /// Returns an empty list, which will hold no secret of the caller's.
    pub(super) fn redacted(redaction: Redaction) -> Self {
        Self { redaction, ..Self::default() }
    }

    /// Adds a finding, unless it is a duplicate.
    pub fn add(&mut self, rule: Rule, location: &str, what: impl Into<String>) {
        let mut what = self.redaction.clean(what.into());
        if let Some((end, _)) = what.char_indices().nth(LONGEST) {
            what.truncate(end);
            what.push('…');
        }
        let finding = Finding { rule, location: self.redaction.clean(location.to_owned()), what };
        if self.known.insert(finding.clone()) {
            self.list.push(finding);
        }
    }

    /// Adds the findings of others whose rules are `wanted`.
    pub(super) fn extend(&mut self, others: Self, wanted: impl Fn(Rule) -> bool) {
        for finding in others.list.into_iter().filter(|finding| wanted(finding.rule)) {
            self.add(finding.rule, &finding.location, finding.what);
        }
    }

    /// Returns a text without the caller's secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        self.redaction.clean(text.to_owned())
    }

    /// Returns all findings.
    pub fn all(&self) -> &[Finding] {
        &self.list
    }

    /// Counts the findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|finding| finding.rule.severity() == severity).count()
    }

    /// Returns the names that the `wanted` findings quote.
    pub(super) fn names_of(&self, wanted: impl Fn(&Finding) -> bool) -> HashSet<String> {
        let quoting = self.list.iter().filter(|finding| wanted(finding));
        let quoted = quoting.flat_map(|finding| finding.what.split('`').skip(1).step_by(2));
        quoted.map(str::to_owned).collect()
    }

    /// Returns the findings at one location.
    pub fn at<'a>(&'a self, location: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.list.iter().filter(move |finding| finding.location == location)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_again_is_not_said_again() {
        let mut findings = Findings::default();

        for number in 0..100 {
            findings.add(Rule::UrlInvalid, "scp-get-key-sales", "item 1, `url`");
            findings.add(Rule::TextTooLong, "scp-get-key-sales", format!("item {number}"));
        }

        assert_eq!(findings.count(Severity::Error), 1 + 100);
    }

    #[test]
    fn a_stranger_cannot_make_a_finding_long() {
        let mut findings = Findings::default();

        findings.add(Rule::OperationUnknown, "", "é".repeat(100_000));

        assert!(findings.all()[0].what.chars().count() <= LONGEST + 1);
    }
}
