//! Fairness: one culprit after the other, and what the calls of everybody else notice of it.
//!
//! The same calls are made at the same rate without a culprit first. A culprit has an API key of its own; the strangers
//! have no key and another address.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use insight_tests::TestHost;

use crate::client::{Answer, Client};
use crate::control::{IdleServer, MemoryFillers};
use crate::promises::Promises;
use crate::strangers::Strangers;
use crate::tally::{Mebibytes, Millis, Times};
use crate::{Arguments, BUDGET, QUICK, UNDER_TEST, drive, guests};

/// The API keys of callers that do nothing wrong.
const SELLERS: usize = 8;

/// The providers that sellers ask: none that harms, or merged answers would do the culprits' work for them.
const HARMLESS: &str = "well,prepares,shared";

/// The least share of calls of others that is answered.
const ANSWERED: f64 = 0.999;

/// The address of the strangers: not that of the other callers.
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// The time that a host has to recover between two culprits.
const PAUSE: Duration = Duration::from_secs(5);

/// A caller or a plugin that harms others, if they are not protected.
#[derive(Clone, Copy, Debug)]
struct Culprit {
    name: &'static str,
    /// Concurrent callers, each of which calls again as soon as it has been answered.
    callers: usize,
    /// The request target.
    target: &'static str,
    /// The providers that it may ask; all if empty. Merged answers ask each of them.
    providers: &'static str,
    /// Connections without a request, from another address.
    strangers: usize,
}

const fn caller(name: &'static str, callers: usize, target: &'static str) -> Culprit {
    Culprit { name, callers, target, providers: "", strangers: 0 }
}

/// Silent connections at once.
const STRANGERS: usize = 9_500;

/// Every culprit, in the order in which they come.
const CULPRITS: [Culprit; 7] = [
    caller("greedy memory", 40, "/api/providers/greedy/record-summary?recordType=account&recordId=reserve-memory:60"),
    Culprit {
        providers: "well,shared,greedy,noisy",
        ..caller("sleepers, merged", 130, "/api/record-summary?recordType=account&recordId=slow:3900")
    },
    caller("one slow caller", 130, "/api/providers/shared/record-summary?recordType=account&recordId=slow:3900"),
    caller("bulk instructions", 16, "/api/providers/bulk/record-summary?recordType=account&recordId=1"),
    caller("log flood", 8, "/api/providers/noisy/record-summary?recordType=account&recordId=log-line-feeds:1000"),
    caller("poisoning caller", 2, "/api/providers/shared/record-summary?recordType=account&recordId=spin"),
    Culprit { strangers: STRANGERS, ..caller("silent connections", 0, "") },
];

/// What the calls of the others noticed.
#[derive(Default)]
struct Noticed {
    calls: u64,
    answered: u64,
    late: u64,
    times: Times,
    /// Other statuses, as they came.
    otherwise: Vec<u16>,
}

impl Noticed {
    fn take_in(&mut self, answer: Option<&Answer>) {
        self.calls += 1;
        match answer {
            Some(answer) if answer.status == 200 => {
                self.answered += 1;
                self.times.add(answer.took);
            }
            Some(answer) => self.otherwise.push(answer.status),
            None => self.otherwise.push(0),
        }
        self.late += u64::from(answer.is_some_and(|answer| answer.took > BUDGET));
    }

    fn share(&self) -> f64 {
        self.answered as f64 / self.calls.max(1) as f64
    }
}

/// Runs every culprit and prints the table. Returns whether every promise was kept.
pub(crate) async fn run(arguments: &Arguments) -> bool {
    let sellers: Vec<_> = (0..SELLERS).map(|number| new_key(&format!("seller-{number}"), HARMLESS)).collect();
    let culprits = CULPRITS.iter().filter(|culprit| culprit.name.contains(&arguments.culprit));
    let culprits: Vec<_> = (0_u32..)
        .zip(culprits)
        .map(|(number, one)| (one, new_key(&format!("culprit-{number}"), one.providers)))
        .collect();
    let keys = sellers.iter().chain(culprits.iter().map(|(_, key)| key));
    let settings: String = keys.map(|(_, settings)| settings.as_str()).collect();
    let settings = format!("{}{settings}", arguments.host_settings());
    let host = guests::culprits().settings(&settings).start();
    let sellers = Sellers {
        client: Arc::new(Client::new(host.address(), 512)),
        keys: sellers.iter().map(|(key, _)| key.as_str().into()).collect(),
        rate: f64::from(arguments.rate),
        time: arguments.baseline,
    };
    println!("{} calls per second of {SELLERS} sellers, {} s for each row", sellers.rate, sellers.time.as_secs());

    let _warm = sellers.call().await;
    let mut quiet = sellers.call().await;
    let quiet_p99 = quiet.times.quantile(0.99);
    let may = QUICK.max(quiet_p99 * 2);
    print_row("nobody", &mut quiet, quiet_p99, &host);
    let mut promises = Promises::default();
    let mut late = 0;
    for (one, (key, _)) in &culprits {
        let mut noticed = beside(one, key, &sellers, &host).await;
        print_row(one.name, &mut noticed, quiet_p99, &host);
        let answered = noticed.share() >= ANSWERED;
        let p99 = noticed.times.quantile(0.99);
        late += noticed.late;
        promises.say(&format!("{}: 99.9 % of others answered", one.name), answered, noticed.share());
        promises.say(&format!("{}: p99 of others within 2 × or 5 ms", one.name), p99 <= may, Millis(p99));
        tokio::time::sleep(PAUSE).await;
    }
    if arguments.controls {
        control(&sellers, quiet_p99, &host).await;
    }
    let is_alive = host.try_send("GET", "/healthz", &[], "").is_ok_and(|answer| answer.status == 200);
    let code = if is_alive { host.stop().0 } else { -1 };
    promises.say("the host ran on, and stopped when asked", is_alive && code == 0, format!("exit code {code}"));
    promises.say("no answer beyond 5.0 s", late == 0, late);
    promises.kept()
}

/// Creates the key of a caller that may ask these providers, or all if there are none.
fn new_key(name: &str, providers: &str) -> (String, String) {
    let all = ["--name", name, "--providers", providers];
    UNDER_TEST.new_key(if providers.is_empty() { &all[..2] } else { &all })
}

/// Makes the sellers' calls while something that is no caller of the host loads the machine. It promises nothing.
async fn control(sellers: &Sellers, quiet_p99: Duration, host: &TestHost) {
    let fillers = MemoryFillers::begin().expect("`nice` is a program");
    print_row("control: memory", &mut sellers.call().await, quiet_p99, host);
    drop(fillers);
    tokio::time::sleep(PAUSE).await;
    let server = IdleServer::begin().expect("a port is free");
    let strangers = Strangers::begin(server.address(), STRANGER, STRANGERS);
    let mut noticed = sellers.call().await;
    println!("      {} silent connections to a server that does nothing", strangers.opened());
    strangers.end();
    drop(server);
    print_row("control: connections", &mut noticed, quiet_p99, host);
}

/// Makes the sellers' calls while the culprit is at work.
async fn beside(culprit: &Culprit, key: &str, sellers: &Sellers, host: &TestHost) -> Noticed {
    let strangers = (culprit.strangers > 0).then(|| Strangers::begin(host.address(), STRANGER, culprit.strangers));
    let harm = harm(*culprit, key, host, sellers.time);
    let noticed = sellers.call().await;
    harm.join().expect("it does not panic");
    if let Some(strangers) = strangers {
        println!("      {} silent connections were opened, {} at most at once", strangers.opened(), culprit.strangers);
        strangers.end();
    }
    noticed
}

/// Makes the culprit's calls for this time, on a thread of its own: the sellers' times must not include its work.
fn harm(culprit: Culprit, key: &str, host: &TestHost, time: Duration) -> JoinHandle<()> {
    let (client, key) = (Arc::new(Client::new(host.address(), 512)), Arc::<str>::from(key));
    let call = move || {
        let (client, key) = (Arc::clone(&client), Arc::clone(&key));
        async move {
            // Rejections are instant. A culprit that does not pause would only measure its own loop.
            if client.get(culprit.target, Some(&key)).await.is_none_or(|answer| answer.status == 429) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("the machine has a thread to spare").block_on(drive::closed(culprit.callers, time, call));
    })
}

fn print_row(name: &str, noticed: &mut Noticed, quiet: Duration, host: &TestHost) {
    let p99 = noticed.times.quantile(0.99);
    noticed.otherwise.sort_unstable();
    noticed.otherwise.dedup();
    println!(
        "{name:<20} {:>6} calls, {:>7.3} % answered, p50 {:>8}, p99 {:>9} ({:.1} ×), most {:>9}; memory {}; else {:?}",
        noticed.calls,
        noticed.share() * 100.0,
        Millis(noticed.times.quantile(0.5)),
        Millis(p99),
        p99.as_secs_f64() / quiet.as_secs_f64().max(1e-6),
        Millis(noticed.times.max()),
        Mebibytes(host.memory()),
        noticed.otherwise,
    );
}

/// The callers that do nothing wrong.
struct Sellers {
    client: Arc<Client>,
    keys: Arc<[Arc<str>]>,
    rate: f64,
    time: Duration,
}

impl Sellers {
    /// Makes calls to single providers and to all of them at the rate.
    async fn call(&self) -> Noticed {
        const TARGETS: [&str; 4] = [
            "/api/providers/well/record-summary?recordType=account&recordId=1",
            "/api/providers/prepares/record-summary?recordType=account&recordId=1",
            "/api/providers/shared/record-summary?recordType=account&recordId=ok",
            "/api/record-summary?recordType=account&recordId=ok",
        ];
        let noticed = Arc::new(Mutex::new(Noticed::default()));
        let (into, client, keys) = (Arc::clone(&noticed), Arc::clone(&self.client), Arc::clone(&self.keys));
        drive::at_rate(self.rate, u64::MAX, Some(self.time), move |number| {
            let number = usize::try_from(number).expect("a machine word");
            let target = TARGETS[number % TARGETS.len()];
            let key = Arc::clone(&keys[number / TARGETS.len() % keys.len()]);
            let (client, noticed) = (Arc::clone(&client), Arc::clone(&into));
            async move {
                let answer = client.get(target, Some(&key)).await;
                noticed.lock().expect("nobody panics with it").take_in(answer.as_ref());
            }
        })
        .await;
        std::mem::take(&mut *noticed.lock().expect("nobody panics with it"))
    }
}
