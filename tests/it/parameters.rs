//! The parsing of requests: the values that reach the plugin, and the requests that are rejected.

use std::collections::BTreeMap;

use insight_tests::TestHost;

use crate::host;

/// Starts a host whose guest echoes requests.
pub(crate) fn echoing() -> TestHost {
    host().guest("rogue").author("rogue", "[config]\nbehaviour = \"echo\"").start()
}

/// Returns the values that reached the guest.
pub(crate) fn arrived(host: &TestHost, query: &str, headers: &[(&str, &str)]) -> BTreeMap<String, String> {
    let answer = host.get_with(&format!("/api/record-summary?{query}"), headers);
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    let properties = answer.items()[0]["additionalProperties"].clone();
    serde_json::from_value(properties).expect("names and texts")
}

/// The record of most of these requests.
pub(crate) const RECORD: &str = "recordType=account&recordId=42";

/// A name in the guest's echo, the query after [`RECORD`], and the expected value of the name.
const ARRIVES: &[(&str, &str, &str)] = &[
    ("top", "", "10"),
    ("skip", "", "0"),
    ("top", "&top=", "10"),
    ("top", "&top=3", "3"),
    ("top", "&TOP=3", "3"),
    ("top", "&tOp=101", "100"),
    ("top", "&top=2147483647", "100"),
    ("skip", "&Skip=10000", "10000"),
    ("since", "", "none"),
    ("since", "&startDateTime=", "none"),
    ("since", "&startDateTime=2026-05-12T08:30:00Z", "2026-05-12T08:30:00Z"),
    ("since", "&startdatetime=2026-05-12T08:30:00%2B02:00", "2026-05-12T06:30:00Z"),
    ("since", "&startDateTime=2026-05-12T08:30:00.1234567Z", "2026-05-12T08:30:00Z"),
    ("until", "&endDateTime=2026-05-12T08:30:00.1234567Z", "2026-05-12T08:30:01Z"),
    ("since", "&startDateTime=2026-05-12T08:30", "2026-05-12T08:30:00Z"),
    ("since", "&startDateTime=2026-05-12T08:30:00", "2026-05-12T08:30:00Z"),
    ("since", "&startDateTime=yesterday", "none"),
    ("since", "&startDateTime=2026-02-30T00:00:00Z", "none"),
    ("crm-kind", "", "none"),
    ("crm-kind", "&crmType=Dynamics365", "dynamics365"),
    ("crm-kind", "&crmType=dynamics%20365", "dynamics365"),
    ("crm-kind", "&crmtype=SALESFORCE", "salesforce"),
    ("crm-kind", "&crmType=Next%20CRM", "nextcrm"),
    ("crm-host", "", "none"),
    ("crm-host", "&crmOrgUrl=contoso.crm.dynamics.com", "contoso.crm.dynamics.com"),
    ("crm-host", "&crmOrgUrl=%09contoso.crm.dynamics.com%20", "contoso.crm.dynamics.com"),
    ("crm-host", "&crmOrgUrl=https://Contoso.crm.dynamics.com/", "contoso.crm.dynamics.com"),
    ("crm-host", "&crmOrgUrl=https%3A%2F%2Fcontoso.crm.dynamics.com%2Fmain.aspx%3Fid=1", "contoso.crm.dynamics.com"),
    ("record-id", "&connectorId=1&unknown=2&unknown=3", "42"),
];

#[test]
fn parameters_arrive_as_the_plugin_may_expect_them() {
    let host = echoing();

    for (name, query, expected) in ARRIVES {
        let told = arrived(&host, &format!("{RECORD}{query}"), &[]);

        assert_eq!(told[*name], *expected, "{query}");
    }
}

#[test]
fn the_type_of_a_record_arrives_in_lower_case_and_its_identifier_as_it_is() {
    let host = echoing();

    let told = arrived(&host, "RECORDTYPE=New_CustomTable&recordid=a%2Fb%20%C3%A9%2B1", &[]);

    assert_eq!(told["record-type"], "new_customtable");
    assert_eq!(told["record-id"], "a/b é+1");
}

/// A query, and the parameter that the error must name.
const REFUSED: &[(&str, &str)] = &[
    ("", "recordType"),
    ("recordType=account", "recordId"),
    ("recordType=&recordId=42", "recordType"),
    ("recordType=account&recordId=", "recordId"),
    ("recordType=account&recordId=42&recordID=43", "recordId"),
    ("recordType=account&recordId=42&top=x", "top"),
    ("recordType=account&recordId=42&top=-1", "top"),
    ("recordType=account&recordId=42&top=1.5", "top"),
    ("recordType=account&recordId=42&skip=2147483648", "skip"),
    ("recordType=account&recordId=42&top=%zz", "top"),
    (
        "recordType=account&recordId=42&startDateTime=2026-05-02T00:00:00Z&endDateTime=2026-05-01T00:00:00Z",
        "startDateTime",
    ),
    ("recordType=account&recordId=42&crmOrgUrl=%3A%2F%2F", "crmOrgUrl"),
];

#[test]
fn a_bad_parameter_is_refused_by_its_name() {
    let host = echoing();

    for (query, name) in REFUSED {
        let answer = host.get(&format!("/api/record-summary?{query}"));

        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        assert_eq!(answer.json()["errorCode"], "INVALID_REQUEST");
        let message = answer.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(&format!("`{name}`")), "{query}: {message}");
    }
}

#[test]
fn headers_arrive() {
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let host = echoing();

    let told = arrived(
        &host,
        RECORD,
        &[
            ("accept-language", "de-AT;q=0.5, fr, *, ???, fr"),
            ("accept-language", "en;q=0.1"),
            ("x-ms-client-request-id", "a-good-id"),
            ("x-ms-user-agent", "sales-copilot"),
            ("traceparent", TRACE),
        ],
    );
    assert_eq!(told["languages"], "fr de-AT en");
    assert_eq!(told["activity-id"], "a-good-id");
    assert_eq!(told["user-agent"], "sales-copilot");
    assert_eq!(told["traceparent"], TRACE);
    assert_eq!(told["caller"], "none", "nobody granted it");
}

/// A body of an email draft, and the member that the error must name.
const REFUSED_BODIES: &[(&str, &str)] = &[
    ("", "body"),
    ("{", "body"),
    ("[]", "body"),
    ("{\"resourceType\": \"x\"}", "resourceData"),
    ("{\"resourceType\": \"x\", \"resourceData\": null}", "resourceData"),
    ("{\"resourceType\": \"x\", \"resourceData\": {}, \"RESOURCETYPE\": \"y\"}", "resourceType"),
    ("{\"resourceType\": \"x\", \"resourceData\": {}, \"top\": 1.5}", "top"),
    ("{\"resourceType\": {}, \"resourceData\": {}}", "resourceType"),
    ("{\"resourceType\": \"x\", \"resourceData\": {}, \"crmOrgUrl\": \"://\"}", "crmOrgUrl"),
];

#[test]
fn a_bad_body_is_refused_saying_where() {
    let host = host().sample("contoso-hub").start();

    for (body, place) in REFUSED_BODIES {
        let answer = host.post("/api/email-draft", body);

        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        let message = answer.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(place), "{body}: {message}");
    }
}
