//! The outcomes of calls, and the resulting answers of requests: of one call alone, and of several.

use insight_tests::{Answer, Setup};
use serde_json::json;

use crate::{LITTLE_FUEL, QUICK, UNHURRIED, host};

/// Sets up a host of one provider for each behaviour, by the names `a`, `b`, `c`…
fn host_of(behaviours: &[&str]) -> Setup {
    let add = |setup: Setup, (name, behaviour): (char, &&str)| {
        let name = name.to_string();
        let fuel = if *behaviour == "spin" { LITTLE_FUEL } else { "" };
        setup.guest_as("rogue", &name).author(&name, &format!("{fuel}[config]\nbehaviour = \"{behaviour}\""))
    };
    ('a'..).zip(behaviours).fold(host().settings(QUICK), add)
}

/// Returns the answer of providers with these behaviours, in this order.
fn mixture(behaviours: &[&str]) -> Answer {
    host_of(behaviours).start().ask_all("42")
}

/// Returns status and error code.
fn verdict(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["errorCode"].as_str().unwrap_or("none").to_owned())
}

/// The behaviours of a provider, and the status and error code if there is no other provider.
const ALONE: [(&str, u16, &str); 16] = [
    ("not-found", 404, "RECORD_NOT_FOUND"),
    ("wrong-crm", 400, "INVALID_CRM_CONNECTION"),
    ("not-permitted", 403, "INSUFFICIENT_PERMISSIONS"),
    ("sign-in-required", 401, "INVALID_TOKEN_SPECIFIED"),
    ("throttled", 429, "REQUEST_THROTTLED"),
    ("invalid-request", 400, "INVALID_REQUEST"),
    ("backend-unavailable", 500, "INTERNAL_SERVER_ERROR"),
    ("failed", 500, "INTERNAL_SERVER_ERROR"),
    ("sleep-an-hour", 500, "INTERNAL_SERVER_ERROR"),
    ("spin", 500, "INTERNAL_SERVER_ERROR"),
    ("grow-memory", 500, "INTERNAL_SERVER_ERROR"),
    ("panic", 500, "INTERNAL_SERVER_ERROR"),
    ("long-string:8", 500, "INTERNAL_SERVER_ERROR"),
    ("bad-date", 500, "INTERNAL_SERVER_ERROR"),
    ("exit:0", 500, "INTERNAL_SERVER_ERROR"),
    ("pollables", 500, "INTERNAL_SERVER_ERROR"),
];

#[test]
fn each_outcome_alone_has_its_status() {
    let host = host().guest("rogue").settings(QUICK).start();

    for (behaviour, status, code) in ALONE {
        let answer = host.ask("rogue", behaviour);

        assert_eq!(verdict(&answer), (status, code.to_owned()), "{behaviour}");
        assert_eq!(answer.json()["details"].is_null(), status != 500, "{behaviour}: only faults have details");
        assert_eq!(answer.header("retry-after").is_some(), status == 429, "{behaviour}");
    }
}

#[test]
fn one_answer_among_failures_is_an_answer_that_names_who_is_missing() {
    // A guest that spins runs out of fuel before its time is up, however busy the machine is.
    let behaviours = ["panic", "ok", "sleep-an-hour", "not-found", "spin"];
    let answer = host_of(&behaviours).settings(UNHURRIED).start().ask_all("42");

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.said(), "ok");
    let missing = "a=trapped, c=late, d=record-not-found, e=out-of-fuel";
    assert_eq!(answer.header("insight-host-partial"), Some(missing));
}

#[test]
fn an_empty_page_is_an_answer_too() {
    let host = host_of(&["not-found"]).guest("well").author("well", "[config]\nitems = 0").start();

    let answer = host.ask_all("42");

    assert_eq!((answer.status, answer.items().len()), (200, 0), "{answer:?}");
    assert_eq!(answer.header("insight-host-partial"), Some("a=record-not-found"));
}

#[test]
fn what_a_provider_says_of_the_question_decides_before_load_and_failures_of_others() {
    let by_rank = [
        ("not-found", 404, "RECORD_NOT_FOUND"),
        ("not-permitted", 403, "INSUFFICIENT_PERMISSIONS"),
        ("sign-in-required", 403, "INSUFFICIENT_PERMISSIONS"),
        ("invalid-request", 400, "INVALID_REQUEST"),
        ("wrong-crm", 400, "INVALID_CRM_CONNECTION"),
        ("throttled:4294967295", 429, "REQUEST_THROTTLED"),
        ("panic", 500, "INTERNAL_SERVER_ERROR"),
    ];

    for (from, (_, status, code)) in by_rank.iter().enumerate() {
        let mut behaviours: Vec<&str> = by_rank[from..].iter().map(|(behaviour, ..)| *behaviour).collect();
        assert_eq!(verdict(&mixture(&behaviours)), (*status, (*code).to_owned()), "{behaviours:?}");

        behaviours.reverse();
        assert_eq!(verdict(&mixture(&behaviours)), (*status, (*code).to_owned()), "{behaviours:?}");
    }
}

#[test]
fn the_details_of_a_failure_name_every_provider_and_how_it_ended() {
    let answer = mixture(&["failed", "panic", "grow-memory", "long-string:8"]);

    assert_eq!(answer.status, 500);
    let expected = json!({
        "a": "failed",
        "b": "trapped",
        "c": "out-of-memory",
        "d": "answer-too-large",
    });
    assert_eq!(answer.json()["details"], expected);
}

#[test]
fn the_shortest_wait_that_a_backend_asks_for_is_passed_on_and_none_beyond_a_minute() {
    let several = mixture(&["throttled:42", "throttled:7", "throttled", "throttled:4294967295", "panic"]);
    let one = mixture(&["throttled:4294967295", "failed"]);

    assert_eq!((several.status, several.header("retry-after")), (429, Some("7")));
    assert_eq!((one.status, one.header("retry-after")), (429, Some("60")));
}

#[test]
fn the_header_that_names_who_is_missing_is_bounded() {
    let name = |number| format!("{number:a>64}");
    let add = |setup: Setup, name: String| {
        setup.guest_as("rogue", &name).author(&name, "[config]\nbehaviour = \"invalid-request\"")
    };
    let answer = (0..12).map(name).fold(host_of(&["ok"]), add).start().ask_all("42");

    assert_eq!(answer.said(), "ok");
    let missing = answer.header("insight-host-partial").expect("twelve are missing");
    assert!(missing.len() <= 512 && missing.ends_with(", more=7"), "{missing}");
}

#[test]
fn names_of_providers_can_be_kept_from_callers() {
    let discreet = format!("{QUICK}[http]\nname-providers = false\n");
    let partial = host_of(&["panic", "ok"]).settings(&discreet).start().ask_all("42");
    let failed = host_of(&["panic", "failed"]).settings(&discreet).start().ask_all("42");

    assert_eq!((partial.status, partial.header("insight-host-partial")), (200, None));
    assert_eq!(failed.status, 500);
    assert!(failed.json()["details"].is_null(), "{failed:?}");
}

#[test]
fn the_words_of_a_plugin_reach_the_log_and_not_the_caller() {
    let host = host().guest("rogue").settings(QUICK).start();

    let answer = host.ask("rogue", "failed");

    assert_eq!(answer.json()["errorMessage"], "no provider answered");
    assert!(!answer.body.contains("flames"), "{answer:?}");
    assert!(host.logged("the backend is in flames").contains("plugin=rogue"));
}

#[test]
fn more_calls_than_may_be_in_flight_are_refused_at_once() {
    const CALLS: usize = 8;
    let narrow = format!("{QUICK}[runtime]\ncalls-at-once = 2\n");
    let host = host().guest("rogue").settings(&narrow).start();

    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..CALLS).map(|_| scope.spawn(|| host.ask("rogue", "slow:300"))).collect();
        calls.into_iter().map(|call| call.join().expect("an answer came")).collect()
    });

    let (answered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(answered.len() >= 2 && refused.len() >= 2, "{answers:?}");
    for answer in refused {
        assert_eq!(verdict(answer), (429, "REQUEST_THROTTLED".to_owned()));
        let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| (1..=3).contains(&seconds)), "{answer:?}");
    }
}

#[test]
fn a_provider_that_there_is_no_room_to_ask_is_missing_from_the_answer() {
    let narrow = format!("{QUICK}[runtime]\ncalls-at-once = 1\n");

    let answer = host_of(&["slow:200", "ok"]).settings(&narrow).start().ask_all("42");

    assert_eq!(answer.said(), "slept well");
    assert_eq!(answer.header("insight-host-partial"), Some("b=overloaded"));
}

#[test]
fn an_author_may_tighten_a_limit_and_not_widen_it() {
    let host = host()
        .settings(QUICK)
        .guest_as("rogue", "hasty")
        .author("hasty", "[limits]\ntime = \"100ms\"")
        .guest_as("rogue", "greedy")
        .author("greedy", "[limits]\ntime = \"4s\"")
        .start();

    let hasty = host.ask("hasty", "slow:300");
    let greedy = host.ask("greedy", "slow:2000");

    assert_eq!(hasty.outcome("hasty"), "deadline-exceeded");
    assert_eq!(greedy.outcome("greedy"), "deadline-exceeded");
    assert!(greedy.took.as_millis() < 1_500, "{greedy:?}");
}

#[test]
fn an_operator_may_set_the_limits_of_one_plugin() {
    let settings = format!("{QUICK}[plugins.patient.limits]\ntime = \"2s\"\n");
    let host = host().settings(&settings).guest_as("rogue", "patient").start();

    assert_eq!(host.ask("patient", "slow:700").said(), "slept well");
}
