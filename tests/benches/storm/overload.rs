//! The overload: more healthy calls than the host can answer, to measure load shedding.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::tally::{Millis, Tally, Times};
use crate::{Arguments, UNDER_TEST, drive, guests};

/// The concurrent callers while capacity is measured: enough that no core waits.
const CALLERS: usize = 8;

/// The time for which capacity is measured.
const MEASURE: Duration = Duration::from_secs(15);

/// The most connections.
const CONNECTIONS: usize = 4_096;

/// The share of capacity that must still be useful.
const USEFUL: f64 = 0.8;

/// The time within which a rejection must come.
const REFUSED_WITHIN: Duration = Duration::from_millis(10);

/// The time within which an answer must leave.
const BUDGET: Duration = Duration::from_secs(5);

/// The pause between two health checks.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Default)]
struct Found {
    tally: Tally,
    answered: Times,
    refused: Times,
    health: Times,
}

/// Measures capacity, then sends `factor` times as many calls. Returns whether the host kept its promises.
pub(crate) async fn run(arguments: &Arguments, factor: u32) -> bool {
    let settings = arguments.host_settings();
    let worker = guests::worker(arguments.work).component();
    let host = UNDER_TEST.setup().component("worker", &worker).settings(&settings).start();
    let client = Arc::new(Client::new(host.address(), CONNECTIONS));
    let found = Arc::new(Mutex::new(Found::default()));
    let call = |client: &Arc<Client>, found: &Arc<Mutex<Found>>| {
        let (client, found) = (Arc::clone(client), Arc::clone(found));
        async move {
            let answer = client.get("/api/providers/worker/record-summary?recordType=account&recordId=1", None).await;
            let mut found = found.lock().expect("nobody panics with it");
            let end = match &answer {
                Some(answer) => answer.status.to_string(),
                None => "NOTHING".to_owned(),
            };
            found.tally.count("call", end);
            match answer {
                Some(answer) if answer.status == 200 => found.answered.add(answer.took),
                Some(answer) if answer.status == 429 => found.refused.add(answer.took),
                Some(_) | None => {}
            }
        }
    };

    let (to, into) = (Arc::clone(&client), Arc::clone(&found));
    drive::closed(CALLERS, MEASURE, move || call(&to, &into)).await;
    let mut alone = std::mem::take(&mut *found.lock().expect("nobody panics with it"));
    let capacity = alone.answered.len() as f64 / MEASURE.as_secs_f64();
    println!(
        "capacity: {capacity:.0} answers per second, p50 {}, {}",
        Millis(alone.answered.quantile(0.5)),
        alone.tally.ends("call")
    );

    let (to, into) = (Arc::clone(&client), Arc::clone(&found));
    let time = arguments.time_to_run.unwrap_or(Duration::from_secs(60));
    let begun = Instant::now();
    let health = tokio::spawn(look_at_health(Client::new(host.address(), 1), Arc::clone(&found), begun + time));
    let lag = drive::at_rate(capacity * f64::from(factor), u64::MAX, Some(time), move |_| call(&to, &into)).await;
    let took = begun.elapsed();
    let _ = health.await;

    let mut found = std::mem::take(&mut *found.lock().expect("nobody panics with it"));
    let useful = found.answered.len() as f64 / took.as_secs_f64() / capacity;
    println!(
        "{factor} times that for {:.0} s: {}; started at most {} late",
        took.as_secs_f64(),
        found.tally.ends("call"),
        Millis(lag)
    );
    println!("useful work: {:.1} % of capacity", 100.0 * useful);
    for (name, times) in
        [("answers", &mut found.answered), ("refusals", &mut found.refused), ("/healthz", &mut found.health)]
    {
        println!(
            "{name}: p50 {}, p99 {}, p99.9 {}, most {}",
            Millis(times.quantile(0.5)),
            Millis(times.quantile(0.99)),
            Millis(times.quantile(0.999)),
            Millis(times.max())
        );
    }
    let others = found.tally.of("call") - found.tally.ended("200") - found.tally.ended("429");
    println!("neither answered nor refused: {others}");
    let (code, _) = host.stop();
    let is_quick = found.refused.quantile(0.99) <= REFUSED_WITHIN;
    code == 0 && useful >= USEFUL && is_quick && found.answered.max() <= BUDGET && others == 0
}

async fn look_at_health(client: Client, found: Arc<Mutex<Found>>, end: Instant) {
    while Instant::now() < end {
        if let Some(answer) = client.get("/healthz", None).await {
            found.lock().expect("nobody panics with it").health.add(answer.took);
        }
        tokio::time::sleep(LOOK).await;
    }
}
