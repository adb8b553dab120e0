//! Guests that spin until their limits end them, beside a plugin and a route that others ask.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{Bench, Measure, Others, Outcome};
use crate::host::Setup;
use crate::interval::Interval;
use crate::load::{self, Answered, Question};
use crate::schedule::Load;
use crate::server::{START, Server, ask};
use crate::workload::Workload;

/// Callers of the guest that spins.
const SPINNERS: usize = 4;

/// Requests per second to the route, and as many to the plugin.
const RATE: u32 = 200;

/// Connections of each of both loads.
const CONNECTIONS: usize = 8;

/// The time of a load, as a multiple of that of others: at a low rate, few requests make up one percent.
const PERIODS: u32 = 2;

/// The time after which guests have moved to threads of their own.
const SETTLED: Duration = Duration::from_millis(500);

/// The question that spins.
const SPIN: &str = "/api/providers/rogue/record-summary?recordType=account&recordId=spin";

/// The most work and time that an operator can grant, and no suspension, so that there is always a guest that spins.
const SETTINGS: &str = "[limits]\ntime = \"4s\"\nfuel = 20_000_000_000\n\n[load]\nsuspend-after = 0\n";

pub(super) const MEASURES: [Measure; 6] = [
    Measure::new("p99 of /healthz, ms", 2).at_most(0.5),
    Measure::new("p99 of another plugin, ms", 2).at_most(1.5),
    Measure::new("p50 of /healthz, ms", 2),
    Measure::new("p50 of another plugin, ms", 2),
    Measure::new("p99 of /healthz if none spins, ms", 2),
    Measure::new("p99 of a plugin if none spins, ms", 2),
];

/// Latencies of both loads, and the cores that the server kept busy meanwhile.
struct Beside {
    health: Quantiles,
    plugin: Quantiles,
    cores: f64,
}

/// Latencies in milliseconds.
struct Quantiles {
    p50: f64,
    p99: f64,
}

impl From<Answered> for Quantiles {
    fn from(answered: Answered) -> Self {
        let millis = |part| answered.latencies.usual(part) / 1e3;
        Self { p50: millis(0.5), p99: millis(0.99) }
    }
}

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let plugins = bench.artifacts.spinning.clone();
    let mut server = Server::start_host(&Setup { plugins, settings: SETTINGS.into() }, bench.artifacts)?;
    let health = [server.question("/healthz", b"ok\n")];
    let plugin = [server.question(Workload::Literal.target(), &Workload::Literal.expected()?)];
    server.wait_for(&plugin[0], START)?;
    bench.warm_up(&plugin, CONNECTIONS)?;

    let mut others = Others::default();
    let calm = measure(bench, &server, &health, &plugin, &mut others)?;
    let is_over = AtomicBool::new(false);
    let busy = thread::scope(|scope| {
        let (address, is_over) = (server.address, &is_over);
        for _ in 0..SPINNERS {
            scope.spawn(move || spin(address, is_over));
        }
        thread::sleep(SETTLED);
        let measured = measure(bench, &server, &health, &plugin, &mut others);
        is_over.store(true, Ordering::Relaxed);
        // Otherwise the callers wait for guests that still spin.
        drop(server);
        measured
    })?;
    if busy.cores < 1.0 {
        return Err(format!("the guests do not spin: the host keeps {:.2} cores busy", busy.cores));
    }
    let of_busy = [busy.health.p99, busy.plugin.p99, busy.health.p50, busy.plugin.p50].map(Some);
    let [health, plugin, health_p50, plugin_p50] = of_busy;
    Ok(others.outcome([health, plugin, health_p50, plugin_p50, Some(calm.health.p99), Some(calm.plugin.p99)]))
}

/// Calls the guest again and again. Each call ends with a failure.
fn spin(address: SocketAddr, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        let _ = ask(&Question { address, target: SPIN.into(), expected: Vec::new() });
    }
}

/// Puts both loads on the server at once.
fn measure(
    bench: &Bench<'_>,
    server: &Server,
    health: &[Question],
    plugin: &[Question],
    others: &mut Others,
) -> Result<Beside, String> {
    let time = bench.time * PERIODS;
    let helpers = [bench.backend.pid()];
    let interval = Interval::begin(server.pid(), &helpers);
    let (health, plugin) = thread::scope(|scope| {
        let health = scope.spawn(|| load::put(health, Load::Rate(RATE), CONNECTIONS, time));
        let plugin = load::put(plugin, Load::Rate(RATE), CONNECTIONS, time);
        (health.join().expect("a load does not panic"), plugin)
    });
    let spent = others.note(interval.end());
    let cores = spent.usage.cpu.as_secs_f64() / time.as_secs_f64();
    Ok(Beside { health: health?.into(), plugin: plugin?.into(), cores })
}
