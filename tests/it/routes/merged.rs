//! The merged answers of two partners about one record.

use insight_tests::Answer;

use super::{FOURTH_COFFEE, samples};
use crate::host;

/// Returns the partners whose items an answer holds, in its order.
fn partners(answer: &Answer) -> Vec<String> {
    let host = |url: &String| url.split('/').nth(2).unwrap_or_default().to_owned();
    let mut partners: Vec<String> = answer.texts("url").iter().map(host).collect();
    partners.dedup();
    partners
}

#[test]
fn providers_answer_in_the_order_of_their_names_unless_told_otherwise() {
    let target = format!("/api/record-summary?recordType=account&recordId={FOURTH_COFFEE}&top=100");
    let by_name = samples();
    assert_eq!(partners(&by_name.get(&target)), ["hub.contoso.example", "care.fabrikam.example"]);

    let by_operator =
        host().sample("contoso-hub").sample("fabrikam-care").settings("order = [\"fabrikam-care\"]").start();
    assert_eq!(partners(&by_operator.get(&target)), ["care.fabrikam.example", "hub.contoso.example"]);

    let by_author = host().sample("contoso-hub").sample("fabrikam-care").author("fabrikam-care", "order = -1").start();
    assert_eq!(partners(&by_author.get(&target)), ["care.fabrikam.example", "hub.contoso.example"]);
}

#[test]
fn every_language_of_an_answer_is_listed() {
    let host = samples();
    let target = format!("/api/record-summary?recordType=account&recordId={FOURTH_COFFEE}");

    let answer = host.get_with(&target, &[("accept-language", "fr-CA")]);

    assert_eq!(answer.header("content-language"), Some("fr, en"));
}

#[test]
fn a_provider_of_another_crm_hides_none_that_knows() {
    let host = samples();
    let target = format!(
        "/api/record-summary?recordType=account&recordId={FOURTH_COFFEE}\
         &crmType=Salesforce&crmOrgUrl=https://contoso.my.salesforce.com/"
    );

    let answer = host.get(&target);

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("insight-host-partial"), Some("fabrikam-care=invalid-crm-connection"));
    assert!(answer.texts("url").iter().all(|url| url.starts_with("https://hub.contoso.example/")));
}

#[test]
fn an_organisation_that_nobody_is_connected_to_is_refused() {
    let host = samples();
    let target =
        format!("/api/record-summary?recordType=account&recordId={FOURTH_COFFEE}&crmOrgUrl=northwind.crm.dynamics.com");

    let answer = host.get(&target);

    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json()["errorCode"], "INVALID_CRM_CONNECTION");
}
