//! Ten times what a host can do, for as long as it takes to see what comes of it.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{Answer, TestHost};

use super::{LIMITS, count};
use crate::host;

/// What came of asking at a steady rate.
struct Report {
    answers: Vec<Answer>,
    time: Duration,
}

impl Report {
    /// Answers in a second.
    fn useful(&self) -> f64 {
        count(&self.answers, 200) as f64 / self.time.as_secs_f64()
    }

    /// The time that all but one in a hundred of those with this status took at most.
    fn p99(&self, status: u16) -> Duration {
        let mut times: Vec<_> =
            self.answers.iter().filter(|answer| answer.status == status).map(|answer| answer.took).collect();
        times.sort_unstable();
        times.get(times.len() * 99 / 100).copied().unwrap_or_default()
    }

    fn worst(&self) -> Duration {
        self.answers.iter().map(|answer| answer.took).max().unwrap_or_default()
    }
}

/// Asks so often in a second, for so long, whatever comes of earlier questions.
fn ask_at(host: &TestHost, per_second: f64, time: Duration, behaviour: &str) -> Report {
    let answers = Mutex::new(Vec::new());
    let begun = Instant::now();
    thread::scope(|scope| {
        for number in 0..(per_second * time.as_secs_f64()) as u32 {
            let due = begun + Duration::from_secs_f64(f64::from(number) / per_second);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let answers = &answers;
            scope.spawn(move || {
                let answer = host.ask("rogue", behaviour);
                answers.lock().expect("nobody panicked").push(answer);
            });
        }
    });
    Report { answers: answers.into_inner().expect("nobody panicked"), time: begun.elapsed() }
}

/// Answers in a second with a few callers, each of whom asks again as soon as it is answered.
fn capacity(host: &TestHost, callers: usize, time: Duration, behaviour: &str) -> f64 {
    let begun = Instant::now();
    let answered: usize = thread::scope(|scope| {
        let asking = || {
            let asks = std::iter::repeat_with(|| host.ask("rogue", behaviour).status);
            asks.take_while(|_| begun.elapsed() < time).filter(|status| *status == 200).count()
        };
        let callers: Vec<_> = (0..callers).map(|_| scope.spawn(asking)).collect();
        callers.into_iter().map(|caller| caller.join().expect("answers came")).sum()
    });
    answered as f64 / begun.elapsed().as_secs_f64()
}

#[test]
fn ten_times_the_capacity_leaves_the_useful_work_where_it_was() {
    let settings = format!("{LIMITS}[load]\nplugin-calls-at-once = 8\n");
    let host = host().guest("rogue").settings(&settings).start();
    // Eight calls of 200 ms.
    let capacity = 40.0;

    let report = ask_at(&host, 10.0 * capacity, Duration::from_secs(3), "slow:200");

    assert!(report.useful() >= 0.8 * capacity, "{} of {capacity} in a second", report.useful());
    assert!(report.worst() < Duration::from_secs(5), "{:?}", report.worst());
}

/// The figures of the overload, for a guest that computes: run in release, on a machine at rest.
#[test]
#[ignore = "takes minutes, and measures the machine: `.ci/slow` runs it in release"]
fn ten_times_the_capacity_for_a_minute() {
    println!("     work  capacity  useful  share  p99 answered  p99 refused  worst");
    for million_steps in [10, 100, 300] {
        let host = host().guest("rogue").start();
        let behaviour = format!("work:{million_steps}");
        let capacity = capacity(&host, 4, Duration::from_secs(5), &behaviour);

        let report = ask_at(&host, 10.0 * capacity, Duration::from_secs(60), &behaviour);

        let share = report.useful() / capacity;
        println!(
            "{million_steps:6} M {capacity:6.1} /s {:6.1} {share:6.2} {:11.1?} {:11.1?} {:9.1?}",
            report.useful(),
            report.p99(200),
            report.p99(429),
            report.worst(),
        );
        assert!(share >= 0.8, "{share} of the capacity");
        assert!(report.p99(429) < Duration::from_millis(10), "{:?}", report.p99(429));
        assert!(report.worst() < Duration::from_secs(5), "{:?}", report.worst());
    }
}
