//! Alert rules and the dashboard: they use metrics that exist, and tell operators what to do.

mod labels;
mod service;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::host;

/// The metrics that a host has only under special settings, or after a caller was rejected.
const BY_SETTINGS: [&str; 3] = [
    "insight_host_auth_refused_total",
    "insight_host_auth_key_refreshes_total",
    "insight_host_tls_certificate_expiry_timestamp_seconds",
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name)).expect("it is there")
}

/// Returns every expression of the dashboard, and the queries of its variables.
fn expressions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own =
                ["expr", "definition"].into_iter().filter_map(|name| fields.get(name)?.as_str().map(String::from));
            own.chain(fields.values().flat_map(expressions)).collect()
        }
        Value::Array(values) => values.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

/// Returns the names of the host's and the process's metrics in a text.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("insight_host_") || word.starts_with("process_")).collect()
}

#[test]
fn alerts_and_the_dashboard_name_only_what_a_host_shows() {
    let host = host().guest("well").start();
    let _ = host.ask("well", "1");
    // The first scrape counts as a request too.
    let _ = host.metrics();
    let metrics = host.metrics();
    let heads = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let shown: BTreeSet<String> = heads
        .flat_map(|(name, kind)| match kind {
            "histogram" => ["_bucket", "_sum", "_count"].map(|end| format!("{name}{end}")).to_vec(),
            _ => vec![name.to_owned()],
        })
        .chain(BY_SETTINGS.map(String::from))
        .collect();
    let rules = read("prometheus/insight-host.rules.yml");
    let dashboard: Value = serde_json::from_str(&read("grafana/insight-host.json")).expect("it is JSON");
    let dashboard = expressions(&dashboard).join("\n");

    for (file, text) in [("rules", &rules), ("dashboard", &dashboard)] {
        let named = metrics_in(text);
        assert!(named.len() > 10, "{file}: {named:?}");
        let strange: Vec<_> = named.into_iter().filter(|name| !shown.contains(*name)).collect();
        assert_eq!(strange, [""; 0], "{file}");
    }
}

#[test]
fn every_alert_says_what_is_wrong_what_that_means_and_which_command_to_begin_with() {
    let rules = read("prometheus/insight-host.rules.yml");
    let alerts: Vec<&str> = rules.split("- alert: ").skip(1).collect();

    assert!(alerts.len() >= 10, "{}", alerts.len());
    for alert in alerts {
        let name = alert.lines().next().unwrap_or_default();
        let annotation = |name: &str| alert.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap_or_default();
        for what in ["summary: \"", "description: \""] {
            assert!(annotation(what).len() > 20, "{name} has no {what}");
        }
        assert!(annotation("runbook: \"").starts_with("Run `"), "{name} names no command");
        assert!(["page", "ticket"].iter().any(|it| alert.contains(&format!("severity: {it} "))), "{name}");
    }
}

#[test]
fn every_alert_has_a_test_in_which_it_fires() {
    let tests = read("prometheus/insight-host.rules.test.yml");
    for alert in read("prometheus/insight-host.rules.yml").split("- alert: ").skip(1) {
        let name = alert.lines().next().unwrap_or_default();
        let fires = tests.split("alertname=\"").skip(1).any(|rest| rest.starts_with(name) && rest.contains("value: 1"));
        assert!(fires, "{name}");
    }
}

#[test]
fn the_dashboard_is_for_any_data_source_and_any_host() {
    let dashboard: Value = serde_json::from_str(&read("grafana/insight-host.json")).expect("it is JSON");
    let variables: Vec<_> =
        dashboard["templating"]["list"].as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    let panels = dashboard["panels"].as_array().expect("a list");

    assert_eq!(variables, ["datasource", "instance", "plugin"]);
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().expect("a number")).collect();
    assert_eq!(ids.len(), panels.len());
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{}", panel["title"]);
        for expression in expressions(panel) {
            assert!(expression.contains("instance=~\"$instance\""), "{expression}");
        }
    }
}

#[test]
#[ignore = "needs promtool, of Debian's package prometheus"]
fn promtool_finds_that_the_alerts_fire_for_what_they_are_about() {
    for arguments in [["check", "rules"], ["test", "rules"]] {
        let rules = if arguments[0] == "check" { "rules.yml" } else { "rules.test.yml" };
        let path = file(&format!("prometheus/insight-host.{rules}"));

        let ran = Command::new("promtool").args(arguments).arg(path).output().expect("promtool is installed");

        let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}");
    }
}
