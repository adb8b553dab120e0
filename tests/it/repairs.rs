//! Oddities of requests that do not cost the answer: they are repaired, logged and counted.

use crate::host;
use crate::parameters::RECORD;

/// A body of an email draft with these members beside the required ones.
fn draft(members: &str) -> String {
    format!(r#"{{"resourceType":"email-thread","resourceData":{{"subject":"Renewal"}}{members}}}"#)
}

#[test]
fn odd_bodies_are_answered_and_their_repairs_logged_and_counted() {
    let host = host().sample("contoso-hub").start();
    let good = host.post("/api/email-draft", &draft(""));
    assert_eq!(good.status, 200, "{good:?}");

    for (body, repair) in [
        (format!("\u{feff}{}", draft("")), "byte-order-mark"),
        (draft(r#","inputPrompt":"for the launch \ud83d""#), "lone-surrogate"),
        (draft(r#","unknown":["\ude00"]"#), "lone-surrogate"),
        (draft(r#","recordType":["account"]"#), "ignored"),
        (draft(r#","crmOrgUrl":"\thttps://contoso.crm.dynamics.com ""#), "trimmed"),
        (draft(r#","top":"3""#), "converted"),
    ] {
        let counted = format!("insight_host_http_inputs_repaired_total{{repair=\"{repair}\"}}");
        let before = host.metric(&counted);

        let answer = host.post("/api/email-draft", &body);

        assert_eq!(answer.status, 200, "{body}: {answer:?}");
        assert_eq!(answer.json()["value"], good.json()["value"], "{body}");
        assert!(host.metric(&counted) > before, "{body}");
        let line = host.logged(&format!(" {repair}"));
        assert!(line.contains("request repaired") && !line.contains("launch"), "{line}");
    }
}

#[test]
fn a_sound_request_is_not_said_to_be_repaired() {
    let host = host().guest("well").start();

    assert_eq!(host.get(&format!("/api/record-summary?{RECORD}&top=&crmType=Dynamics+365&unknown=%ff")).status, 200);

    assert!(!host.log().contains("request repaired"), "{}", host.log());
}
