//! The context of a call: what plugins, and the backends that they ask, learn of it.

use insight_tests::issuer::{Issuer, SigningKey, TENANT};
use insight_tests::{Backend, Came, TestHost};
use serde_json::json;

use crate::{UNHURRIED, host};

/// The two ways out of a guest.
const WAYS: [&str; 2] = ["", "wasi-"];

/// Settings that let `rogue` send requests to a backend and learn who asks; `config` is its table.
fn granted(backend: &Backend, config: &str) -> String {
    let (origin, ca) = (backend.origin(), backend.ca_file());
    format!(
        "{UNHURRIED}[http-client]\nca-file = {ca:?}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n{config}\n\
         [plugins.rogue.grants]\ncaller = true\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n"
    )
}

/// Asks `rogue` to behave like this, as this caller and software.
fn ask(host: &TestHost, behaviour: &str, headers: &[(&str, &str)]) -> String {
    let target = format!(
        "/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}\
         &crmType=Hub+Spot&crmOrgUrl=https%3A%2F%2FHub.contoso.com%2F"
    );
    host.get_with(&target, headers).said()
}

/// The request that came last.
fn last(backend: &Backend) -> Came {
    backend.requests().pop().expect("it came")
}

#[test]
fn a_backend_learns_every_field_of_the_context_by_both_ways_out() {
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let backend = Backend::https();
    let key = SigningKey::number(1, "one");
    let issuer = Issuer::with(&[&key]);
    let grants = granted(&backend, "");
    assert!(grants.contains("caller = true"), "{grants}");
    let grants = grants.replace("caller = true", "caller = true\nuser-name = true");
    let settings = format!("time-zone = \"Europe/Vienna\"\n{grants}{}", issuer.settings("", ""));
    let host = host().guest("rogue").settings(&settings).start();
    let token = key.sign(&issuer.claims(&json!({"preferred_username": "kenny@contoso.example"})));
    let token = format!("Bearer {token}");
    let headers = [
        ("authorization", &*token),
        ("accept-language", "de-AT, fr;q=0.5"),
        ("x-ms-client-request-id", "an-activity"),
        ("x-ms-user-agent", "sales-copilot/2"),
        ("traceparent", TRACE),
    ];

    for way in WAYS {
        assert_eq!(ask(&host, &format!("{way}report:/ok"), &headers), "200");

        let came = last(&backend);
        // The host sees to these, whatever the plugin sends.
        assert_eq!(came.header("x-ms-client-request-id"), "an-activity", "{came:?}");
        assert_eq!(came.header("x-ms-user-agent"), "sales-copilot/2", "{came:?}");
        assert!(came.header("traceparent").starts_with(&TRACE[..36]), "{came:?}");
        // The caller's credentials are not among them.
        assert_eq!(came.headers.get("authorization"), None, "{came:?}");
        for line in [
            "activity-id: an-activity\n",
            "user-agent: sales-copilot/2\n",
            "crm-kind: hubspot\n",
            "crm-host: hub.contoso.com\n",
            "languages: de-AT fr\n",
            &format!("traceparent: {TRACE}\n"),
            &format!("caller: kenny of {TENANT}\n"),
            "user-name: kenny@contoso.example\n",
            "time-zone: Europe/Vienna\n",
        ] {
            assert!(came.body.contains(line), "{way}: {line:?} is not in {:?}", came.body);
        }
        let field = |name: &str| came.body.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let left: u32 = field("time-left-ms: ").parse().expect("a number of milliseconds");
        assert!((1..=4_000).contains(&left), "{left}");
        let at = field("received-at: ");
        assert!(at.len() == "2026-05-12T08:30:00Z".len() && at.ends_with('Z'), "{at}");
    }
}

#[test]
fn a_request_names_the_software_that_asks_and_no_other() {
    let backend = Backend::https();
    let honest = host().guest("rogue").settings(&granted(&backend, "")).start();
    let forging = granted(&backend, "headers = \"x-ms-user-agent: a guest\"");
    let forging = host().guest("rogue").settings(&forging).start();

    for way in WAYS {
        let behaviour = format!("{way}fetch:/ok");
        for headers in [&[][..], &[("x-ms-user-agent", "a\tb")]] {
            assert_eq!(ask(&honest, &behaviour, headers), "200");
            assert_eq!(last(&backend).headers.get("x-ms-user-agent"), None, "the caller named none");
        }
        assert_eq!(ask(&honest, &behaviour, &[("x-ms-user-agent", "Sales Copilot")]), "200");
        assert_eq!(last(&backend).header("x-ms-user-agent"), "Sales Copilot");

        let sent = backend.requests().len();
        assert_ne!(ask(&forging, &behaviour, &[("x-ms-user-agent", "sales-copilot")]), "200");
        assert_eq!(backend.requests().len(), sent, "{behaviour}");
    }
}
