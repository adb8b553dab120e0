//! Email summary in its two versions, and email draft.

use serde_json::json;

use super::{assert_answered, samples};

#[test]
fn the_first_email_summary_answers_from_the_contacts() {
    let host = samples();
    // The plus of an address stays a plus, encoded or not.
    for address in ["tony+legal@fourthcoffee.example", "tony%2Blegal%40fourthcoffee.example"] {
        let target = format!("email-summary?emailContacts=nobody@contoso.example,%20{address}&Top=1");

        let expected = json!({
            "value": [{
                "title": "Contoso Hub",
                "description": "Fourth Coffee 2026 Renewal Contract was sent on May 12, 2026.",
            }],
            "hasMoreResults": true,
        });
        assert_answered(&host.get(&format!("/api/providers/contoso-hub/{target}")), &expected);
        assert_answered(&host.get(&format!("/api/{target}")), &expected);
    }
}

#[test]
fn the_second_email_summary_answers_from_the_thread() {
    let host = samples();
    let thread = json!({
        "resourceData": {
            "subject": "Renewal",
            "from": "kenny@contoso.example",
            "to": ["alberto@fourthcoffee.example"],
        },
        "top": 1,
    });

    let expected = json!({
        "value": [{ "insight": "Fourth Coffee 2026 Renewal Contract was sent on May 12, 2026." }],
        "hasMoreResults": true,
    });
    for route in ["/api/providers/contoso-hub/enhanceskills/email-insights-v2", "/api/enhanceskills/email-insights-v2"]
    {
        assert_answered(&host.post(route, &thread.to_string()), &expected);
    }
}

#[test]
fn email_draft_links_to_files() {
    let host = samples();
    let thread = json!({
        "resourceType": "email-thread",
        "resourceData": { "from": "kenny@contoso.example" },
        "inputPrompt": "Tell them about the renewal",
        "top": 1,
    });

    let expected = json!({
        "value": [{
            "contentType": "content-pdf",
            "content": "https://hub.contoso.example/contract/ct-0030.pdf",
            "contentTitle": "Fourth Coffee 2026 Renewal Contract",
            "contentDescription": "Fourth Coffee 2026 Renewal Contract was sent on May 12, 2026.",
            "additionalProperties": { "Status": "Sent", "Date": "May 12, 2026" },
        }],
        "hasMoreResults": true,
    });
    for route in ["/api/providers/contoso-hub/email-draft", "/api/email-draft"] {
        assert_answered(&host.post(route, &thread.to_string()), &expected);
    }
}

#[test]
fn a_thread_of_megabytes_is_read() {
    let host = samples();
    let thread = json!({
        "resourceType": "email-thread",
        "resourceData": { "from": "kenny@contoso.example", "plaintextBody": "Shall we renew? ".repeat(300_000) },
        "top": 1,
    });

    let answer = host.post("/api/email-draft", &thread.to_string());

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.items().len(), 1);
}
