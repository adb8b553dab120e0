//! The metrics in the tests of alerts and in the operators' guide: they must have the labels that a host gives them.

use std::collections::{BTreeMap, BTreeSet};

use insight_tests::issuer::Issuer;
use insight_tests::{TestHost, wait_for};

use super::{BY_SETTINGS, read};
use crate::host;

/// The operators' guide.
const GUIDE: &str = include_str!("../../../docs/operate.md");

/// The labels that the scraper adds to a series.
const OF_THE_SCRAPE: [&str; 2] = ["instance", "job"];

/// The names of labels.
type Labels<'a> = BTreeSet<&'a str>;

/// Starts a host whose callers have valid tokens, invalid ones, or none.
fn host_with_callers() -> (TestHost, Issuer) {
    let issuer = Issuer::with(&[]);
    let host = host().guest("well").settings(&issuer.settings("anonymous = true", "")).start();
    let _ = host.ask("well", "1");
    let _ = host.get_with("/api/nothing", &[("authorization", "Bearer a.b.c")]);
    let fetched = || host.metrics().contains("insight_host_auth_key_refreshes_total{").then_some(());
    wait_for("the issuer to be asked", fetched);
    (host, issuer)
}

/// Splits a series such as `name{label="value"}` or `name{label}`.
fn parts(series: &str) -> (&str, Labels<'_>) {
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    let labels = labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty());
    (name, labels.map(|label| label.split('=').next().unwrap_or(label)).collect())
}

/// Returns every metric that has a series, histograms by their own names too, with the labels.
fn shown(metrics: &str) -> BTreeMap<&str, Labels<'_>> {
    let series = metrics.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    let mut shown = BTreeMap::new();
    for (name, labels) in series.map(|(series, _)| parts(series)) {
        if let Some(histogram) = name.strip_suffix("_count") {
            shown.insert(histogram, labels.clone());
        }
        shown.insert(name, labels);
    }
    shown
}

#[test]
fn alerts_are_tested_with_the_labels_that_a_host_gives() {
    let (host, _issuer) = host_with_callers();
    let metrics = host.metrics();
    let shown = shown(&metrics);
    let tests = read("prometheus/insight-host.rules.test.yml");

    let mut tested = 0;
    for series in tests.split("series: '").skip(1).filter_map(|rest| rest.split('\'').next()) {
        let (name, mut labels) = parts(series);
        labels.retain(|label| !OF_THE_SCRAPE.contains(label));
        if name == "up" || BY_SETTINGS.contains(&name) && !shown.contains_key(name) {
            continue;
        }
        assert_eq!(Some(&labels), shown.get(name), "{series}");
        tested += 1;
    }
    assert!(tested > 40, "only {tested} series are looked at: are they still written so?");
}

#[test]
fn the_guide_names_metrics_that_there_are_by_their_labels() {
    let (host, _issuer) = host_with_callers();
    let metrics = host.metrics();
    let shown = shown(&metrics);
    let table = GUIDE.split_once("| metric (`insight_host_…`)").and_then(|(_, rest)| rest.split_once("\n\n"));
    let (table, _) = table.expect("the table is there, and has an end");

    let is_metric = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '{' | ',' | '}'));
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).filter(is_metric).collect();
    for word in &named {
        let (name, labels) = parts(word);
        let name = format!("insight_host_{name}");
        let of_host = shown.get(&*name);
        assert!(of_host.is_some() || BY_SETTINGS.contains(&&*name), "{name}");
        // A text that names labels names all of them.
        assert!(labels.is_empty() || of_host.is_none_or(|of_host| *of_host == labels), "{word}: {of_host:?}");
    }
    assert!(named.len() > 25, "only {} metrics are looked at: are they still written so?", named.len());
}
