//! A report as JUnit's XML: a suite for each operation, a failed case for each broken rule, a passed case for each
//! request. Warnings are skipped cases with a message, as they must not fail a build.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Xml, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::conform::{Finding, Findings, Rule, Severity};
use contract::Printable;

/// The findings of one rule that a message quotes. The rest are counted.
const MOST_ALIKE: usize = 10;

/// The requests that a location was sent: the description of each, and the time that its answer took.
type Asked = Vec<(String, Duration)>;

/// Writes findings; `locations` are those that have a suite in any case, and `whole` is the name of the suite of what
/// was checked as a whole.
pub(in crate::conform) fn write(
    findings: &Findings,
    locations: impl IntoIterator<Item = (String, Asked)>,
    whole: &str,
) -> Result<String, SerializeError> {
    let mut xml = Xml::new("insight-host conform");
    let mut suites: Vec<(String, Asked)> = vec![(String::new(), Asked::new())];
    suites.extend(locations);
    // Two operations may have one name: their findings are reported once.
    suites.dedup_by(|one, other| one.0 == other.0);
    for finding in findings.all() {
        if !suites.iter().any(|(name, _)| *name == finding.location) {
            suites.push((finding.location.clone(), Asked::new()));
        }
    }
    for (location, asked) in &suites {
        let name = if location.is_empty() { whole.to_owned() } else { Printable(location).to_string() };
        xml.add_test_suite(suite(findings, location, asked, &name));
    }
    xml.to_string()
}

fn suite(findings: &Findings, location: &str, asked: &Asked, name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let mut broken: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.at(location) {
        broken.entry(finding.rule).or_default().push(finding);
    }
    for (rule, findings) in broken {
        let mut status = match rule.severity() {
            Severity::Error => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Severity::Warning => TestCaseStatus::skipped(),
        };
        let quoted = findings.iter().take(MOST_ALIKE).map(|finding| Printable(&finding.what).to_string());
        let mut told: Vec<String> = quoted.collect();
        if let Some(more) = findings.len().checked_sub(MOST_ALIKE).filter(|more| *more > 0) {
            told.push(format!("and {more} more of this kind"));
        }
        status.set_type(rule.id()).set_message(format!("{}; change: {}", told.join("; "), rule.remedy()));
        suite.add_test_case(case(rule.id(), status, name));
    }
    for (question, took) in asked {
        let mut case = case(question, TestCaseStatus::success(), name);
        case.set_time(*took);
        suite.add_test_case(case);
    }
    if suite.test_cases.is_empty() {
        suite.add_test_case(case("read", TestCaseStatus::success(), name));
    }
    suite
}

fn case(name: &str, status: TestCaseStatus, suite: &str) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("conform.{suite}"));
    case
}
