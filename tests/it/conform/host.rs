//! The conformance of this host, which is checked as any connector.

use insight_tests::Authority;
use insight_tests::connector::definition;

use super::run;
use crate::host;

/// A record that the sample `contoso-hub` knows.
const EXAMPLE: &str = "recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01\
                       &emailContacts=alberto%40fourthcoffee.example&accountName=Fourth%20Coffee";

/// Returns the definition with the sample's own skill in place of a made-up one.
fn definition_of_contoso_hub() -> serde_json::Value {
    let mut definition = definition();
    let paths = definition["paths"].as_object_mut().expect("paths are an object");
    let skill = paths.remove("/chat/stakeholders").expect("it has a skill");
    paths.insert("/chat/key-stakeholders".to_owned(), skill);
    definition
}

#[test]
fn a_provider_of_the_host_is_a_connector_with_no_finding() {
    let host = host().sample("contoso-hub").start();
    let url = format!("{}/api/providers/contoso-hub", host.url());

    let ran = run(&definition_of_contoso_hub(), &[&url, "--example", EXAMPLE, "--languages", "en,de,fr"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}", ran.stdout);
}

#[test]
fn a_private_authority_is_trusted_by_its_file_alone() {
    let authority = Authority::new();
    authority.certify("host");
    let host = host().guest("well").settings(&authority.settings()).start();
    let url = format!("https://localhost:{}", host.address().port());
    let summary = insight_tests::connector::definition_of(|operation| operation.path == "record-summary");
    let ca = authority.file("ca.pem");

    let trusting = run(&summary, &[&url, "--ca", ca.to_str().expect("the path is text")]);
    let other = run(&summary, &[&url]);

    assert!(trusting.stdout.contains("matches   scp-get-related-activities"), "{trusting:?}");
    assert!(!trusting.stdout.contains("error     answer-broken  scp-get-related-activities"), "{trusting:?}");
    assert!(other.stdout.contains("error     answer-broken  scp-get-related-activities"), "{other:?}");
}
