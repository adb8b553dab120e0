//! Suspensions by caller and capability: the faults of one caller's calls, and what others notice of them.

use insight_tests::{Answer, TestHost, wait_for};

use crate::{LITTLE_FUEL, UNDER_TEST, host};

const ROGUE: &str = "/api/providers/rogue/record-summary?recordType=account&recordId=";

/// Limits that a busy machine does not exceed, and a suspension after five faults, as by default.
const PATIENT: &str = "[limits]\ntime = \"4s\"\n";

/// A caller with an API key.
struct Caller<'a> {
    host: &'a TestHost,
    key: String,
}

impl Caller<'_> {
    fn ask(&self, behaviour: &str) -> Answer {
        self.host.get_with(&format!("{ROGUE}{behaviour}"), &[("x-api-key", &self.key)])
    }

    /// Asks what runs out of fuel, until the caller is suspended.
    fn poison(&self) {
        for _ in 0..5 {
            assert_eq!(self.ask("spin").outcome("rogue"), "out-of-fuel");
        }
    }
}

/// Starts a host with the guest `rogue`, which has little fuel, and returns it with as many API keys.
fn host_and_keys(keys: usize, settings: &str) -> (TestHost, Vec<String>) {
    let named = |number| UNDER_TEST.new_key(&["--name", &format!("caller-{number}")]);
    let (keys, tables): (Vec<_>, Vec<_>) = (0..keys).map(named).unzip();
    let settings = format!("{PATIENT}{settings}{}", tables.concat());
    (host().guest("rogue").author("rogue", LITTLE_FUEL).settings(&settings).start(), keys)
}

fn callers<'a>(host: &'a TestHost, keys: Vec<String>) -> Vec<Caller<'a>> {
    keys.into_iter().map(|key| Caller { host, key }).collect()
}

fn gauge(host: &TestHost, name: &str) -> f64 {
    host.metric(&format!("insight_host_{name}{{plugin=\"rogue\"}}"))
}

#[test]
fn questions_of_one_key_that_run_out_of_fuel_suspend_no_other_key() {
    let (host, keys) = host_and_keys(2, "");
    let callers = callers(&host, keys);

    callers[0].poison();

    for _ in 0..20 {
        let _ = callers[0].ask("spin");
        assert_eq!(callers[1].ask("ok").said(), "ok");
    }
    assert_eq!(gauge(&host, "plugin_suspended_callers"), 1.0);
    assert_eq!(gauge(&host, "plugin_suspended"), 0.0, "somebody is answered");
    let list = host.run(["plugins", "list"]).stdout;
    assert!(list.contains("loaded, 1 caller suspended"), "{list}");
}

#[test]
fn the_key_that_had_the_faults_is_suspended_and_told_for_how_long() {
    let (host, keys) = host_and_keys(1, "");
    let caller = &callers(&host, keys)[0];

    caller.poison();

    let refused = wait_for("a refusal", || Some(caller.ask("spin")).filter(|answer| answer.status == 429));
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    assert_eq!(gauge(&host, "plugin_suspended"), 1.0, "nobody is answered");
    assert!(host.logged("plugin suspended for a caller").contains("capability=record-summary"));
}

#[test]
fn faults_of_several_keys_suspend_a_plugin_for_everybody_and_one_without_faults_is_tried() {
    let (host, keys) = host_and_keys(5, "");
    let callers = callers(&host, keys);
    callers[..2].iter().for_each(Caller::poison);

    // From the third caller on, one fault is enough.
    for caller in &callers[2..4] {
        assert_eq!(caller.ask("spin").outcome("rogue"), "out-of-fuel");
    }
    assert_eq!(gauge(&host, "plugin_suspended_callers"), 4.0);

    assert_eq!(callers[4].ask("ok").said(), "ok");
    assert_eq!(gauge(&host, "plugin_suspended"), 0.0);
}

#[test]
fn data_that_makes_an_answer_invalid_or_too_large_suspends_nobody() {
    let (host, keys) = host_and_keys(1, "");
    let caller = &callers(&host, keys)[0];

    for _ in 0..10 {
        for behaviour in ["long-string:8", "many-items:50000"] {
            let _ = caller.ask(behaviour);
        }
    }

    assert_eq!(caller.ask("ok").said(), "ok");
    assert_eq!(gauge(&host, "plugin_suspended_callers"), 0.0);
}

#[test]
fn an_operator_may_have_faults_count_for_the_plugin_as_a_whole() {
    let (host, keys) = host_and_keys(2, "[load]\nsuspend-whole-plugin = true\n");
    let callers = callers(&host, keys);

    callers[0].poison();

    wait_for("a refusal", || (callers[1].ask("spin").status == 429).then_some(()));
}
