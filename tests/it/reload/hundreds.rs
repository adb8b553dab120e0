//! Hundreds of hot reloads under load.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use insight_tests::TestHost;

use super::{title, version, wait_for_version};
use crate::host;

/// The swaps of one version for the next.
const SWAPS: usize = 200;

/// The versions, used in turn: the host compiles each once, and then finds it in its cache.
const VERSIONS: usize = 8;

/// The least number of writes without pause.
const WRITES: usize = 100;

/// The callers that send requests without pause.
const CALLERS: usize = 3;

/// The swaps that a caller may see at this moment.
#[derive(Default)]
struct Progress {
    /// The last swap that the host has made: no caller may get an older version.
    made: AtomicUsize,
    /// The last swap that was begun: no caller may get a newer version yet.
    begun: AtomicUsize,
    done: AtomicBool,
}

#[test]
fn two_hundred_swaps_fail_no_request_and_show_nobody_a_mixture_or_an_old_version() {
    let versions: Vec<_> = (0..VERSIONS).map(version).collect();
    let host = host().component("well", &versions[0]).start();
    let progress = Progress::default();

    let answers: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(|| ask_all_the_while(&host, &progress))).collect();
        let done = Done(&progress);
        for swap in 1..=SWAPS {
            progress.begun.store(swap, SeqCst);
            host.install("well", &versions[swap % VERSIONS]);
            wait_for_version(&host, "well", swap % VERSIONS);
            progress.made.store(swap, SeqCst);
        }
        drop(done);
        callers.into_iter().map(|caller| caller.join().expect("every answer is right")).sum()
    });

    assert!(answers >= SWAPS, "only {answers} requests flowed meanwhile");
}

/// Sends requests until all swaps are made, checks every answer, and returns their number.
fn ask_all_the_while(host: &TestHost, progress: &Progress) -> usize {
    let mut answers = 0;
    while !progress.done.load(SeqCst) {
        let oldest = progress.made.load(SeqCst);
        let answer = host.ask("well", "1");
        let newest = progress.begun.load(SeqCst);

        assert_eq!(answer.status, 200, "{answer:?}");
        let titles = answer.texts("title");
        assert_eq!(titles, vec![titles[0].clone(); 3], "one version gives all of an answer");
        let possible: Vec<_> = (oldest..=newest).map(|swap| title(swap % VERSIONS)).collect();
        assert!(possible.contains(&titles[0]), "{} between the swaps {oldest} and {newest}", titles[0]);
        answers += 1;
    }
    answers
}

/// A guard that ends the callers, also if the test fails.
struct Done<'a>(&'a Progress);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.done.store(true, SeqCst);
    }
}

#[test]
fn row_19_a_component_rewritten_a_hundred_times_a_second_fails_no_request_and_ends_as_the_last_version() {
    let versions = [version(1), version(2)];
    let host = host().component("well", &versions[0]).component("neighbour", &versions[1]).start();
    let file = host.plugin_file("well.wasm");
    let begun = Instant::now();

    for (writes, version) in versions.iter().cycle().enumerate() {
        // Not in one step: a reader at this moment finds nothing, a half, or two halves.
        std::fs::write(&file, version).expect("the temporary folder can be written");
        if writes % 4 == 0 {
            assert_eq!(host.ask("well", "1").status, 200);
        }
        if writes >= WRITES && begun.elapsed() > Duration::from_secs(1) {
            break;
        }
    }
    std::fs::write(&file, version(3)).expect("the temporary folder can be written");

    wait_for_version(&host, "well", 3);
}
