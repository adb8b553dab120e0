//! Tests of suspensions, with a clock that they advance.

use std::time::Duration;

use contract::Capability;

use super::*;
use crate::breaker::{FIRST_PAUSE, SHORTEST, WINDOW};

const RULES: Rules = Rules { after: 3, at_most: Duration::from_secs(60), whole_plugin: false };

/// The suspensions of a plugin, and a clock.
struct Bench {
    suspensions: Arc<Suspensions>,
    now: Instant,
}

/// The origin of a caller's calls for the record summary.
fn of(caller: u64) -> CallOrigin {
    CallOrigin { caller: CallerKey::Network(caller), capability: Capability::RecordSummary }
}

impl Bench {
    fn new(rules: Rules) -> Self {
        Self { suspensions: Arc::new(Suspensions::new(rules)), now: Instant::now() }
    }

    /// Suspensions after just enough faults of one caller.
    fn suspended() -> Self {
        let bench = Self::new(RULES);
        for _ in 0..RULES.after {
            bench.fault();
        }
        assert!(bench.left().is_some());
        bench
    }

    fn turn(&self) -> BreakerPass {
        self.suspensions.turn(of(0), self.now).expect("it is not suspended")
    }

    fn fault(&self) -> Option<Transition> {
        self.turn().fault(self.now)
    }

    fn good(&self) -> Option<Transition> {
        self.turn().good(self.now)
    }

    /// Records a fault of a call of this origin, unless it is suspended.
    fn fault_of(&self, origin: CallOrigin) -> Option<Transition> {
        self.suspensions.turn(origin, self.now).ok()?.fault(self.now)
    }

    fn is_suspended(&self, origin: CallOrigin) -> bool {
        self.suspensions.turn(origin, self.now).is_err()
    }

    fn load(&self) -> SuspensionLoad {
        self.suspensions.load(self.now)
    }

    fn left(&self) -> Option<Duration> {
        self.load().nobody_answered.map(|suspension| suspension.left)
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    /// Advances the clock past the pause.
    fn pass_pause(&mut self) {
        self.pass(self.left().expect("it is suspended"));
    }
}

#[test]
fn faults_in_a_row_suspend() {
    let bench = Bench::new(RULES);

    assert_eq!((bench.fault(), bench.fault()), (None, None));
    let change = bench.fault();

    assert!(matches!(change, Some(Transition::Suspended(pause)) if pause <= FIRST_PAUSE), "{change:?}");
    assert!(bench.is_suspended(of(0)));
}

#[test]
fn a_good_call_in_between_starts_the_count_again() {
    let bench = Bench::new(RULES);

    for _ in 0..6 {
        assert_eq!((bench.fault(), bench.fault(), bench.good()), (None, None, None));
    }
}

#[test]
fn half_of_many_calls_suspend_though_never_in_a_row() {
    let bench = Bench::new(RULES);

    let change = (0..11).find_map(|_| {
        bench.good();
        bench.fault()
    });

    assert!(matches!(change, Some(Transition::Suspended(_))), "{change:?}");
}

#[test]
fn faults_of_long_ago_are_forgotten() {
    let mut bench = Bench::new(RULES);
    for _ in 0..9 {
        bench.good();
        bench.fault();
    }

    bench.pass(2 * WINDOW);

    for _ in 0..9 {
        bench.good();
        assert_eq!(bench.fault(), None);
    }
}

#[test]
fn exactly_one_call_is_the_trial() {
    let mut bench = Bench::suspended();
    bench.pass_pause();

    let trial = bench.turn();

    assert!(bench.is_suspended(of(0)));
    assert_eq!(trial.good(bench.now), Some(Transition::Back));
    let _others = (bench.turn(), bench.turn());
}

#[test]
fn a_trial_that_is_given_up_gives_the_turn_back() {
    let mut bench = Bench::suspended();
    bench.pass_pause();

    drop(bench.turn());
    bench.now = bench.now.max(Instant::now());

    assert_eq!(bench.good(), Some(Transition::Back));
}

#[test]
fn pauses_double_up_to_the_longest() {
    let mut bench = Bench::suspended();
    let mut whole = FIRST_PAUSE;

    for trials in 1..10 {
        bench.pass_pause();
        let Some(Transition::StillSuspended(pause)) = bench.fault() else { panic!("the trial failed") };

        whole = (2 * whole).min(RULES.at_most);
        assert!((whole.mul_f64(SHORTEST)..=whole).contains(&pause), "{pause:?} after {trials} trials");
        assert_eq!(bench.load().nobody_answered, Some(Suspension { left: pause, trials }));
    }
}

#[test]
fn one_that_is_back_begins_with_a_short_pause_again() {
    let mut bench = Bench::suspended();
    bench.pass_pause();
    bench.fault();
    bench.pass_pause();
    bench.good();

    let change = (0..RULES.after).find_map(|_| bench.fault());

    assert!(matches!(change, Some(Transition::Suspended(pause)) if pause <= FIRST_PAUSE), "{change:?}");
}

#[test]
fn calls_of_before_count_no_more() {
    let mut bench = Bench::new(RULES);
    let before: Vec<BreakerPass> = (0..20).map(|_| bench.turn()).collect();
    for _ in 0..RULES.after {
        bench.fault();
    }
    let mut before = before.into_iter();

    // Neither during the suspension, nor during the trial, nor after it.
    assert_eq!(before.next().and_then(|turn| turn.good(bench.now)), None);
    assert!(bench.is_suspended(of(0)));
    bench.pass(FIRST_PAUSE);
    let trial = bench.turn();
    assert_eq!(before.next().and_then(|turn| turn.good(bench.now)), None);
    assert!(bench.is_suspended(of(0)));
    trial.good(bench.now);
    for turn in before {
        assert_eq!(turn.fault(bench.now), None);
    }
    assert_eq!(bench.left(), None);
}

#[test]
fn nothing_suspends_where_that_is_turned_off() {
    let bench = Bench::new(Rules { after: 0, ..RULES });

    for _ in 0..100 {
        assert_eq!(bench.fault(), None);
    }
}

#[test]
fn faults_suspend_the_caller_and_the_capability_that_had_them_and_no_other() {
    let bench = Bench::suspended();
    let other_capability = CallOrigin { capability: Capability::Chat, ..of(0) };

    assert!(bench.is_suspended(of(0)));
    assert!(!bench.is_suspended(of(1)) && !bench.is_suspended(other_capability));
    assert_eq!(bench.load().callers, 1);
}

#[test]
fn an_answer_to_anybody_ends_the_state_in_which_nobody_is_answered_and_no_suspension() {
    let bench = Bench::suspended();

    bench.suspensions.turn(of(1), bench.now).expect("it has no faults").good(bench.now);

    assert_eq!(bench.load(), SuspensionLoad { callers: 1, nobody_answered: None });
    assert!(bench.is_suspended(of(0)));
}

#[test]
fn faults_of_several_callers_suspend_each_at_its_first_and_one_without_faults_is_tried() {
    let bench = Bench::new(RULES);
    let changes: Vec<_> = (0..5).map(|caller| bench.fault_of(of(caller)).is_some()).collect();

    assert_eq!(changes, [false, false, true, true, true]);
    assert!(!bench.is_suspended(of(5)));

    bench.suspensions.turn(of(6), bench.now).expect("it has no faults").good(bench.now);
    assert_eq!(bench.fault_of(of(5)), None, "somebody was answered");
}

#[test]
fn faults_of_one_caller_never_count_against_another() {
    let bench = Bench::new(RULES);

    for _ in 0..100 {
        bench.fault_of(of(0));
        bench.fault_of(CallOrigin { capability: Capability::Chat, ..of(0) });
    }

    assert_eq!((bench.fault_of(of(1)), bench.fault_of(of(1))), (None, None));
    assert!(!bench.is_suspended(of(1)));
}

#[test]
fn a_suspended_caller_who_stays_away_is_not_shown_for_ever() {
    let mut bench = Bench::suspended();

    bench.pass(FIRST_PAUSE + RULES.at_most);

    assert_eq!(bench.load(), SuspensionLoad::default());
}

#[test]
fn strangers_with_many_addresses_take_bounded_memory_and_suspend_nobody() {
    let mut bench = Bench::new(RULES);
    bench.suspensions.turn(of(0), bench.now).expect("it has no faults").good(bench.now);

    for stranger in 1..5 * MOST as u64 {
        bench.fault_of(of(stranger));
        bench.pass(Duration::from_millis(1));
    }

    assert!(bench.suspensions.state().breakers.len() <= MOST);
    assert!(!bench.is_suspended(of(0)));
}

#[test]
fn an_operator_may_choose_that_faults_count_for_everybody() {
    let bench = Bench::new(Rules { whole_plugin: true, ..RULES });

    for caller in 0..3 {
        bench.fault_of(of(caller));
    }

    assert!(bench.is_suspended(of(7)));
}
