//! The storm: hostile and healthy calls at a rate above capacity, and their effect on the host and on each other.
//!
//! ```text
//! cargo bench --profile dist -p insight-tests --bench storm -- --calls 990000 --rate 750 --time 200ms --fuel 200000000
//! cargo bench --profile dist -p insight-tests --bench storm -- --calls 5000 --rate 50
//! cargo bench --profile dist -p insight-tests --bench storm -- --overload 10 --for 60s
//! cargo bench --profile dist -p insight-tests --bench storm -- --culprits --controls --rate 100
//! ```
//!
//! It is not part of the test run, as it takes all cores for minutes. It exits with 1 if a promise was broken.

#![expect(clippy::print_stdout, reason = "a load test prints its figures")]

mod client;
mod control;
mod drive;
mod fairness;
mod guests;
mod host_log;
mod meddler;
mod mixture;
mod overload;
mod promises;
mod storm;
mod strangers;
mod tally;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use insight_tests::{Backend, UnderTest};

static UNDER_TEST: UnderTest = UnderTest::new(env!("CARGO_BIN_EXE_host-under-test"), env!("CARGO_TARGET_TMPDIR"));

/// The time within which every answer leaves, by the promise to callers.
const BUDGET: Duration = Duration::from_secs(5);

/// The p99 of healthy calls below which an increase does not matter.
const QUICK: Duration = Duration::from_millis(5);

/// Puts a host into a storm of hostile and healthy calls
#[derive(Debug, Parser)]
struct Arguments {
    /// Calls to make
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    calls: u64,
    /// Time to run, in place of a number of calls
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time_to_run: Option<Duration>,
    /// Calls per second, hostile and healthy together
    #[arg(long, value_name = "N", default_value_t = 700)]
    rate: u32,
    /// Wall-clock limit per call, by default the host's own
    #[arg(long, value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// Fuel per call, by default the host's own
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// Time to make the healthy calls alone first, for comparison
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
    baseline: Duration,
    /// Time to make calls before memory is measured for the first time: a host in use has warm sandboxes
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "20s")]
    warm_up: Duration,
    /// Copies of the hostile guest, each with a digest of its own
    #[arg(long, value_name = "N", default_value_t = 4)]
    copies: usize,
    /// Suspend plugins that fail repeatedly; without it each call reaches its guest
    #[arg(long)]
    suspend: bool,
    /// Further settings of the host, as TOML
    #[arg(long, value_name = "TOML", default_value = "")]
    settings: String,
    /// Run an overload instead of a storm: healthy calls alone, at this multiple of the host's capacity
    #[arg(long, value_name = "FACTOR")]
    overload: Option<u32>,
    /// Run one culprit after the other in place of a storm, and measure the calls of others
    #[arg(long)]
    culprits: bool,
    /// Run only culprits whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    culprit: String,
    /// After the culprits, load the machine without the host: by programs that fill memory, and by connections to another
    /// server
    #[arg(long, requires = "culprits")]
    controls: bool,
    /// Millions of rounds of a loop per call of the overload
    #[arg(long, value_name = "N", default_value_t = 10)]
    work: u32,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    /// Returns the wall-clock limit of calls.
    fn limit(&self) -> Duration {
        // The host's own default. Reading it from the library would link the whole engine into this program.
        self.time.unwrap_or(Duration::from_secs(4))
    }

    /// Returns the operator's settings.
    fn host_settings(&self) -> String {
        let time = self.time.map(|time| format!("time = \"{}ms\"\n", time.as_millis())).unwrap_or_default();
        let fuel = self.fuel.map(|fuel| format!("fuel = {fuel}\n")).unwrap_or_default();
        format!("[limits]\n{time}{fuel}{}\n", self.settings)
    }
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(control::FILL_MEMORY) {
        control::fill_memory();
    }
    let arguments = Arguments::parse();
    // The backend has threads of its own.
    let backend = Backend::http();
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let kept = client.expect("the machine has a thread to spare").block_on(async {
        match arguments.overload {
            Some(factor) => overload::run(&arguments, factor).await,
            None if arguments.culprits || !arguments.culprit.is_empty() => fairness::run(&arguments).await,
            None => storm::run(&arguments, &backend).await,
        }
    });
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration: jiff::SignedDuration = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    duration.try_into().map_err(|error: jiff::Error| error.to_string())
}
