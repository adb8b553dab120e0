//! The base path, for a host behind a proxy that serves other paths too.

use insight_tests::TestHost;

use crate::{UNDER_TEST, host};

fn below_insights() -> TestHost {
    host().guest("well").settings("[http]\nbase-path = \"/insights\"").start()
}

#[test]
fn every_route_is_below_it() {
    let host = below_insights();

    assert!(host.url().ends_with("/insights"), "{}", host.url());
    let question = "record-summary?recordType=account&recordId=1";
    for route in ["api", "api/providers/well"] {
        assert_eq!(host.get(&format!("/insights/{route}/{question}")).status, 200, "{route}");
    }
}

#[test]
fn what_is_not_below_it_is_not_there() {
    let host = below_insights();

    let question = "record-summary?recordType=account&recordId=1";
    for path in ["", "/", "/insight", "/insights", "/insights/", "/Insights", "/insights/insights", "/insights/../"] {
        let answer = host.get(&format!("{path}/api/{question}"));
        let is_below = matches!(path, "/insights" | "/insights/");
        assert_eq!(answer.status, if is_below { 200 } else { 404 }, "{path}");
    }
    let answer = host.get(&format!("/api/{question}"));
    assert_eq!(answer.json()["errorCode"], "NOT_FOUND");
    assert_eq!(host.get("/insights").json()["errorCode"], "NOT_FOUND");
}

#[test]
fn a_wrong_method_below_it_is_told_the_right_one() {
    let host = below_insights();

    let answer = host.post("/insights/api/record-summary", "{}");

    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET,HEAD")));
    assert_eq!(answer.json()["errorCode"], "INVALID_REQUEST");
}

#[test]
fn probes_find_health_with_it_and_without() {
    let host = below_insights();

    for path in ["/healthz", "/readyz", "/insights/healthz", "/insights/readyz"] {
        assert_eq!((host.get(path).status, host.get(path).body.as_str()), (200, "ok\n"), "{path}");
    }
}

#[test]
fn one_that_is_none_is_refused_at_the_start() {
    let ran = UNDER_TEST.run(["serve", "--plugins", ".", "--base-path", "/insights/"]);

    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("not end with it"), "{}", ran.stderr);
}
