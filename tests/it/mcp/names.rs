//! The names under which the endpoints are called: no web page of another origin may use them.

use insight_tests::TestHost;
use serde_json::json;

use super::{call, modern_at};
use crate::auth::new_key;
use crate::host;

fn status(host: &TestHost, headers: &[(&str, &str)]) -> u16 {
    let answer = modern_at(host, "/mcp", headers, "tools/list", &json!({}));
    if answer.status == 403 {
        assert_eq!(answer.json()["error"]["data"]["errorCode"], "INSUFFICIENT_PERMISSIONS");
        assert_eq!((&answer.json()["jsonrpc"], answer.json().get("id")), (&json!("2.0"), None));
    }
    answer.status
}

#[test]
fn a_web_page_of_another_origin_is_refused_even_with_a_key() {
    let (key, of_key) = new_key(&["--name", "one"]);
    let settings = format!("{of_key}[http]\npublic-name = \"api.contoso.com\"\n");
    let host = host().guest("well").settings(&settings).start();
    let with = |name, value| status(&host, &[("x-api-key", key.as_str()), (name, value)]);

    for origin in ["https://attacker.example", "null", "https://api.contoso.com.attacker.example"] {
        assert_eq!(with("origin", origin), 403, "{origin}");
    }
    for origin in ["https://api.contoso.com", "http://localhost:6274", "http://127.0.0.1:6274"] {
        assert_eq!(with("origin", origin), 200, "{origin}");
    }
    assert_eq!(with("host", "attacker.example"), 403);
    assert_eq!(with("host", "api.contoso.com"), 200);
    // Authentication comes first.
    assert_eq!(status(&host, &[("origin", "https://attacker.example")]), 401);
    assert!(host.metric("insight_host_auth_refused_total{reason=\"other-origin\"}") >= 3.0);
}

#[test]
fn a_host_that_knows_nobody_checks_as_it_does_elsewhere() {
    let host = host().guest("well").start();

    assert_eq!(status(&host, &[("host", "attacker.example")]), 403);
    assert_eq!(status(&host, &[("origin", "http://attacker.example")]), 403);
    assert_eq!(status(&host, &[("x-forwarded-for", "10.0.0.1")]), 403);
    assert_eq!(status(&host, &[("host", "localhost"), ("origin", "http://localhost")]), 200);
}

#[test]
fn the_endpoints_lie_below_the_base_path() {
    let host = host().guest("well").settings("[http]\nbase-path = \"/insights\"").start();

    let answer = modern_at(&host, "/insights/mcp/well", &[], "tools/list", &json!({}));
    assert_eq!(answer.status, 200, "{answer:?}");
    let none = modern_at(&host, "/mcp", &[], "tools/list", &json!({}));
    assert_eq!((none.status, &none.json()["errorCode"]), (404, &json!("NOT_FOUND")));
    let result =
        super::call_at(&host, "/insights/mcp", "record_summary", &json!({ "recordType": "a", "recordId": "1" }));
    assert_eq!(result["isError"], false);
}

#[test]
fn nothing_that_a_model_asks_is_in_the_log() {
    let host = host().guest("rogue").start();

    let _ = call(&host, "record_summary", &json!({ "recordType": "account", "recordId": "not-found:secret-4711" }));

    assert!(!host.log().contains("secret-4711"));
}
