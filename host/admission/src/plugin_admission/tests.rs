//! Tests of the admission of one plugin's calls, which start no engine.

use bytesize::ByteSize;
use futures_util::FutureExt;
use tokio::test;

use super::*;
use crate::capacity::AtCapacity;
use crate::{Admission, PluginSettings, Settings};

const SECOND: Duration = Duration::from_secs(1);

const A: CallerKey = CallerKey::Known(1);
const B: CallerKey = CallerKey::Known(2);

/// A host that makes so many calls concurrently.
fn capacity(calls: usize) -> Arc<Capacity> {
    Arc::new(Capacity::new(calls, 1, ByteSize::mib(64), 1 << 20))
}

/// Admission to two plugins with so many calls each, which suspends after two faults.
fn two(host: &Arc<Capacity>, calls: usize) -> [PluginAdmission; 2] {
    let settings = Settings { suspend_after: 2, wait: SECOND / 10, ..Settings::default() };
    let plugin = PluginSettings { calls_at_once: calls.try_into().ok(), rate: None };
    let admission = Admission::new(Arc::clone(host));
    ["one", "other"].map(|name| admission.plugin_admission(name, "digest", settings, plugin))
}

/// Admission to the only plugin of a host.
fn admission(host: &Arc<Capacity>, calls: usize) -> PluginAdmission {
    let [one, _] = two(host, calls);
    one
}

/// The end of a call with this outcome.
fn ended(outcome: Outcome, is_own_fault: bool) -> Completion {
    Completion { outcome, time: Duration::ZERO, is_own_fault }
}

/// The origin of a caller's calls.
fn of(caller: CallerKey) -> CallOrigin {
    CallOrigin { caller, capability: Capability::RecordSummary }
}

async fn enter(admission: &PluginAdmission) -> Result<(AdmittedCall, CallSlots), Rejected> {
    enter_as(admission, A).await
}

async fn enter_as(admission: &PluginAdmission, caller: CallerKey) -> Result<(AdmittedCall, CallSlots), Rejected> {
    admission.enter(of(caller), 4 * SECOND, 4 * SECOND).await
}

#[test]
async fn what_cannot_be_done_in_time_is_not_begun() {
    let admission = admission(&capacity(4), 4);
    admission.limits.answers.add(2 * SECOND);

    let refused = admission.enter(of(A), SECOND, 4 * SECOND).now_or_never().expect("at once").err();

    assert_eq!(refused, Some(Rejected::TooLate { left: SECOND, typical: 2 * SECOND }));
    assert!(admission.enter(of(A), 3 * SECOND, 4 * SECOND).await.is_ok());
    // The plugin's full time may have become shorter since.
    assert!(admission.enter(of(A), SECOND, SECOND).await.is_ok());
}

#[test]
async fn a_plugin_that_is_full_holds_nothing_that_others_could_use() {
    let host = capacity(2);
    let [full, other] = two(&host, 1);
    let _first = enter(&full).await.expect("there is room");

    let mut waiting = Box::pin(enter(&full));
    assert_eq!(waiting.as_mut().now_or_never().map(|entered| entered.err()), Some(Some(Rejected::Busy(1))));

    assert!(enter(&other).await.is_ok());
}

#[test]
async fn a_host_that_is_full_rejects_and_keeps_no_slot_of_the_plugin() {
    let host = capacity(1);
    let [first, second] = two(&host, 1);
    let admitted = enter(&first).await.expect("there is room");

    assert!(matches!(enter(&second).await, Err(Rejected::Crowded(AtCapacity::Calls))));

    assert_eq!(second.load().calls, 0);
    drop(admitted);
    assert!(enter(&second).await.is_ok());
}

#[test]
async fn faults_of_the_plugins_own_suspend_it() {
    let admission = admission(&capacity(4), 4);

    for _ in 0..2 {
        let (pass, _) = enter(&admission).await.expect("there is room");
        pass.ended(ended(Outcome::Trapped, true));
    }

    let Err(refused) = enter(&admission).await else { panic!("it is suspended") };
    assert_eq!(refused.outcome(), Outcome::Suspended);
    assert!(refused.retry_after().is_some_and(|seconds| (1..=3).contains(&seconds)));
    assert_eq!(admission.load().suspended.callers, 1);
}

#[test]
async fn faults_of_the_hosts_and_words_of_the_plugins_suspend_nothing() {
    let admission = admission(&capacity(4), 4);

    for outcome in Outcome::ALL {
        for _ in 0..2 {
            let (pass, _) = enter(&admission).await.expect("there is room");
            pass.ended(ended(outcome, false));
        }
    }

    assert_eq!(admission.load().suspended, SuspensionLoad::default());
}

#[test]
async fn calls_that_are_late_in_a_crowd_make_it_smaller_and_suspend_nothing() {
    let admission = admission(&capacity(64), 64);
    let mut calls = Vec::new();
    for _ in 0..56 {
        calls.push(enter(&admission).await.expect("there is room"));
    }

    for (pass, _admitted) in calls {
        pass.ended(ended(Outcome::DeadlineExceeded, true));
    }

    let load = admission.load();
    assert_eq!((load.calls_at_once, load.calls, load.suspended), (LEAST_CALLS, 0, SuspensionLoad::default()));
}

#[test]
async fn a_call_that_is_given_up_leaves_no_trace() {
    let admission = admission(&capacity(4), 4);

    for _ in 0..100 {
        drop(enter(&admission).await.expect("there is room"));
    }

    let load = admission.load();
    assert_eq!((load.calls, load.waiting, load.calls_at_once, load.suspended), (0, 0, 4, SuspensionLoad::default()));
}

#[test]
async fn faults_of_one_caller_leave_another_its_calls() {
    let admission = admission(&capacity(4), 4);

    for _ in 0..5 {
        if let Ok((pass, _)) = enter(&admission).await {
            pass.ended(ended(Outcome::OutOfFuel, true));
        }
    }

    assert!(enter(&admission).await.is_err());
    for _ in 0..100 {
        let (pass, _) = enter_as(&admission, B).await.expect("it had no faults");
        pass.ended(ended(Outcome::Answered, false));
    }
}

#[test]
async fn answers_that_break_the_contract_suspend_nobody() {
    let admission = admission(&capacity(4), 4);

    for outcome in [Outcome::BadAnswer, Outcome::AnswerTooLarge] {
        for _ in 0..100 {
            let (pass, _) = enter(&admission).await.expect("such answers are no faults of the plugin as a whole");
            pass.ended(ended(outcome, false));
        }
    }
}

#[test]
async fn slow_answers_to_one_caller_do_not_make_the_calls_of_another_too_late() {
    let admission = admission(&capacity(8), 8);
    for (caller, time) in [(B, SECOND / 1_000), (A, 4 * SECOND)] {
        let (pass, _) = enter_as(&admission, caller).await.expect("there is room");
        pass.ended(Completion { time, ..ended(Outcome::Answered, false) });
    }
    (0..100).for_each(|_| admission.limits.answers.add(4 * SECOND));

    assert!(admission.enter(of(B), SECOND, 4 * SECOND).await.is_ok());
    assert!(matches!(admission.enter(of(A), SECOND, 4 * SECOND).await, Err(Rejected::TooLate { .. })));
}

#[test]
async fn a_caller_that_floods_a_plugin_is_refused_by_its_share_which_is_counted() {
    let admission = admission(&capacity(64), 16);
    let mut flood = Vec::new();
    while let Ok(call) = enter(&admission).await {
        flood.push(call);
    }

    let _answered = enter_as(&admission, B).await.expect("there is a reserve");
    assert_eq!(enter(&admission).await.err(), Some(Rejected::CallerShare(SharedResource::Slots)));

    assert_eq!(flood.len(), 14);
    assert!(admission.share_refusals().get(SharedResource::Slots, ShareHolder::Caller) >= 1);
}

#[test]
async fn plugins_that_sleep_leave_slots_to_one_more() {
    let host = capacity(60);
    let admission = Admission::new(Arc::clone(&host));
    let load = |number: usize| {
        admission.plugin_admission(&number.to_string(), "digest", Settings::default(), PluginSettings::default())
    };
    let plugins: Vec<_> = (0..7).map(load).collect();
    let mut asleep = Vec::new();
    for plugin in &plugins[1..] {
        while let Ok(call) = enter(plugin).await {
            asleep.push(call);
        }
    }

    for _ in 0..100 {
        assert!(enter(&plugins[0]).await.is_ok());
    }
    let refusals = plugins[2].share_refusals();
    assert!(refusals.get(SharedResource::Slots, ShareHolder::Plugin) > 0);
}

#[test]
async fn a_plugin_is_alone_when_the_others_are_gone_and_stays_itself_when_reloaded() {
    let host = capacity(60);
    let admission = Admission::new(Arc::clone(&host));
    let load = |name: &str| {
        let plugin = PluginSettings { calls_at_once: 60.try_into().ok(), rate: None };
        admission.plugin_admission(name, "digest", Settings::default(), plugin)
    };
    let calls = async |plugin: &PluginAdmission| {
        let mut calls = Vec::new();
        while let Ok(call) = enter(plugin).await {
            calls.push(call);
        }
        calls.len()
    };
    let (one, other) = (load("one"), load("other"));
    assert_eq!(calls(&one).await, 30, "as many as are free");

    drop(other);
    let reloaded = load("one");

    assert_eq!(calls(&reloaded).await, 53, "all but the reserve for other callers");
}
