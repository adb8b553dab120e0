//! The metrics: their values, and their format for Prometheus.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use insight_tests::{Answer, TestHost, wait_for};

use crate::{QUICK, host};

/// Returns the number of calls of the guest `rogue` with this outcome.
fn calls(host: &TestHost, outcome: &str) -> f64 {
    let labels = format!("plugin=\"rogue\",capability=\"record-summary\",outcome=\"{outcome}\"");
    host.metric(&format!("insight_host_provider_calls_total{{{labels}}}"))
}

/// Waits until a series has this value.
pub(crate) fn wait_for_metric(host: &TestHost, series: &str, value: f64) {
    wait_for(&format!("{series} {value}"), || ((host.metric(series) - value).abs() < 0.5).then_some(()));
}

/// Returns the peak memory of calls during this behaviour of `rogue`, less the guest's own by the log's line with
/// `ended`, and the answer.
pub(crate) fn most_held_beside(host: &TestHost, behaviour: &str, ended: &str) -> (f64, Answer) {
    // The trial at load gives its memory back soon after the plugin is served.
    wait_for("no memory in use", || (host.metric("insight_host_shared_memory_bytes") == 0.0).then_some(()));
    let (most, answer) = thread::scope(|scope| {
        let call = scope.spawn(|| host.ask("rogue", behaviour));
        let mut most: f64 = 0.0;
        while !call.is_finished() {
            most = most.max(host.metric("insight_host_shared_memory_bytes"));
        }
        (most, call.join().expect("an answer came"))
    });
    let line = host.logged(ended);
    let (_, own) = line.rsplit_once("memory=").expect("the log tells what its guest held");
    let own: f64 = own.split_whitespace().next().and_then(|own| own.parse().ok()).expect("it is a number");
    (most - own, answer)
}

#[test]
fn calls_count_by_how_they_ended_faults_included() {
    let host = host().guest("rogue").settings("[limits]\nfuel = 20_000_000").start();

    for behaviour in ["ok", "ok", "panic", "not-found", "spin"] {
        let _ = host.ask("rogue", behaviour);
    }

    assert_eq!(calls(&host, "answered"), 2.0);
    assert_eq!(calls(&host, "trapped"), 1.0);
    assert_eq!(calls(&host, "record-not-found"), 1.0);
    assert_eq!(calls(&host, "out-of-fuel"), 1.0);
    let labels = "{plugin=\"rogue\",capability=\"record-summary\"}";
    assert_eq!(host.metric(&format!("insight_host_provider_call_duration_seconds_count{labels}")), 5.0);
    assert!(host.metric("insight_host_provider_call_fuel_sum{plugin=\"rogue\"}") >= 20_000_000.0);
    assert_eq!(host.metric("insight_host_provider_call_memory_bytes_count{plugin=\"rogue\"}"), 5.0);
}

#[test]
fn requests_count_by_route_and_status() {
    let host = host().guest("well").start();

    for target in ["/api/record-summary?recordType=account&recordId=1", "/api/record-summary", "/api/nothing"] {
        let _ = host.get(target);
    }
    let _ = host.ask("well", "1");
    let _ = host.post("/api/record-summary", "{}");

    let requests = |operation: &str, status: u16| {
        let labels = format!("operation=\"{operation}\",status=\"{status}\"");
        host.metric(&format!("insight_host_http_requests_total{{{labels}}}"))
    };
    assert_eq!(requests("record-summary", 200), 2.0);
    assert_eq!(requests("record-summary", 400), 1.0);
    assert_eq!(requests("none", 404), 1.0);
    assert_eq!(requests("record-summary", 405) + requests("none", 405), 1.0);
}

#[test]
fn what_callers_send_makes_no_series() {
    let host = host().guest("well").settings("[auth]\nanonymous = true\n").start();
    let _ = host.ask("well", "1");
    let _ = host.get("/api/providers/nobody/record-summary?recordType=account&recordId=1");
    let _ = host.send("BREW", "/api/coffee", &[], "");
    let series = |host: &TestHost| -> BTreeSet<String> {
        let metrics = host.metrics();
        metrics.lines().filter_map(|line| line.split_once(' ').map(|(series, _)| series.to_owned())).collect()
    };
    // The first scrape counts as a request too.
    let _ = series(&host);
    let before = series(&host);

    for number in 0..1_000 {
        let id = format!("strange-{number}");
        let headers = [("x-ms-client-request-id", &*id), ("x-ms-user-agent", &id), ("host", &id)];
        let target = format!("/api/providers/well/record-summary?recordType={id}&recordId={id}");
        let _ = host.get_with(&target, &headers);
        let _ = host.get(&format!("/api/providers/nobody-{number}/record-summary?recordType=account&recordId=1"));
        let _ = host.send(&format!("BREW-{number}"), &format!("/api/{id}"), &headers, "");
    }

    assert_eq!(series(&host), before);
}

#[test]
fn calls_in_flight_and_their_sandboxes_show() {
    let host = host().guest("rogue").start();

    let mut caller = host.wire();
    caller.send(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=sleep-an-hour HTTP/1.1\r\n\
         host: localhost\r\n\r\n",
    );

    wait_for_metric(&host, "insight_host_provider_calls_in_flight{plugin=\"rogue\"}", 1.0);
    wait_for_metric(&host, "insight_host_sandboxes_in_use", 1.0);
    assert_eq!(host.metric("insight_host_calls_admitted"), 1.0);
    assert_eq!(host.metric("insight_host_http_requests_in_flight"), 1.0);
    assert!(host.metric("insight_host_shared_memory_bytes") > 0.0);

    drop(caller);

    wait_for_metric(&host, "insight_host_provider_calls_cancelled_total{plugin=\"rogue\"}", 1.0);
    wait_for_metric(&host, "insight_host_http_requests_abandoned_total", 1.0);
    wait_for_metric(&host, "insight_host_provider_calls_in_flight{plugin=\"rogue\"}", 0.0);
    wait_for_metric(&host, "insight_host_sandboxes_in_use", 0.0);
    wait_for_metric(&host, "insight_host_shared_memory_bytes", 0.0);
}

#[test]
fn loads_count_by_what_came_of_them() {
    let host = host().guest("well").start();
    let loads = |result: &str| host.metric(&format!("insight_host_plugin_loads_total{{result=\"{result}\"}}"));
    assert_eq!((loads("loaded"), loads("replaced"), loads("refused")), (1.0, 0.0, 0.0));

    host.install("broken", b"no component");
    wait_for("a refusal", || (loads("refused") > 0.0).then_some(()));
    host.author("well", "[config]\nitems = 1");
    wait_for("a replacement", || (loads("replaced") > 0.0).then_some(()));

    assert_eq!(host.metric("insight_host_plugins{state=\"loaded\"}"), 1.0);
    assert_eq!(host.metric("insight_host_plugins{state=\"refused\"}"), 1.0);
    // Settings may be read half written, and then count as unchanged.
    let all: f64 = ["loaded", "replaced", "unchanged", "refused"].into_iter().map(loads).sum();
    assert_eq!(host.metric("insight_host_plugin_load_duration_seconds_count"), all);
}

#[test]
fn a_plugins_counts_outlive_its_reload_and_end_with_it() {
    let host = host().guest("well").start();
    let _ = host.ask("well", "1");
    let answered = "insight_host_provider_calls_total\
                    {plugin=\"well\",capability=\"record-summary\",outcome=\"answered\"}";
    assert_eq!(host.metric(answered), 1.0);

    host.author("well", "[config]\nitems = 1");
    wait_for("the new settings", || {
        (host.metric("insight_host_plugin_loads_total{result=\"replaced\"}") > 0.0).then_some(())
    });
    assert_eq!(host.metric(answered), 1.0);

    host.remove("well");
    wait_for("the end of its series", || (!host.metrics().contains("plugin=\"well\"")).then_some(()));
}

#[test]
fn what_a_plugin_reaches_for_in_vain_has_a_series_by_kind() {
    let host = host().guest("well").start();

    for kind in ["http", "secret", "key-value"] {
        let series = format!("insight_host_reach_refused_total{{plugin=\"well\",kind=\"{kind}\"}} 0");
        assert!(host.metrics().lines().any(|line| line == series), "{series}");
    }
}

#[test]
fn every_series_has_a_help_and_a_type_and_is_there_once() {
    let host = host_with_a_past();
    let metrics = host.metrics();

    let mut types = BTreeMap::new();
    let mut helped = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for line in metrics.lines() {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|head| head.split_once(' ')) {
            assert!(help.ends_with('.') && !help.ends_with(".."), "{line}");
            assert!(helped.insert(name), "{line}");
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|head| head.split_once(' ')) {
            assert!(name.starts_with("insight_host_") || name.starts_with("process_"), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(types.insert(name, kind).is_none(), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a series and its value");
            assert!(value.parse::<f64>().is_ok() && seen.insert(series), "{line}");
            let name = series.split('{').next().expect("a name");
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let family = family.filter(|family| types.get(family) == Some(&"histogram")).unwrap_or(name);
            assert!(helped.contains(family) && types.contains_key(family), "{line}");
        }
    }
    assert!(types.len() > 20, "{metrics}");
}

#[test]
#[ignore = "needs promtool, of Debian's package prometheus"]
fn promtool_has_nothing_to_say_about_the_metrics() {
    let metrics = host_with_a_past().metrics();

    let promtool = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).spawn();
    let mut promtool = promtool.expect("promtool is installed");
    promtool.stdin.take().expect("it is piped").write_all(metrics.as_bytes()).expect("promtool reads");
    let status = promtool.wait().expect("it is our child");

    assert!(status.success(), "{status}:\n{metrics}");
}

/// Starts a host, and causes events of every kind.
fn host_with_a_past() -> TestHost {
    let host = host().guest("well").guest("rogue").component("broken", b"no component").settings(QUICK).start();
    for behaviour in ["ok", "panic", "long-title"] {
        let _ = host.ask("rogue", behaviour);
    }
    let _ = host.ask_all("1");
    let _ = host.get("/nothing");
    let _ = host.ask_admin("POST", "/api/reload");
    host
}
