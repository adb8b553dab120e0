//! Calls that fail: an error that a model can read, however the plugin ends.

use std::thread;

use serde_json::{Value, json};

use super::{call, call_at, error_in, modern_at};
use crate::{LITTLE_FUEL, QUICK, host};

fn about(id: &str) -> Value {
    json!({ "recordType": "account", "recordId": id })
}

#[test]
fn every_end_of_a_plugin_is_an_error_with_our_error_object() {
    let host = host().guest("rogue").author("rogue", LITTLE_FUEL).settings(QUICK).start();
    for (behaviour, code, outcome) in [
        ("not-found", "RECORD_NOT_FOUND", None),
        ("wrong-crm", "INVALID_CRM_CONNECTION", None),
        ("not-permitted", "INSUFFICIENT_PERMISSIONS", None),
        ("sign-in-required", "INVALID_TOKEN_SPECIFIED", None),
        ("throttled:7", "REQUEST_THROTTLED", None),
        ("invalid-request", "INVALID_REQUEST", None),
        ("failed", "INTERNAL_SERVER_ERROR", Some("failed")),
        ("panic", "INTERNAL_SERVER_ERROR", Some("trapped")),
        ("spin", "INTERNAL_SERVER_ERROR", Some("out-of-fuel")),
        ("grow-memory", "INTERNAL_SERVER_ERROR", Some("out-of-memory")),
        ("long-string:4", "INTERNAL_SERVER_ERROR", Some("answer-too-large")),
    ] {
        let error = error_in(&call(&host, "record_summary", &about(behaviour)));

        assert_eq!(error["errorCode"], code, "{behaviour}: {error}");
        assert_eq!(error["details"]["rogue"].as_str(), outcome, "{behaviour}: {error}");
        assert!(error["activityId"].is_string() && error["errorMessage"].is_string());
        // Of what a plugin says, callers learn nothing.
        assert!(!error.to_string().contains("flames") && !error.to_string().contains("own words"), "{error}");
    }
}

#[test]
fn wrong_arguments_are_errors_that_name_the_argument() {
    let host = host().guest("rogue").settings(QUICK).start();
    for (arguments, named) in [
        (json!({}), "recordType"),
        (json!({ "recordType": "account" }), "recordId"),
        (json!({ "recordType": {}, "recordId": "1" }), "recordType"),
        (json!({ "recordType": "account", "recordId": "1", "top": "many" }), "top"),
        (json!({ "recordType": "account", "recordId": "1", "RECORDID": "2" }), "recordId"),
    ] {
        let error = error_in(&call(&host, "record_summary", &arguments));

        assert_eq!(error["errorCode"], "INVALID_REQUEST");
        assert!(error["errorMessage"].as_str().is_some_and(|message| message.contains(named)), "{error}");
    }
}

#[test]
fn a_plugin_that_does_not_end_is_an_error_in_time_and_its_neighbour_answers_meanwhile() {
    let host = host().guest("rogue").guest("well").settings("[limits]\nfuel = 20_000_000_000").start();

    let (spun, neighbour) = thread::scope(|scope| {
        let params = json!({ "name": "record_summary", "arguments": about("sleep-an-hour") });
        let spinning = scope.spawn({
            let host = &host;
            move || modern_at(host, "/mcp/rogue", &[], "tools/call", &params)
        });
        let neighbour = call_at(&host, "/mcp/well", "record_summary", &about("1"));
        (spinning.join().expect("an answer came"), neighbour)
    });

    assert_eq!(neighbour["isError"], false);
    assert_eq!(spun.status, 200, "{spun:?}");
    assert_eq!(error_in(&spun.json()["result"])["details"]["rogue"], "deadline-exceeded");
    assert!(spun.took.as_secs_f64() < 5.0, "it took {:?}", spun.took);
}

#[test]
fn a_suspended_plugin_is_throttled_as_everywhere() {
    let host = host().guest("rogue").settings("[load]\nsuspend-after = 1").start();
    let _ = call(&host, "record_summary", &about("panic"));

    let error = error_in(&call(&host, "record_summary", &about("ok")));

    assert_eq!(error["errorCode"], "REQUEST_THROTTLED");
}
