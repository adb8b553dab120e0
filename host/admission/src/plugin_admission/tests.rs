//! Tests of the admission of one plugin's calls, which start no engine.

use bytesize::ByteSize;
use futures_util::FutureExt;
use tokio::test;

use super::*;
use crate::breaker::Rules;
use crate::capacity::AtCapacity;
use crate::memory::SharedMemory;

const SECOND: Duration = Duration::from_secs(1);

/// A host that makes so many calls concurrently.
fn capacity(calls: usize) -> Arc<Capacity> {
    Arc::new(Capacity::new(calls, 1, SharedMemory::new(ByteSize::mib(64)), 1 << 20))
}

/// A gate for so many calls, which suspends after two faults.
fn admission(host: &Arc<Capacity>, calls: usize) -> PluginAdmission {
    let rules = Rules { after: 2, at_most: 60 * SECOND };
    let limits = PluginLimits::new("it".into(), LimitSettings { calls, threads: 1, wait: SECOND / 10, rate: None });
    PluginAdmission::new(Arc::clone(host), Arc::new(limits), Arc::new(Breaker::new(rules)))
}

/// The end of a call with this outcome.
fn ended(outcome: Outcome, is_own_fault: bool) -> Completion {
    Completion { outcome, time: Duration::ZERO, is_own_fault }
}

async fn enter(admission: &PluginAdmission) -> Result<(AdmittedCall, CallSlots), Rejected> {
    admission.enter(4 * SECOND, 4 * SECOND).await
}

#[test]
async fn what_cannot_be_done_in_time_is_not_begun() {
    let admission = admission(&capacity(4), 4);
    admission.limits.answers.add(2 * SECOND);

    let refused = admission.enter(SECOND, 4 * SECOND).now_or_never().expect("at once").err();

    assert_eq!(refused, Some(Rejected::TooLate { left: SECOND, typical: 2 * SECOND }));
    assert!(admission.enter(3 * SECOND, 4 * SECOND).await.is_ok());
    // The plugin's full time may have become shorter since.
    assert!(admission.enter(SECOND, SECOND).await.is_ok());
}

#[test]
async fn a_plugin_that_is_full_holds_nothing_that_others_could_use() {
    let host = capacity(2);
    let (full, other) = (admission(&host, 1), admission(&host, 1));
    let _first = enter(&full).await.expect("there is room");

    let mut waiting = Box::pin(enter(&full));
    assert_eq!(waiting.as_mut().now_or_never().map(|entered| entered.err()), Some(Some(Rejected::Busy(1))));

    assert!(enter(&other).await.is_ok());
}

#[test]
async fn a_host_that_is_full_rejects_and_keeps_no_slot_of_the_plugin() {
    let host = capacity(1);
    let (first, second) = (admission(&host, 1), admission(&host, 1));
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
    assert!(admission.load().suspended.is_some());
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

    assert_eq!(admission.load().suspended, None);
}

#[test]
async fn calls_that_are_late_in_a_crowd_make_it_smaller_and_suspend_nothing() {
    let admission = admission(&capacity(64), 64);
    let mut calls = Vec::new();
    for _ in 0..64 {
        calls.push(enter(&admission).await.expect("there is room"));
    }

    for (pass, _admitted) in calls {
        pass.ended(ended(Outcome::DeadlineExceeded, true));
    }

    let load = admission.load();
    assert_eq!((load.calls_at_once, load.calls, load.suspended), (LEAST_CALLS, 0, None));
}

#[test]
async fn a_call_that_is_given_up_leaves_no_trace() {
    let admission = admission(&capacity(4), 4);

    for _ in 0..100 {
        drop(enter(&admission).await.expect("there is room"));
    }

    let load = admission.load();
    assert_eq!((load.calls, load.waiting, load.calls_at_once, load.suspended), (0, 0, 4, None));
}
