//! Tests of the estimator: shrinking, recovery and the percentile.

use super::recent::{RECOVERED, WINDOW};
use super::*;

const CHAT: CallOrigin = CallOrigin { caller: CallerKey::Known(1), capability: Capability::Chat };
const DRAFT: CallOrigin = CallOrigin { capability: Capability::EmailDraft, ..CHAT };
const LIMIT: Duration = Duration::from_secs(2);
const TERMS: WaitTerms = WaitTerms { limit: Some(LIMIT), grace: Duration::from_millis(100) };

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The times that merged answers wait for a plugin that always takes `time`, beside others that answer at once.
fn waits_for(pace: &Pace, time: Duration, answers: usize) -> Vec<Duration> {
    let answer = |_| {
        let wait = pace.wait(CHAT, TERMS).time;
        if time < wait {
            pace.ended(CHAT, time, TERMS);
        } else if !wait.is_zero() {
            pace.missed(CHAT, wait + TERMS.grace);
        }
        wait
    };
    (0..answers).map(answer).collect()
}

#[test]
fn an_unknown_plugin_is_waited_for_until_its_limit() {
    let pace = Pace::default();

    assert_eq!(pace.wait(CHAT, TERMS), Wait { time: LIMIT, grace: millis(100) });
    assert!(pace.late(TERMS).is_empty());
}

#[test]
fn a_plugin_that_is_always_late_soon_costs_nothing() {
    let pace = Pace::default();

    let waits = waits_for(&pace, millis(3_900), 20);

    assert_eq!(waits[..5], [2_000, 1_000, 500, 250, 125].map(millis));
    assert!(waits[WINDOW..].iter().all(Duration::is_zero), "{waits:?}");
    assert_eq!(pace.late(TERMS), [Capability::Chat]);
    assert_eq!(pace.wait(DRAFT, TERMS).time, LIMIT, "each capability is judged by itself");
}

#[test]
fn one_slow_call_shortens_the_next_wait_and_one_in_time_restores_it() {
    let pace = Pace::default();
    let _ = waits_for(&pace, millis(300), 10);

    pace.missed(CHAT, millis(2_100));

    assert_eq!(pace.wait(CHAT, TERMS).time, LIMIT / 2);
    assert_eq!(waits_for(&pace, millis(300), 2), [LIMIT / 2, LIMIT]);
}

#[test]
fn a_plugin_that_is_fast_again_proves_it_by_its_probes() {
    let pace = Pace::default();
    let _ = waits_for(&pace, millis(3_900), 20);
    (0..WINDOW).for_each(|_| pace.ended(CHAT, millis(3_900), TERMS));

    let waits: Vec<Duration> = std::iter::repeat_with(|| {
        pace.ended(CHAT, millis(300), TERMS);
        pace.wait(CHAT, TERMS).time
    })
    .take(RECOVERED)
    .collect();

    assert!(waits[..RECOVERED - 1].iter().all(Duration::is_zero), "{waits:?}");
    assert_eq!(waits.last(), Some(&LIMIT));
}

#[test]
fn nine_calls_in_ten_must_be_faster_than_the_wait() {
    let of = |slow: usize| {
        let mut recent = RecentCalls::default();
        (slow..WINDOW).for_each(|_| recent.ended(CHAT.caller, millis(20), LIMIT));
        (0..slow).for_each(|_| recent.ended(CHAT.caller, millis(2_500), LIMIT));
        recent
    };

    assert_eq!([of(0).p90(), of(1).p90()], [Some(millis(20)); 2]);
    assert_eq!(of(1).wait(LIMIT), LIMIT);
    assert_eq!(of(2).p90(), Some(millis(2_500)));
    assert_eq!(of(2).wait(LIMIT), Duration::ZERO);
}

#[test]
fn a_required_plugin_is_always_waited_for() {
    let pace = Pace::default();
    let _ = waits_for(&pace, millis(3_900), 20);
    let required = WaitTerms { limit: None, ..TERMS };

    assert_eq!(pace.wait(CHAT, required).time, Duration::MAX);
    assert!(pace.late(required).is_empty());
}

#[test]
fn one_late_call_of_a_caller_at_a_time_runs_on() {
    let pace = Arc::new(Pace::default());
    let probe = pace.probe(CHAT);

    assert!(probe.is_some() && pace.probe(CHAT).is_none());
    assert!(pace.probe(DRAFT).is_some());
    drop(probe);
    assert!(pace.probe(CHAT).is_some());
}

/// The origin of a call of the caller with this number.
fn of(caller: usize) -> CallOrigin {
    CallOrigin { caller: CallerKey::Known(caller as u128), ..CHAT }
}

#[test]
fn the_slow_questions_of_one_caller_change_no_wait_of_another() {
    let pace = Arc::new(Pace::default());
    (2..12).for_each(|caller| pace.ended(of(caller), millis(20), TERMS));

    let _ = waits_for(&pace, millis(3_900), 100);
    let _probe = pace.probe(CHAT);

    assert_eq!(pace.wait(CHAT, TERMS).time, Duration::ZERO);
    assert_eq!(pace.wait(of(2), TERMS).time, LIMIT, "it has made a call");
    assert_eq!(pace.wait(of(99), TERMS).time, LIMIT, "it has made none");
    assert!(pace.probe(of(2)).is_some());
}

#[test]
fn a_caller_without_calls_does_not_wait_for_a_plugin_that_is_late_for_several_others() {
    let pace = Pace::default();

    (2..12).for_each(|caller| pace.ended(of(caller), millis(3_900), TERMS));

    assert_eq!(pace.wait(CHAT, TERMS).time, Duration::ZERO);
    assert_eq!(pace.late(TERMS), [Capability::Chat]);
}

#[test]
fn the_number_of_callers_remembered_is_bounded() {
    let pace = Pace::default();

    (0..2 * MOST_CALLERS).for_each(|caller| pace.ended(of(caller), millis(20), TERMS));

    assert_eq!(pace.with(CHAT.capability, |pace| pace.callers.len()), MOST_CALLERS);
}
