//! Merged answers that leave without a provider, which ends as `late`.

use insight_tests::{Setup, TestHost, wait_for};

use crate::{UNDER_TEST, UNHURRIED, host};

/// A provider that answers at once beside one with this behaviour.
fn beside_one(behaviour: &str, settings: &str) -> Setup {
    let behave = |behaviour: &str| format!("[config]\nbehaviour = \"{behaviour}\"");
    // The first fault would suspend a plugin. To be late is none.
    let strict = UNHURRIED.replace("suspend-after = 0", "suspend-after = 1");
    let setup = host().settings(&format!("{strict}{settings}"));
    setup
        .guest_as("rogue", "quick")
        .author("quick", &behave("ok"))
        .guest_as("rogue", "slow")
        .author("slow", &behave(behaviour))
}

/// Returns the header with the missing providers, after checking the answer of the quick one.
fn missing(host: &TestHost) -> Option<String> {
    let answer = host.ask_all("42");
    assert_eq!((answer.status, answer.texts("title").first().map(String::as_str)), (200, Some("ok")), "{answer:?}");
    answer.header("insight-host-partial").map(str::to_owned)
}

#[test]
fn a_provider_that_is_always_slow_is_left_out_as_late_which_is_counted_and_shown() {
    let host = beside_one("slow:3000", "[merge]\nwait-limit = \"200ms\"\n").start();

    wait_for("an answer that does not wait", || {
        assert_eq!(missing(&host).as_deref(), Some("slow=late"));
        (host.metric("insight_host_plugin_late{plugin=\"slow\"}") > 0.0).then_some(())
    });

    assert_eq!(host.metric("insight_host_plugin_late{plugin=\"quick\"}"), 0.0);
    let late = "insight_host_provider_calls_total{plugin=\"slow\",capability=\"record-summary\",outcome=\"late\"}";
    assert!(host.metric(late) >= 5.0);
    let list = host.run(["plugins", "list"]).stdout;
    assert!(list.lines().any(|line| line.starts_with("slow") && line.contains("loaded, late")), "{list}");
    // Alone, it is waited for.
    assert_eq!(host.ask("slow", "42").said(), "slept well");
}

#[test]
fn a_late_provider_that_is_quick_again_is_waited_for_again() {
    let host = beside_one("slow:1500", "[merge]\nwait-limit = \"1s\"\ngrace = \"10ms\"\n").start();
    wait_for("an answer that does not wait", || {
        assert_eq!(missing(&host).as_deref(), Some("slow=late"));
        (host.metric("insight_host_plugin_late{plugin=\"slow\"}") > 0.0).then_some(())
    });

    host.author("slow", "[config]\nbehaviour = \"slow:100\"");

    wait_for("an answer with it", || missing(&host).is_none().then_some(()));
    assert_eq!(host.metric("insight_host_plugin_late{plugin=\"slow\"}"), 0.0);
}

#[test]
fn a_provider_is_waited_for_if_it_is_required_or_has_a_longer_wait_limit() {
    for own in ["required = true", "wait-limit = \"4500ms\""] {
        let settings = format!("[merge]\nwait-limit = \"10ms\"\ngrace = \"1ms\"\n[plugins.slow]\n{own}\n");
        let host = beside_one("slow:1000", &settings).start();

        let answer = host.ask_all("42");

        assert_eq!(answer.texts("title"), ["ok", "slept well"], "{own}");
        assert_eq!(answer.header("insight-host-partial"), None);
    }
}

#[test]
fn without_any_answer_nobody_is_late() {
    let settings = format!("{UNHURRIED}[merge]\nwait-limit = \"10ms\"\ngrace = \"1ms\"\n");
    let host = host()
        .settings(&settings)
        .guest_as("rogue", "knows-nothing")
        .author("knows-nothing", "[config]\nbehaviour = \"not-found\"")
        .guest_as("rogue", "slow")
        .author("slow", "[config]\nbehaviour = \"slow:1000\"")
        .start();

    let answer = host.ask_all("42");

    assert_eq!(answer.said(), "slept well");
    assert_eq!(answer.header("insight-host-partial"), Some("knows-nothing=record-not-found"));
}

#[test]
fn slow_questions_of_one_caller_leave_a_provider_in_the_answers_of_others() {
    let (one, of_one) = UNDER_TEST.new_key(&["--name", "one"]);
    let (two, of_two) = UNDER_TEST.new_key(&["--name", "two"]);
    let settings = format!("{UNHURRIED}[merge]\nwait-limit = \"1s\"\ngrace = \"10ms\"\n{of_one}{of_two}");
    let setup = host().settings(&settings).guest_as("rogue", "quick").author("quick", "[config]\nbehaviour = \"ok\"");
    let host = setup.guest_as("rogue", "slow").start();
    let missing = |key: &str, record: &str| {
        let target = format!("/api/record-summary?recordType=account&recordId={record}");
        host.get_with(&target, &[("x-api-key", key)]).header("insight-host-partial").map(str::to_owned)
    };

    wait_for("answers that do not wait", || {
        assert_eq!(missing(&one, "slow:3000").as_deref(), Some("slow=late"));
        (host.metric("insight_host_plugin_late{plugin=\"slow\"}") > 0.0).then_some(())
    });

    assert_eq!(missing(&two, "slow:100"), None, "the other's own calls decide");
    assert_eq!(missing(&one, "slow:100").as_deref(), Some("slow=late"));
}
