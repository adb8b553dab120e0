//! Insight Host beside a native server and its peers, measured in one run: `docs/performance.md` explains method and figures.
//!
//! ```text
//! cargo run --profile dist -p insight-bench
//! ```
//!
//! It measures on Linux, by what `/proc` says, and is empty on other systems.

#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures and its progress")]

mod arguments;
mod artifacts;
mod connection;
mod copies;
mod entries;
mod figures;
mod histogram;
mod host;
mod interval;
mod latencies;
mod load;
mod machine;
mod memory;
mod native;
mod plot;
mod priority;
mod process;
mod release;
mod report;
mod run;
mod scenario;
mod schedule;
mod server;
mod target;
mod workload;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Runtime;

use crate::arguments::{Arguments, Options, Role};
use crate::artifacts::Artifacts;
use crate::report::Report;
use crate::run::Found;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.role {
        None => measure(&arguments.options),
        Some(role) => serve(&role).map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(role: &Role) -> std::io::Result<()> {
    Runtime::new()?.block_on(async {
        match role {
            Role::Native { listen, backend } => native::serve(*listen, *backend).await,
            Role::Entries { listen } => entries::serve(*listen).await,
        }
    })
}

fn measure(options: &Options) -> Result<(), String> {
    let plan = options.plan();
    let artifacts = Artifacts::build(&plan.needed(), options.host.clone())?;
    let niceness = priority::raise();
    let Found { rows, scenarios, failures } = plan.run(&artifacts, |line| eprintln!("{line}"))?;
    let machine = format!("{}; {}", machine::describe(&artifacts.host), priority::describe(niceness));
    let report = Report { machine, plan: &plan, rows: &rows, scenarios: &scenarios, failures: &failures };
    let table = report.markdown();
    println!("{table}");
    if let Some(out) = &options.out {
        write(out, &report, &table)?;
    }
    if failures.is_empty() { Ok(()) } else { Err(format!("{} launches failed", failures.len())) }
}

/// Writes the files of a report. Without workloads there is neither plot nor short table.
fn write(out: &Path, report: &Report<'_>, table: &str) -> Result<(), String> {
    let results = serde_json::to_string_pretty(&report.json()).map_err(|error| error.to_string())?;
    let plot = (!report.rows.is_empty()).then(|| plot::svg(report.rows));
    let files = [
        ("table.md", Some(table.to_owned())),
        ("readme.md", report.readme()),
        ("plot.svg", plot),
        ("results.json", Some(results)),
    ];
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    for (name, text) in files.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        fs::write(out.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}
