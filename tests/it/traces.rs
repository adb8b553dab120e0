//! Traces: the spans of a request that a collector gets, and data that it must never get.

use std::net::TcpListener;

use insight_tests::{Backend, Collector, TestHost, wait_for};

use crate::{UNDER_TEST, UNHURRIED, host};

/// A caller's trace, and the caller's span in it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Returns settings under which the guest `rogue` may reach `backend` and store entries.
fn reaching(backend: &Backend) -> String {
    let origin = backend.origin();
    format!(
        "{UNHURRIED}[plugins.rogue.config]\nbackend = \"{origin}\"\n[plugins.rogue.grants]\n\
         key-value = \"all-tenants\"\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n"
    )
}

/// Calls the guest `rogue` within a trace whose sampling `flags` decide.
fn ask(host: &TestHost, behaviour: &str, flags: &str) -> insight_tests::Answer {
    let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
    let traceparent = format!("00-{TRACE}-{CALLER}-{flags}");
    host.get_with(&target, &[("traceparent", &traceparent), ("x-ms-client-request-id", "an-activity")])
}

/// Returns the number of spans with this result.
fn spans(host: &TestHost, result: &str) -> f64 {
    host.metric(&format!("insight_host_trace_spans_total{{result=\"{result}\"}}"))
}

#[test]
fn a_request_its_calls_and_what_these_ask_are_one_trace_below_the_callers_span() {
    let (backend, collector) = (Backend::http(), Collector::start());
    let host = host().guest("rogue").settings(&(reaching(&backend) + &collector.settings())).start();

    assert_eq!(ask(&host, "fetch:/ok", "01").said(), "200");

    let request = collector.span(TRACE, "GET record-summary");
    let call = collector.span(TRACE, "provider call");
    let admission = collector.span(TRACE, "admission");
    let sent = collector.span(TRACE, "GET");
    assert_eq!(request.parent, CALLER);
    assert_eq!((&call.parent, &admission.parent, &sent.parent), (&request.id, &call.id, &call.id));

    assert_eq!(request.attribute("http.request.method"), "GET");
    assert_eq!(request.attribute("http.route"), "/api/providers/{provider}/record-summary");
    assert_eq!(request.attribute("http.response.status_code"), "200");
    assert_eq!(request.attribute("insight.activity_id"), "an-activity");
    assert_eq!(request.attribute("service.name"), "insight-host");
    assert_eq!((call.attribute("insight.plugin"), call.attribute("insight.outcome")), ("rogue", "answered"));
    assert_eq!(call.attribute("insight.capability"), "record-summary");
    assert!(call.attribute("insight.fuel").parse::<u64>().is_ok_and(|fuel| fuel > 0), "{call:?}");
    assert!(call.attribute("insight.memory_bytes").parse::<u64>().is_ok_and(|bytes| bytes > 0), "{call:?}");
    assert_eq!(
        (sent.attribute("server.address"), sent.attribute("server.port")),
        ("localhost", &*backend.port().to_string())
    );
    assert_eq!(sent.attribute("http.response.status_code"), "200");
    assert!(![&request, &call, &admission, &sent].into_iter().any(|span| span.failed));

    let came = backend.requests().pop().expect("it came");
    assert_eq!(came.header("traceparent"), format!("00-{TRACE}-{}-01", sent.id));
}

#[test]
fn key_value_and_both_ways_out_have_spans_below_the_call() {
    let (backend, collector) = (Backend::http(), Collector::start());
    let host = host().guest("rogue").settings(&(reaching(&backend) + &collector.settings())).start();

    assert_eq!(ask(&host, "kept:a-key", "01").status, 200);
    assert_eq!(ask(&host, "wasi-fetch:/ok", "01").said(), "200");

    let got = collector.span(TRACE, "key-value get");
    let sent = collector.span(TRACE, "GET");
    assert_eq!(got.attribute("db.operation.name"), "get");
    let calls = |span: &str| collector.spans().into_iter().any(|call| call.id == span && call.name == "provider call");
    wait_for("the calls above them", || (calls(&got.parent) && calls(&sent.parent)).then_some(()));
    assert_eq!(backend.requests().pop().expect("it came").header("traceparent"), format!("00-{TRACE}-{}-01", sent.id));
}

#[test]
fn what_fails_is_marked_so() {
    let collector = Collector::start();
    let host = host().guest("rogue").settings(&(UNHURRIED.to_owned() + &collector.settings())).start();

    assert_eq!(ask(&host, "panic", "01").status, 500);

    let (request, call) = (collector.span(TRACE, "GET record-summary"), collector.span(TRACE, "provider call"));
    assert!(request.failed && call.failed, "{request:?} {call:?}");
    assert_eq!((request.attribute("http.response.status_code"), call.attribute("insight.outcome")), ("500", "trapped"));
}

#[test]
fn who_calls_decides_what_is_kept_and_else_the_settings_do() {
    let (backend, collector) = (Backend::http(), Collector::start());
    let settings = reaching(&backend) + &collector.settings() + "sample = 0\n";
    let host = host().guest("rogue").settings(&settings).start();

    assert_eq!(ask(&host, "fetch:/ok", "00").said(), "200");
    let passed_on = backend.requests().pop().expect("it came").header("traceparent").to_owned();
    assert!(passed_on.starts_with(&format!("00-{TRACE}-")) && passed_on.ends_with("-00"), "{passed_on}");
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");
    let begun_here = backend.requests().pop().expect("it came").header("traceparent").to_owned();
    assert!(begun_here.ends_with("-00") && !begun_here.contains(TRACE), "{begun_here}");

    assert_eq!(ask(&host, "ok", "01").said(), "ok");
    // Spans are exported in order, so those of earlier requests have all arrived.
    let _kept = collector.span(TRACE, "GET record-summary");
    assert!(!collector.spans().iter().any(|span| span.trace != TRACE || span.name == "GET"), "{:?}", collector.spans());
}

#[test]
fn spans_that_wait_are_exported_at_the_end() {
    let collector = Collector::start();
    let host = host().guest("rogue").settings(&collector.settings()).start();
    assert_eq!(ask(&host, "ok", "01").said(), "ok");

    let (code, _) = host.stop();

    assert_eq!(code, 0);
    let names: Vec<_> = collector.spans().into_iter().map(|span| span.name).collect();
    assert!(names.iter().any(|name| name == "GET record-summary"), "{names:?}");
}

#[test]
fn a_collector_that_takes_nothing_costs_spans_and_a_line_of_the_log() {
    let collector = Collector::that(hyper::StatusCode::SERVICE_UNAVAILABLE);
    let host = host().guest("rogue").settings(&collector.settings()).start();

    for _ in 0..10 {
        assert_eq!(ask(&host, "ok", "01").said(), "ok");
    }

    wait_for("lost spans", || (spans(&host, "failed") >= 30.0).then_some(()));
    assert!(host.logged("spans are lost").contains("503"), "{}", host.log());
    assert_eq!(host.log().matches("spans are lost").count(), 1);
    assert_eq!(spans(&host, "exported"), 0.0);
}

#[test]
fn a_collector_that_never_answers_holds_up_neither_answers_nor_the_end() {
    // The kernel accepts connections, but nothing ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = silent.local_addr().expect("it listens");
    let settings = format!("[telemetry.traces]\nendpoint = \"http://{address}/\"\ntime = \"60s\"\n");
    let host = host().guest("rogue").settings(&settings).start();

    // More spans than the queue holds: three per request.
    for _ in 0..4_000 {
        assert_eq!(ask(&host, "ok", "01").status, 200);
        if spans(&host, "dropped") > 0.0 {
            break;
        }
    }

    assert!(spans(&host, "dropped") > 0.0, "{}", host.metrics());
    assert_eq!(host.stop().0, 0);
}

#[test]
fn what_opens_a_collector_comes_from_a_file_and_is_in_no_log() {
    let (collector, dir) = (Collector::start(), tempfile::TempDir::new().expect("there is room"));
    let file = dir.path().join("token");
    std::fs::write(&file, "Bearer open-sesame-4711\n").expect("the folder is new");
    let settings = format!("{}headers = {{ authorization = {{ file = {file:?} }} }}\n", collector.settings());
    let host = host().guest("rogue").log("trace").settings(&settings).start();

    assert_eq!(ask(&host, "ok", "01").said(), "ok");

    let _span = collector.span(TRACE, "GET record-summary");
    assert_eq!(collector.header("authorization"), "Bearer open-sesame-4711");
    assert_eq!(collector.header("content-type"), "application/x-protobuf");
    assert!(!host.log().contains("open-sesame"), "{}", host.log());
}

#[test]
fn a_header_that_is_nowhere_is_told_at_start() {
    let dir = tempfile::TempDir::new().expect("there is room");
    let config = dir.path().join("settings.toml");
    let settings = "[telemetry.traces]\nendpoint = \"http://127.0.0.1:4318/v1/traces\"\n\
                    headers = { authorization = { env = \"INSIGHT_NO_SUCH_TOKEN\" } }";
    std::fs::write(&config, settings).expect("the folder is new");
    let plugins = dir.path().as_os_str();

    let ran =
        UNDER_TEST.run(["serve".as_ref(), "--plugins".as_ref(), plugins, "--config".as_ref(), config.as_os_str()]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    assert!(ran.stderr.contains("headers.authorization") && ran.stderr.contains("INSIGHT_NO_SUCH_TOKEN"), "{ran:?}");
}
