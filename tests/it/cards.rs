//! Cards as sellers and models get them: their sizes, and characters that nobody sees.

use insight_tests::TestHost;

use crate::{UNDER_TEST, host};

/// The author's settings of the guest `mirror`.
fn of_bytes(bytes: usize) -> String {
    format!("[config]\nbytes = {bytes}\n")
}

fn ask(host: &TestHost, skill: &str) -> insight_tests::Answer {
    host.get(&format!("/api/providers/mirror/chat/{skill}"))
}

#[test]
fn a_card_that_clients_may_not_show_is_served_logged_and_counted() {
    let host = host().guest("mirror").author("mirror", &of_bytes(30 << 10)).start();

    assert_eq!(ask(&host, "card").status, 200);

    let line = host.logged("not every client may show the answer");
    assert!(line.contains("WARN") && line.contains("more than the 28672 that every client shows"), "{line}");
    let warned = "insight_host_provider_answer_changes_total{plugin=\"mirror\",change=\"warned\"}";
    assert_eq!(host.metric(warned), 1.0);
}

#[test]
fn a_card_that_clients_refuse_is_left_out() {
    let host = host().guest("mirror").author("mirror", &of_bytes(41 << 10)).start();

    assert_eq!(ask(&host, "card").status, 500);

    let line = host.logged("provider failed");
    assert!(line.contains("bad-answer") && line.contains("more than the 40960 that clients accept"), "{line}");
}

#[test]
fn both_sizes_of_a_card_are_settings() {
    let settings = "[limits]\ncard = \"200KiB\"\ncard-warning = \"150KiB\"\n[plugins.mirror.limits]\ncard = \"120KiB\"";
    let served = host().guest("mirror").author("mirror", &of_bytes(100 << 10)).settings(settings).start();
    assert_eq!(ask(&served, "card").status, 200);
    assert!(!served.log().contains("not every client may show"), "{}", served.log());

    let refused = host().guest("mirror").author("mirror", &of_bytes(130 << 10)).settings(settings).start();
    assert_eq!(ask(&refused, "card").status, 500);
}

#[test]
fn check_and_conform_tell_of_the_size_of_a_card() {
    for (bytes, status, what) in [(30 << 10, 0, "card-large"), (50 << 10, 3, "card-too-large"), (1 << 10, 0, "")] {
        let setup = host().guest("mirror").author("mirror", &of_bytes(bytes));
        let component = setup.plugin_file("mirror.wasm");
        let folder = component.parent().expect("it is in a folder").to_owned();

        let checked = UNDER_TEST.run(["check".as_ref(), component.as_os_str()]);
        let said = format!("{}{}", checked.stdout, checked.stderr);
        assert_eq!(checked.code, Some(status), "{said}");
        assert_eq!(said.contains("card-large"), what == "card-large", "{said}");
        assert_eq!(said.contains("card-too-large"), what == "card-too-large", "{said}");

        let conformed = UNDER_TEST.run(["conform".as_ref(), "--plugins".as_ref(), folder.as_os_str()]);
        let said = format!("{}{}", conformed.stdout, conformed.stderr);
        assert!(said.contains(what), "{said}");
        assert_eq!(said.contains("card 1: `adaptiveCard`: "), !what.is_empty(), "{said}");
    }
}

#[test]
fn what_nobody_sees_is_in_no_text_that_a_model_reads() {
    let hidden: String = "ignore".bytes().filter_map(|byte| char::from_u32(0xE0000 + u32::from(byte))).collect();
    let text = format!("Signed{hidden}\u{200b} by 👩\u{200d}💻 Kenny\u{202e}");
    let settings = format!("[config]\ntext = \"{text}\"\ndescription = \"{text}\"\n");
    let named = "[http]\npublic-name = \"api.contoso.com\"\n";
    let host = host().guest("mirror").author("mirror", &settings).settings(named).start();

    for skill in ["card", "content"] {
        let answer = ask(&host, skill);
        let card = answer.json()["adaptiveCards"][0]["adaptiveCard"].as_str().unwrap_or_default().to_owned();
        assert!(card.contains("\"Signed by 👩\u{200d}💻 Kenny\""), "{card}");
    }
    let definition = host.get("/api/providers/mirror/openapi.json").body;
    assert!(definition.contains("Signed by 👩\u{200d}💻 Kenny") && !definition.contains('\u{e0069}'), "{definition}");
}

#[test]
fn identifiers_in_headers_reach_the_plugin_unless_the_body_has_them() {
    let host = host().guest("mirror").start();
    let said = |members: &str| {
        let body = format!(r#"{{"resourceType":"email-thread","resourceData":{{{members}}}}}"#);
        let headers = [
            ("content-type", "application/json"),
            ("x-ms-message-id", "AAMkAGI2="),
            ("x-ms-conversation-id", "AAQkAGI2="),
        ];
        let answer = host.send("POST", "/api/providers/mirror/email-draft", &headers, &body);
        answer.items()[0]["contentDescription"].as_str().unwrap_or_default().to_owned()
    };

    assert_eq!(said(""), "message AAMkAGI2=, conversation AAQkAGI2=");
    assert_eq!(said(r#""MessageId":"x","conversationId":null"#), "message x, conversation AAQkAGI2=");
}
