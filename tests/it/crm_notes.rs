//! The sample `crm-notes`, with a TLS backend, a secret and a cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use insight_tests::{Answer, Backend, Came, Said, TestHost};

use crate::{UNDER_TEST, host};

/// The token that authenticates callers at the backend. No plugin ever sees it.
const TOKEN: &str = "a token of Woodgrove's 0815";

/// Answers as Woodgrove Notes: one note, one meeting and one task about any record.
fn woodgrove(came: &Came) -> Said {
    let (title, day) = match came.target.split('?').next() {
        Some("/v1/notes") => ("Wants a discount", 12),
        Some("/v1/meetings") => ("Tasting", 14),
        Some("/v1/tasks") => ("Send samples", 13),
        _ => return Said { after: Duration::ZERO, status: 404, body: String::new() },
    };
    let entry = serde_json::json!({"title": title, "text": "As agreed.", "at": format!("2026-05-{day}T08:30:00Z")});
    let status = if came.header("authorization") == format!("Bearer {TOKEN}") { 200 } else { 401 };
    Said { after: Duration::from_millis(50), status, body: serde_json::json!({"entries": [entry]}).to_string() }
}

fn start(backend: &Backend, config: &str) -> TestHost {
    host().sample("crm-notes").settings(&backend.settings_of_crm_notes(TOKEN, config)).start()
}

fn titles(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.texts("title")
}

#[test]
fn three_lists_are_asked_for_side_by_side_and_become_one() {
    // Long enough for the last request to arrive before the first is answered.
    let backend = Backend::https_that(|came| Said { after: Duration::from_secs(1), ..woodgrove(came) });
    let host = start(&backend, "patience = 3500");

    let answer = host.ask("crm-notes", "42");

    assert_eq!(titles(&answer), ["Tasting", "Send samples", "Wants a discount"]);
    assert_eq!(backend.most_under_way(), 3);
    assert!(!answer.body.contains("0815") && !host.log().contains("0815"), "nobody but the backend sees the token");
}

#[test]
fn what_is_fresh_is_not_asked_for_again() {
    let backend = Backend::https_that(woodgrove);
    let host = start(&backend, "");

    let first = host.ask("crm-notes", "42");
    let second = host.ask("crm-notes", "42");

    assert_eq!(titles(&first), titles(&second));
    assert_eq!(backend.requests().len(), 3);
}

#[test]
fn connections_outlive_the_sandboxes_that_asked_for_them() {
    let backend = Backend::https_that(woodgrove);
    let host = start(&backend, "fresh = 0");

    for _ in 0..5 {
        assert_eq!(titles(&host.ask("crm-notes", "42")).len(), 3);
    }

    assert_eq!(backend.requests().len(), 15);
    // Three connections would do, but one may become free only after the next request has opened another.
    assert!(backend.handshakes() < 15, "{} connections", backend.handshakes());
}

#[test]
fn what_was_known_before_is_shown_while_the_backend_is_slow_and_while_it_is_down() {
    let (is_slow, is_down) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (slow, down) = (Arc::clone(&is_slow), Arc::clone(&is_down));
    let backend = Backend::https_that(move |came| match (slow.load(Ordering::SeqCst), down.load(Ordering::SeqCst)) {
        (true, _) => Said { after: Duration::from_secs(3_600), ..woodgrove(came) },
        (_, true) => Said { status: 503, ..woodgrove(came) },
        _ => woodgrove(came),
    });
    let host = start(&backend, "fresh = 0\npatience = 1000");
    let before = titles(&host.ask("crm-notes", "42"));

    is_slow.store(true, Ordering::SeqCst);
    let meanwhile = host.ask("crm-notes", "42");
    assert_eq!(titles(&meanwhile), before);
    assert!(meanwhile.took < Duration::from_secs(5), "it took {:?}", meanwhile.took);
    assert!(host.logged("a stored value stands in for the backend").contains("Unavailable"), "{}", host.log());

    is_slow.store(false, Ordering::SeqCst);
    is_down.store(true, Ordering::SeqCst);
    assert_eq!(titles(&host.ask("crm-notes", "42")), before);
    // Nothing is cached about another record.
    assert_eq!(host.ask("crm-notes", "43").outcome("crm-notes"), "backend-unavailable");
}

#[test]
fn one_list_that_does_not_come_leaves_the_others() {
    let backend = Backend::https_that(|came| match came.target.starts_with("/v1/meetings") {
        true => Said { status: 500, ..woodgrove(came) },
        false => woodgrove(came),
    });
    let host = start(&backend, "");

    assert_eq!(titles(&host.ask("crm-notes", "42")), ["Send samples", "Wants a discount"]);
}

#[test]
fn without_grants_it_fails_and_the_log_says_what_to_grant() {
    let backend = "[plugins.crm-notes.config]\nbackend = \"https://api.notes.woodgrove.example\"\n";
    let host = host().sample("crm-notes").settings(backend).start();

    assert_eq!(host.ask("crm-notes", "42").outcome("crm-notes"), "failed");

    assert!(host.logged("not granted: the operator").contains("https://api.notes.woodgrove.example"), "{}", host.log());
}

#[test]
fn check_prints_its_wishes_beside_what_it_is_granted() {
    let ran = UNDER_TEST.run(["check".as_ref(), UNDER_TEST.sample("crm-notes").as_os_str()]);

    let said = |wish: &str| ran.stdout.lines().any(|line| line.contains(wish) && line.contains("not granted"));
    assert!(said("https://api.notes.woodgrove.example") && said("notes-token") && said("key-value"), "{ran:?}");
}

#[test]
fn a_token_that_was_changed_is_sent_after_a_reload() {
    let backend = Backend::https_that(woodgrove);
    let settings = backend.settings_of_crm_notes("a token of last year", "fresh = 0");
    let host = host().sample("crm-notes").settings(&settings).start();
    assert_eq!(host.ask("crm-notes", "42").outcome("crm-notes"), "failed");

    let _ = backend.settings_of_crm_notes(TOKEN, "fresh = 0");
    let reloaded = host.ask_admin("POST", "/api/plugins/crm-notes/reload").json();

    assert_eq!(reloaded["result"], "loaded");
    assert_eq!(titles(&host.ask("crm-notes", "42")).len(), 3);
}
