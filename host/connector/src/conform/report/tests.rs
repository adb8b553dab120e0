//! Tests of reports, with untrusted text.

use super::*;
use crate::conform::Rule;

fn report() -> Report {
    let mut report = Report::default();
    let mut asked = RequestCount::default();
    asked.add("a plain request", Duration::from_millis(12));
    let (name, route) = ("scp-get-key-sales".to_owned(), "GET /api/key-sales-info".to_owned());
    report.rows.push(OperationRow { name, route, role: "key-sales-info".to_owned(), fit: Fit::Exact, asked });
    report.findings.add(Rule::TextTooLong, "scp-get-key-sales", "item 1, `\u{1b}[31mtitle`: longer than 20 characters");
    report.findings.add(Rule::ConnectorInfo, "", "`host` is missing <&\u{0}");
    report
}

#[test]
fn the_table_says_what_is_wrong_and_what_to_change() {
    let table = report().table();

    assert!(table.starts_with("matches   scp-get-key-sales"), "{table}");
    assert!(table.contains("\nerror     text-too-long  scp-get-key-sales\n"), "{table}");
    assert!(table.contains("\n          change: shorten it"), "{table}");
    assert!(table.contains("\nwarning   connector-info  definition\n"), "{table}");
    assert!(table.ends_with("\n1 error, 1 warning\n"), "{table}");
    assert!(!table.contains('\u{1b}'), "{table}");
}

#[test]
fn json_is_for_scripts() {
    let json: serde_json::Value = serde_json::from_str(&report().json()).expect("it is JSON");

    assert_eq!(json["errors"], 1);
    assert_eq!(json["operations"][0]["slowestMs"], 12);
    assert_eq!(json["findings"][0]["rule"], "text-too-long");
    assert_eq!(json["findings"][0]["severity"], "error");
    assert_eq!(json["findings"][0]["operation"], "scp-get-key-sales");
}

#[test]
fn junit_fails_for_errors_alone() {
    let xml = report().junit().expect("it is XML");

    assert!(xml.contains(r#"<testsuite name="scp-get-key-sales" tests="2" "#), "{xml}");
    assert!(xml.contains(r#"skipped="1" failures="1""#), "{xml}");
    assert!(xml.contains(r#"<failure message="item 1, "#), "{xml}");
    assert!(xml.contains(r#"type="connector-info""#) && xml.contains("<skipped "), "{xml}");
    assert!(!xml.contains('\u{0}') && !xml.contains('\u{1b}'), "{xml}");
}
