//! The log: JSON for programs, every line of a request under its activity id, and none of its contents.

use insight_tests::{Backend, Collector, Setup, TestHost, wait_for};
use serde_json::Value;

use crate::{UNHURRIED, host};

/// Sets up a host that logs one JSON object per line, by these directives.
fn json(directives: &'static str) -> Setup {
    host().log(directives).settings("[telemetry]\nlog-format = \"json\"\n[load]\nsuspend-after = 0\n")
}

/// Returns every line that a host has logged so far.
fn lines(host: &TestHost) -> Vec<Value> {
    let log = host.log();
    // The last line may be half written.
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
    whole.lines().map(read).collect()
}

/// Calls the guest `rogue` under this activity id.
fn ask(host: &TestHost, id: &str, behaviour: &str) -> insight_tests::Answer {
    let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
    host.get_with(&target, &[("x-ms-client-request-id", id)])
}

#[test]
fn every_line_is_an_object_whatever_a_guest_writes() {
    let host = json("info,guest=trace").guest("rogue").start();

    // Characters that end a text or an object; the guest itself adds an escape.
    let _ = ask(&host, "strange", "log:%22%7D%5C%F0%9F%98%80the-marker");

    let _line = host.logged("a guest's entry");
    let lines = wait_for("the guest's lines", || {
        let of_guest: Vec<_> = lines(&host).into_iter().filter(|line| line["target"] == "guest").collect();
        (of_guest.len() >= 2).then_some(of_guest)
    });
    for line in &lines {
        assert_eq!((&line["plugin"], &line["span"]["activity_id"]), (&"rogue".into(), &"strange".into()), "{line}");
        let message = line["message"].as_str().expect("it is text");
        assert!(!message.contains(['\n', '\0', '\u{1b}', '\u{202e}']), "{line}");
    }
    assert!(lines.iter().any(|line| line["message"].as_str().is_some_and(|text| text.contains("the-marker"))));
}

#[test]
fn every_line_of_a_request_has_its_activity_id_whichever_thread_it_comes_from() {
    let host = json("warn,insight_host=trace,guest=trace").guest("rogue").start();

    for behaviour in ["log:a", "panic", "fetch:http://evil.example/", "kept:key", "flood-stdout"] {
        let _ = ask(&host, "find-me", behaviour);
    }

    let _line = host.logged("guest log truncated");
    let of_requests = ["insight_host::dispatch::call", "insight_host::http::respond", "insight_host_egress", "guest"];
    let mut lines = lines(&host);
    // The harness asks whether plugins are loaded.
    lines.retain(|line| line["span"]["path"] != "/api/status");
    for target in of_requests {
        let mut of_target = lines.iter().filter(|line| line["target"] == target).peekable();
        assert!(of_target.peek().is_some(), "no line of {target}");
        for line in of_target {
            assert_eq!(line["span"]["activity_id"], "find-me", "{line}");
        }
    }
}

#[test]
fn a_log_of_faults_alone_still_names_requests() {
    let host = json("warn").guest("rogue").start();

    let _ = ask(&host, "find-me", "panic");

    let _line = host.logged("provider failed");
    let line = lines(&host).into_iter().find(|line| line["message"] == "provider failed").expect("it is there");
    assert_eq!((&line["span"]["activity_id"], &line["level"]), (&"find-me".into(), &"WARN".into()), "{line}");
}

#[test]
fn a_line_of_an_error_tells_what_caused_it() {
    let host = json("info").component("broken", b"no component").start();

    let _line = host.logged("plugin not served");
    let is_error = |line: &Value| line["plugin"] == "broken" && line["level"] == "ERROR";
    let line = lines(&host).into_iter().find(is_error).expect("it is there");
    let error = line["error"].as_str().expect("it is text");
    assert!(error.contains("broken.wasm: ") && error.contains("not WebAssembly"), "{error}");
}

#[test]
fn equal_warnings_become_one_line_and_counts_that_name_the_requests() {
    const CALLS: u64 = 60;
    let host = json("warn").guest("rogue").start();

    for call in 0..CALLS {
        let _ = ask(&host, &format!("call-{call}"), "panic");
    }

    let (written, folded) = wait_for("all calls to be told", || {
        let lines = lines(&host);
        let written = lines.iter().filter(|line| line["message"] == "provider failed").count() as u64;
        let is_count = |line: &&Value| line["line"].as_str().is_some_and(|line| line.contains("provider failed"));
        let folded: Vec<Value> = lines.iter().filter(is_count).cloned().collect();
        let times: u64 = folded.iter().filter_map(|line| line["times"].as_u64()).sum();
        (written + times == CALLS).then_some((written, folded))
    });
    assert!(written + (folded.len() as u64) < CALLS, "{written} lines, and {folded:?}");
    let first = &folded[0];
    assert_eq!((&first["level"], &first["target"]), (&"WARN".into(), &"insight_host::folded".into()), "{first}");
    assert!(first["line"].as_str().is_some_and(|line| line.contains("plugin=rogue")), "{first}");
    assert!(first["activities"].as_str().is_some_and(|ids| ids.contains("call-1")), "{first}");
}

#[test]
fn without_a_terminal_lines_are_objects_unless_the_settings_say_otherwise() {
    let auto = host().settings("[telemetry]\nlog-format = \"auto\"").start();
    let _line = auto.logged("admin API listening");
    assert!(!lines(&auto).is_empty());

    let text = host().settings("[telemetry]\nlog-format = \"text\"").start();
    assert!(!text.logged("admin API listening").starts_with('{'));
}

#[test]
fn directives_that_name_nothing_are_told_at_start() {
    let dir = tempfile::TempDir::new().expect("there is room");
    let mut serve = crate::UNDER_TEST.command(["serve".as_ref(), "--plugins".as_ref(), dir.path().as_os_str()]);

    let ran = serve.env("RUST_LOG", "guest=loud").output().expect("the binary runs");

    assert_eq!(ran.status.code(), Some(78));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("RUST_LOG") && said.contains("guest=loud"), "{said}");
}

#[test]
fn nothing_of_a_question_or_an_answer_is_in_the_log_in_traces_or_in_metrics() {
    const MARKER: &str = "tell-nobody";
    let (backend, collector) = (Backend::http(), Collector::start());
    let origin = backend.origin();
    let settings = format!(
        "{UNHURRIED}{}[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n",
        collector.settings()
    );
    let host = host().guest("rogue").guest("well").sample("contoso-hub").settings(&settings).start();

    let headers = [
        ("authorization", "Bearer tell-nobody"),
        ("x-ms-user-agent", "tell-nobody"),
        ("cookie", "tell-nobody"),
        ("accept-language", "tell-nobody"),
    ];
    let summary = "recordType=account&recordId=";
    for target in [
        // The guest answers with the request's contents; its backend, with the guest's.
        format!("/api/providers/rogue/record-summary?{summary}echo:{MARKER}"),
        format!("/api/providers/rogue/record-summary?{summary}fetch:/echo?{MARKER}"),
        format!("/api/providers/rogue/record-summary?{summary}kept:{MARKER}"),
        format!("/api/providers/well/record-summary?{summary}{MARKER}&{MARKER}={MARKER}"),
        format!("/api/record-summary?recordType={MARKER}"),
        format!("/api/email-summary?emailContacts={MARKER}%40contoso.com"),
    ] {
        let _ = host.get_with(&target, &headers);
    }
    let thread = format!("{{\"resourceType\":\"email-thread\",\"resourceData\":{{\"subject\":\"{MARKER}\"}}}}");
    for body in [thread, format!("{{\"{MARKER}\""), format!("{{\"resourceType\":\"{MARKER}\"}}")] {
        let _ = host.post("/api/email-draft", &body);
        let _ = host.post("/api/enhanceskills/email-insights-v2", &body);
    }
    let sent = backend.requests().into_iter().any(|came| came.target.contains(MARKER));

    assert!(sent, "the guest has sent it");
    wait_for("the spans", || collector.spans().iter().any(|span| span.name.contains("email-draft")).then_some(()));
    let metrics = host.metrics();
    let spans = format!("{:?}", collector.spans());
    for (what, text) in [("the log", host.log()), ("traces", spans), ("metrics", metrics)] {
        assert!(!text.contains(MARKER), "{what}: {text}");
    }
}
