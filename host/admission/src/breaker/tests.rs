use super::*;

const RULES: Rules = Rules { after: 3, at_most: Duration::from_secs(60) };

/// A breaker with a clock that the test advances.
struct Bench {
    breaker: Arc<Breaker>,
    now: Instant,
}

impl Bench {
    fn new(rules: Rules) -> Self {
        Self { breaker: Arc::new(Breaker::new(rules)), now: Instant::now() }
    }

    /// A breaker after just enough faults to suspend.
    fn suspended() -> Self {
        let bench = Self::new(RULES);
        for _ in 0..RULES.after {
            bench.fault();
        }
        assert!(bench.left().is_some());
        bench
    }

    fn turn(&self) -> BreakerPass {
        self.breaker.turn(self.now).expect("it is not suspended")
    }

    fn fault(&self) -> Option<Transition> {
        self.turn().fault(self.now)
    }

    fn good(&self) -> Option<Transition> {
        self.turn().good(self.now)
    }

    fn left(&self) -> Option<Duration> {
        self.breaker.suspension(self.now).map(|suspension| suspension.left)
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
    assert!(bench.breaker.turn(bench.now).is_err());
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

    let change = (0..10).find_map(|_| {
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

    assert!(bench.breaker.turn(bench.now).is_err());
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
        assert_eq!(bench.breaker.suspension(bench.now), Some(Suspension { left: pause, trials }));
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
    assert!(bench.left().is_some());
    bench.pass_pause();
    let trial = bench.turn();
    assert_eq!(before.next().and_then(|turn| turn.good(bench.now)), None);
    assert!(bench.breaker.turn(bench.now).is_err());
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
