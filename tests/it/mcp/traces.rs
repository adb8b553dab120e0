//! The trace of a call, which the call's own metadata names.

use insight_tests::Collector;
use serde_json::json;

use super::modern;
use crate::host;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

#[test]
fn a_call_is_below_the_span_that_it_names_and_the_plugins_call_below_it() {
    let collector = Collector::start();
    let host = host().guest("well").settings(&collector.settings()).start();
    let params = json!({
        "name": "record_summary",
        "arguments": { "recordType": "account", "recordId": "1" },
        "_meta": { "traceparent": format!("00-{TRACE}-{CALLER}-01") },
    });

    assert_eq!(modern(&host, "tools/call", &params).status, 200);

    let tool = collector.span(TRACE, "tools/call record_summary");
    assert_eq!((tool.parent.as_str(), tool.attribute("gen_ai.tool.name")), (CALLER, "record_summary"));
    assert_eq!(collector.span(TRACE, "provider call").parent, tool.id);
    assert!(!tool.failed);
}
