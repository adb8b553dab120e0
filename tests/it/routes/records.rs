//! Record summary, record details and key sales info.

use serde_json::json;

use super::{CAFE_A100, FOURTH_COFFEE, assert_answered, samples};

#[test]
fn record_summary_tells_what_happened_around_a_record() {
    let host = samples();
    let target = format!(
        "record-summary?recordType=opportunity&recordId={CAFE_A100}\
         &startDateTime=2024-05-01T00:00:00Z&endDateTime=2024-05-10T00:00:00Z"
    );

    let expected = json!({
        "value": [{
            "title": "Contract signed",
            "description":
                "Alberto Burgos and Tony Benis signed 50 Cafe A-100 Automatic Renewal Contract on May 7, 2024.",
            "dateTime": "2024-05-07T03:28:38Z",
            "url": "https://hub.contoso.example/contract/ct-0001",
            "additionalProperties": {
                "Status": "Signed",
                "Date": "May 7, 2024",
                "Signed by": "Alberto Burgos and Tony Benis",
            },
        }],
        "hasMoreResults": false,
    });
    assert_answered(&host.get(&format!("/api/providers/contoso-hub/{target}")), &expected);
    assert_answered(&host.get(&format!("/api/{target}")), &expected);
}

#[test]
fn additional_properties_keep_the_order_of_the_provider() {
    let host = samples();

    let answer = host
        .get(&format!("/api/providers/fabrikam-care/record-summary?recordType=account&recordId={FOURTH_COFFEE}&top=1"));

    let expected = r#""additionalProperties":{"State":"Open","Priority":"Normal","Case":"cs-7006"}"#;
    assert!(answer.body.contains(expected), "{}", answer.body);
}

#[test]
fn record_details_lists_related_records() {
    let host = samples();
    let target = format!("record-details?recordType=account&recordId={FOURTH_COFFEE}&top=1");

    let expected = json!({
        "value": [{
            "recordId": "ct-0030",
            "recordType": "contract",
            "recordTypeDisplayName": "Contract",
            "recordTypePluralDisplayName": "Contracts",
            "recordTitle": "Fourth Coffee 2026 Renewal Contract",
            "url": "https://hub.contoso.example/contract/ct-0030",
            "additionalProperties": { "Status": "Sent", "Date": "May 12, 2026" },
        }],
        "hasMoreResults": true,
    });
    assert_answered(&host.get(&format!("/api/providers/contoso-hub/{target}")), &expected);
    assert_answered(&host.get(&format!("/api/{target}")), &expected);
}

#[test]
fn key_sales_info_is_headed_by_the_partners_name() {
    let host = samples();
    let target = format!("key-sales-info?recordType=account&recordId={FOURTH_COFFEE}&top=1");

    let expected = json!({
        "value": [{
            "title": "Contoso Hub",
            "description": "You have 5 connections in Fourth Coffee.",
            "url": format!("https://hub.contoso.example/account/{FOURTH_COFFEE}"),
        }],
        "hasMoreResults": true,
    });
    assert_answered(&host.get(&format!("/api/providers/contoso-hub/{target}")), &expected);
    assert_answered(&host.get(&format!("/api/{target}")), &expected);
}

#[test]
fn a_type_of_record_that_a_provider_has_nothing_for_gets_an_empty_page() {
    let host = samples();

    let answer = host.get("/api/record-summary?recordType=lead&recordId=42");

    assert_answered(&answer, &json!({ "value": [], "hasMoreResults": false }));
}

#[test]
fn a_german_seller_reads_german() {
    let host = samples();
    let target = format!("/api/providers/contoso-hub/record-summary?recordType=account&recordId={FOURTH_COFFEE}&top=1");

    let answer = host.get_with(&target, &[("accept-language", "it, de-AT;q=0.9, fr;q=0.8")]);

    assert_eq!(answer.header("content-language"), Some("de"));
    assert_eq!(answer.said(), "Vertrag gesendet");
}

#[test]
fn paging_through_a_record_meets_every_item_once() {
    let host = samples();
    let page = |skip: usize| {
        host.get(&format!(
            "/api/providers/contoso-hub/record-details?recordType=account&recordId={FOURTH_COFFEE}&top=7&skip={skip}"
        ))
    };
    let whole = host
        .get(&format!("/api/providers/contoso-hub/record-details?recordType=account&recordId={FOURTH_COFFEE}&top=100"));
    let all = whole.texts("recordId");
    assert_eq!(whole.json()["hasMoreResults"], false);
    assert!(all.len() > 14, "enough for three pages");

    let mut met = Vec::new();
    loop {
        let page = page(met.len());
        met.extend(page.texts("recordId"));
        if page.json()["hasMoreResults"] == false {
            break;
        }
    }

    assert_eq!(met, all);
}
