//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::run::Plan;
use crate::scenario::Scenario;
use crate::target::Target;
use crate::workload::Workload;

const EXAMPLES: &str = "Examples:
  cargo run --profile dist -p insight-bench                         everything, about 45 minutes
  cargo run --profile dist -p insight-bench -- --quick              native and host alone, about 3 minutes
  cargo run --profile dist -p insight-bench -- --out target/figures also writes files
  cargo run --profile dist -p insight-bench -- --targets native,host,serve-newest-tuned --workloads json --launches 9
  cargo run --profile dist -p insight-bench -- --scenarios growth   the host with 1,000 plugins
  cargo run --profile dist -p insight-bench -- --quick --host ./insight-host   another build of the host";

/// Measures Insight Host beside a native server and its peers.
#[derive(Debug, Parser)]
#[command(name = "insight-bench", after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) role: Option<Role>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// Other roles of the program: the servers that it starts as processes of their own.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// The native server.
    #[command(hide = true)]
    Native {
        /// Address to listen at.
        listen: SocketAddr,
        /// Address of the backend.
        backend: SocketAddr,
    },
    /// The backend.
    #[command(hide = true)]
    Entries {
        /// Address to listen at.
        listen: SocketAddr,
    },
}

/// Options of a measurement.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Native and host alone, two launches, short measurements: about 3 minutes
    #[arg(long)]
    pub(crate) quick: bool,
    /// Servers to compare; `native` is what ratios refer to [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) targets: Option<Vec<Target>>,
    /// Workloads [default: all, or none if scenarios are named]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) workloads: Option<Vec<Workload>>,
    /// Scenarios of the host [default: all, with `--quick` without `growth`, or none if servers or workloads are named]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) scenarios: Option<Vec<Scenario>>,
    /// Launches of each target for each workload, and of each scenario [default: 5]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) launches: Option<u32>,
    /// Seconds of each measurement [default: 3]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: Option<u32>,
    /// Constant rates, in requests per second [default: two for each workload]
    #[arg(long, value_delimiter = ',', value_name = "RATES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rates: Option<Vec<u32>>,
    /// Kept connections of the load generator
    #[arg(long, default_value_t = 32, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) connections: u16,
    /// Cores that other processes may keep busy during a launch; one with more is left out and repeated
    #[arg(long, default_value_t = 0.2, value_name = "CORES")]
    pub(crate) others: f64,
    /// Repetitions of a launch that was disturbed
    #[arg(long, default_value_t = 2, value_name = "COUNT")]
    pub(crate) repeats: u32,
    /// Program of the host [default: built in this program's profile]
    #[arg(long, value_name = "PATH")]
    pub(crate) host: Option<PathBuf>,
    /// Folder for results.json, table.md, readme.md and plot.svg
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

impl Options {
    fn unnamed_workloads(&self) -> &'static [Workload] {
        let only_scenarios = self.scenarios.is_some() && self.targets.is_none();
        if only_scenarios { &[] } else { &Workload::ALL }
    }

    fn unnamed_scenarios(&self) -> &'static [Scenario] {
        match (self.targets.is_some() || self.workloads.is_some(), self.quick) {
            (true, _) => &[],
            (false, true) => &Scenario::QUICK,
            (false, false) => &Scenario::ALL,
        }
    }

    /// Returns the plan.
    pub(crate) fn plan(&self) -> Plan {
        let (targets, launches, seconds): (&[Target], _, _) =
            if self.quick { (&[Target::Native, Target::Host], 2, 2) } else { (&Target::ALL, 5, 3) };
        Plan {
            targets: self.targets.clone().unwrap_or_else(|| targets.to_vec()),
            workloads: self.workloads.clone().unwrap_or_else(|| self.unnamed_workloads().to_vec()),
            scenarios: self.scenarios.clone().unwrap_or_else(|| self.unnamed_scenarios().to_vec()),
            launches: self.launches.unwrap_or(launches),
            time: Duration::from_secs(self.seconds.unwrap_or(seconds).into()),
            connections: self.connections.into(),
            rates: self.rates.clone(),
            others: self.others,
            repeats: if self.quick { self.repeats.min(1) } else { self.repeats },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, ValueEnum};

    fn plan(words: &[&str]) -> Plan {
        Arguments::parse_from([&["insight-bench"], words].concat()).options.plan()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_quick_run_is_of_native_and_host_and_can_be_refined() {
        assert_eq!(plan(&["--quick"]).targets, [Target::Native, Target::Host]);
        assert_eq!(plan(&[]).targets.len(), Target::ALL.len());

        let refined = plan(&["--quick", "--targets", "native,extism-fresh", "--workloads", "json", "--launches", "1"]);

        assert_eq!(refined.targets, [Target::Native, Target::ExtismFresh]);
        assert_eq!((refined.workloads, refined.launches), (vec![Workload::Json], 1));
    }

    #[test]
    fn the_page_on_performance_explains_every_server_and_scenario() {
        const PAGE: &str = include_str!("../../../docs/performance.md");

        for target in Target::ALL {
            let line = format!("| {} | ", target.title());
            assert!(PAGE.replace("**", "").contains(&line), "{}", target.title());
        }
        for scenario in Scenario::ALL {
            let name = scenario.to_possible_value().expect("none is hidden");
            assert!(PAGE.contains(&format!("\n| `{}` | ", name.get_name())), "{}", name.get_name());
        }
    }

    #[test]
    fn what_is_named_is_measured_alone() {
        assert_eq!(plan(&[]).scenarios, Scenario::ALL);
        assert_eq!(plan(&["--quick"]).scenarios, Scenario::QUICK);
        assert_eq!(plan(&["--workloads", "json"]).scenarios, []);

        let scenarios = plan(&["--scenarios", "in-turn,growth"]);

        assert_eq!(scenarios.scenarios, [Scenario::InTurn, Scenario::Growth]);
        assert_eq!(scenarios.workloads, []);
    }
}
