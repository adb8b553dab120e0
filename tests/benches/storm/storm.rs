//! The storm itself, and the promises that it checks.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use insight_tests::{Backend, TestHost};
use serde_json::Value;

use crate::Arguments;
use crate::client::{Answer, Client};
use crate::meddler::Meddler;
use crate::mixture::{HEALTHY, HOSTILE, Kind, OF_LOAD, ROUND, To, round};
use crate::promises::Promises;
use crate::tally::{Mebibytes, Millis, Tally, Times};
use crate::{BUDGET, QUICK, drive, guests, host_log};

/// The most time after its deadline at which a call may end.
const OVERSHOOT: Duration = Duration::from_millis(50);

/// The time within which the host must release memory.
const SETTLE: Duration = Duration::from_secs(60);

/// The most concurrent calls.
const CONNECTIONS: usize = 512;

/// The measurements of one run of calls.
#[derive(Default)]
struct Found {
    tally: Tally,
    healthy: Times,
    /// The excess over the time limit of calls that ended at it, as callers see it.
    overshoot: Times,
    late: u64,
    unanswered: u64,
    /// Outcomes that the kind of the call does not allow.
    broken: Vec<String>,
}

/// Runs the storm and prints the tables; hostile guests may reach `backend`. Returns whether every promise was kept.
pub(crate) async fn run(arguments: &Arguments, backend: &Backend) -> bool {
    let suspension = if arguments.suspend { "" } else { "[load]\nsuspend-after = 0\n" };
    let settings = format!("{}{suspension}", arguments.host_settings());
    let granted = guests::grants(arguments.copies, backend);
    let host = Arc::new(guests::setup(arguments.copies).settings(&(settings.clone() + &granted)).start());
    let client = Arc::new(Client::new(host.address(), CONNECTIONS));
    let callers = Callers { client, copies: arguments.copies, limit: arguments.limit(), kinds: round().into() };
    let rate = f64::from(arguments.rate);
    let healthy_of_round = ROUND - HOSTILE.iter().map(|kind| kind.of_round).sum::<usize>();
    let healthy_share = healthy_of_round as f64 / ROUND as f64;
    let seconds = arguments.time_to_run.map_or(arguments.calls as f64 / rate, |time| time.as_secs_f64());
    println!("{} calls a second, {:.1} % of them healthy, for {seconds:.0} s", rate, 100.0 * healthy_share);
    print!("{settings}");

    let fresh = host.memory();
    let _ = callers.drive(rate, u64::MAX, Some(arguments.warm_up), false).await;
    let before = settled(&host, 0).await;
    let (mut alone, _) = callers.drive(rate * healthy_share, u64::MAX, Some(arguments.baseline), true).await;
    let peak = Peak::watch(&host);
    let meddler = Meddler::begin(host.dir());
    let begun = Instant::now();
    let (mut storm, lag) = callers.drive(rate, arguments.calls_or_all(), arguments.time_to_run, false).await;
    let took = begun.elapsed();
    let peak = peak.end();
    let writes = meddler.end();
    let after = settled(&host, before + before / 20).await;

    print_kinds(&storm.tally);
    let host = Arc::into_inner(host).expect("nobody looks at it any more");
    let lost = host.metric("insight_host_log_lines_dropped_total{source=\"host\"}");
    let longest = host_log::longest_ended_at_deadline(&host.log());
    let is_alive = host.try_send("GET", "/healthz", &[], "").is_ok_and(|answer| answer.status == 200);
    let code = if is_alive { host.stop().0 } else { -1 };

    let limit = arguments.limit();
    let by_host = longest.map(|longest| longest.saturating_sub(limit)).unwrap_or_default();
    let (p99_alone, p99) = (alone.healthy.quantile(0.99), storm.healthy.quantile(0.99));
    let may = QUICK.max(p99_alone.mul_f64(1.2));
    let calls: u64 = HOSTILE.iter().chain([&HEALTHY]).map(|kind| storm.tally.of(kind.name)).sum();
    let mut promises = Promises::default();
    println!(
        "{calls} calls in {:.0} s: {:.0} a second; started at most {} late",
        took.as_secs_f64(),
        calls as f64 / took.as_secs_f64(),
        Millis(lag)
    );
    promises.say("the host ran on, and stopped when asked", is_alive && code == 0, format!("exit code {code}"));
    promises.say("no answer beyond 5.0 s", storm.late == 0, storm.late);
    promises.say("no call without an answer", storm.unanswered == 0, storm.unanswered);
    promises.say("no call ended otherwise than its kind may", storm.broken.is_empty(), storm.broken.len());
    for broken in storm.broken.iter().take(10) {
        println!("      {broken}");
    }
    println!("      files of plugins were written anew {writes} times meanwhile, whole or broken");
    promises.say("no line of the log was lost, which tells of deadlines", lost == 0.0, lost);
    promises.say("deadlines, as the host sees it: at most 50 ms over", by_host <= OVERSHOOT, Millis(by_host));
    println!(
        "      as callers see it: p50 {}, p99 {}, most {} over, of {} calls",
        Millis(storm.overshoot.quantile(0.5)),
        Millis(storm.overshoot.quantile(0.99)),
        Millis(storm.overshoot.max()),
        storm.overshoot.len()
    );
    promises.say("healthy p99 at most 1.2 times that without the storm, or 5 ms", p99 <= may, Millis(p99));
    for (name, times) in [("without", &mut alone.healthy), ("within", &mut storm.healthy)] {
        println!(
            "      {name} the storm: p50 {}, p99 {}, p99.9 {}, most {}",
            Millis(times.quantile(0.5)),
            Millis(times.quantile(0.99)),
            Millis(times.quantile(0.999)),
            Millis(times.max())
        );
    }
    let is_back = after <= before + before / 20;
    promises.say("memory back within 5 %", is_back, format!("{} → {}", Mebibytes(before), Mebibytes(after)));
    println!(
        "      fresh {}, after the first {} s of calls {}, at most {}",
        Mebibytes(fresh),
        arguments.warm_up.as_secs(),
        Mebibytes(before),
        Mebibytes(peak)
    );
    promises.kept()
}

impl Arguments {
    fn calls_or_all(&self) -> u64 {
        if self.time_to_run.is_some() { u64::MAX } else { self.calls }
    }
}

/// The callers, healthy and hostile.
struct Callers {
    client: Arc<Client>,
    copies: usize,
    limit: Duration,
    kinds: Arc<[Kind]>,
}

impl Callers {
    /// Makes calls at a rate; healthy kinds only if `healthy_only` is set.
    async fn drive(&self, rate: f64, calls: u64, time: Option<Duration>, healthy_only: bool) -> (Found, Duration) {
        let found = Arc::new(Mutex::new(Found::default()));
        let (into, client, kinds) = (Arc::clone(&found), Arc::clone(&self.client), Arc::clone(&self.kinds));
        let (limit, copies) = (self.limit, self.copies);
        let lag = drive::at_rate(rate, calls, time, move |number| {
            let index = usize::try_from(number).expect("a machine word") % kinds.len();
            let kind = if healthy_only { HEALTHY } else { kinds[index] };
            let (client, found) = (Arc::clone(&client), Arc::clone(&into));
            async move {
                let came = call(&client, kind, index, copies).await;
                found.lock().expect("nobody panics with it").take_in(kind, came, limit);
            }
        });
        let lag = lag.await;
        let found = std::mem::take(&mut *found.lock().expect("nobody panics with it"));
        (found, lag)
    }
}

/// The end of a call: an answer, none, or a caller that disconnected.
enum Came {
    Answer(Answer),
    Nothing,
    Left,
}

async fn call(client: &Client, kind: Kind, number: usize, copies: usize) -> Came {
    let rogue = || guests::rogue_name(number % copies);
    let target = |provider: &str, record: &str| {
        format!("/api/providers/{provider}/record-summary?recordType=account&recordId={record}")
    };
    let target = match kind.to {
        To::Well if number.is_multiple_of(4) => target("prepares", "1"),
        To::Well => target("well", "1"),
        To::Rogue => target(&rogue(), kind.name),
        To::Guest(name) => target(name, "1"),
        To::Nobody(target) => target.to_owned(),
        To::Leaving => {
            let left = client.get_and_leave(&target(&rogue(), "sleep-an-hour")).await;
            return left.map_or(Came::Nothing, |()| Came::Left);
        }
    };
    client.get(&target, None).await.map_or(Came::Nothing, Came::Answer)
}

impl Found {
    fn take_in(&mut self, kind: Kind, came: Came, limit: Duration) {
        let answer = match came {
            Came::Answer(answer) => answer,
            Came::Left => return self.tally.count(kind.name, "left".to_owned()),
            Came::Nothing => {
                self.unanswered += 1;
                return self.tally.count(kind.name, "NOTHING".to_owned());
            }
        };
        let end = end_of(kind, &answer);
        self.late += u64::from(answer.took > BUDGET);
        if kind.to == To::Well {
            self.healthy.add(answer.took);
        }
        if end == "deadline-exceeded" {
            self.overshoot.add(answer.took.saturating_sub(limit));
        }
        let of_load = matches!(kind.to, To::Rogue | To::Guest(_)) && OF_LOAD.contains(&end.as_str());
        if !kind.ends.contains(&end.as_str()) && !of_load {
            let body = String::from_utf8_lossy(&answer.body);
            self.broken.push(format!("{}: {end}: {}", kind.name, body.chars().take(300).collect::<String>()));
        }
        self.tally.count(kind.name, end);
    }
}

/// Names the end of a call: answered, an outcome if the host names it, or else a status.
fn end_of(kind: Kind, answer: &Answer) -> String {
    let holds = |text: &str| answer.body.windows(text.len()).any(|window| window == text.as_bytes());
    if answer.status == 200 {
        let is_wrong = kind.to == To::Well && !holds("well ");
        let has_found_a_secret = kind.name == "recall" && !holds("found 0");
        return match (is_wrong, has_found_a_secret) {
            (true, _) => "ANSWERED WRONGLY",
            (_, true) => "FOUND A SECRET",
            (false, false) => "answered",
        }
        .to_owned();
    }
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let outcome = said["details"].as_object().and_then(|details| details.values().next()).and_then(Value::as_str);
    outcome.map_or_else(|| answer.status.to_string(), str::to_owned)
}

/// Waits until the host's memory no longer falls or is at most `enough`, and returns it.
async fn settled(host: &TestHost, enough: usize) -> usize {
    const PAUSE: Duration = Duration::from_secs(1);

    let begun = Instant::now();
    let mut least = usize::MAX;
    loop {
        let memory = host.memory();
        let falls = memory < least;
        least = least.min(memory);
        if memory <= enough || begun.elapsed() > SETTLE || (!falls && enough == 0) {
            return memory;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A watcher of the host's peak memory.
struct Peak {
    most: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    watcher: thread::JoinHandle<()>,
}

impl Peak {
    fn watch(host: &Arc<TestHost>) -> Self {
        let (most, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (host, into, end) = (Arc::clone(host), Arc::clone(&most), Arc::clone(&is_over));
        let watcher = thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                into.fetch_max(host.memory(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(100));
            }
        });
        Self { most, is_over, watcher }
    }

    fn end(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = self.watcher.join();
        self.most.load(Ordering::Relaxed)
    }
}

fn print_kinds(tally: &Tally) {
    println!("{:<8} {:<24} {:>8}  how they ended", "row", "kind", "calls");
    for kind in [&HEALTHY].into_iter().chain(HOSTILE) {
        println!("{:<8} {:<24} {:>8}  {}", kind.row, kind.name, tally.of(kind.name), tally.ends(kind.name));
    }
}
