//! The run: launches of all targets in alternation, each with all loads.

use std::collections::BTreeMap;
use std::slice;
use std::time::Duration;

use serde::Serialize;

use crate::artifacts::Artifacts;
use crate::figures::{Figures, Launches, is_quiet};
use crate::interval::Interval;
use crate::load::{self, Question};
use crate::priority::Raised;
use crate::scenario::{self, Bench, Scenario, ScenarioRow};
use crate::schedule::Load;
use crate::server::{START, Server};
use crate::target::Target;
use crate::workload::Workload;

/// The time for which a server is asked before it is measured. The host, for one, first has to see that a plugin is brief.
pub(crate) const WARM_UP: Duration = Duration::from_secs(1);

/// The least multiple of a rate that a target must reach when saturated, or the rate is left out.
const HEADROOM: f64 = 1.2;

/// Plan of a run: its servers and loads, and the number of launches.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) targets: Vec<Target>,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) scenarios: Vec<Scenario>,
    /// Launches of each target for each workload, and of each scenario.
    pub(crate) launches: u32,
    /// Time of each measurement.
    pub(crate) time: Duration,
    pub(crate) connections: usize,
    /// Constant rates in place of those of each workload.
    pub(crate) rates: Option<Vec<u32>>,
    /// Cores that other processes may keep busy.
    pub(crate) others: f64,
    /// Launches that may be repeated for each that is wanted.
    pub(crate) repeats: u32,
}

/// The launches of a target with a load.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) workload: Workload,
    pub(crate) load: Load,
    pub(crate) target: Target,
    pub(crate) launches: Launches,
}

/// Findings of a run.
pub(crate) struct Found {
    /// Figures, in the order of the report.
    pub(crate) rows: Vec<Row>,
    /// Figures of scenarios, in the order of the report.
    pub(crate) scenarios: Vec<ScenarioRow>,
    /// Launches that failed, and why. Nothing of them counts.
    pub(crate) failures: Vec<String>,
    /// The niceness at which workloads were measured.
    pub(crate) niceness: i32,
}

impl Plan {
    /// Returns the servers that workloads and scenarios need.
    pub(crate) fn needed(&self) -> Vec<Target> {
        let of_scenarios = if self.scenarios.is_empty() { &[][..] } else { &[Target::Native, Target::Host] };
        let of_workloads = if self.workloads.is_empty() { &[][..] } else { &self.targets };
        [of_workloads, of_scenarios].concat()
    }

    /// Returns the loads of a workload.
    pub(crate) fn loads(&self, workload: Workload) -> Vec<Load> {
        let rates = self.rates.clone().unwrap_or_else(|| workload.rates().to_vec());
        std::iter::once(Load::Saturating).chain(rates.into_iter().map(Load::Rate)).collect()
    }

    /// Returns the targets in the order of a launch: another one is first in each, as the machine's speed drifts.
    fn order(&self, launch: u32) -> impl Iterator<Item = (usize, Target)> {
        let count = self.targets.len();
        let first = launch as usize % count.max(1);
        (0..count).map(move |index| (index + first) % count).map(|index| (index, self.targets[index]))
    }

    /// Measures all. A launch fails if the server does not start, or does not give the expected answers; others follow.
    ///
    /// # Errors
    ///
    /// Fails if the backend does not start.
    pub(crate) fn run(&self, artifacts: &Artifacts, say: impl Fn(&str)) -> Result<Found, String> {
        let raised = Raised::begin();
        let backend = Server::start_backend(artifacts)?;
        let mut found: BTreeMap<(Workload, usize, usize), Row> = BTreeMap::new();
        let mut failures = Vec::new();
        for launch in 0..self.launches {
            for workload in self.workloads.iter().copied() {
                for (place, target) in self.order(launch) {
                    let of = format!("{}, {}, launch {}", workload.title(), target.title(), launch + 1);
                    for _attempt in 0..=self.repeats {
                        let measured = match self.launch(workload, target, artifacts, &backend) {
                            Ok(measured) => measured,
                            Err(error) => {
                                say(&format!("{of} failed: {error}"));
                                failures.push(format!("{of}: {error}"));
                                break;
                            }
                        };
                        let is_quiet = is_quiet(measured.iter().map(|(_load, figures)| figures), self.others);
                        say(&summary(&of, &measured, is_quiet));
                        for (index, load) in self.loads(workload).into_iter().enumerate() {
                            let row = Row { workload, load, target, launches: Launches::default() };
                            let row = found.entry((workload, index, place)).or_insert(row);
                            let of_load = measured.iter().filter(|(measured, _figures)| *measured == load);
                            of_load.for_each(|(_load, figures)| row.launches.take(*figures, is_quiet));
                        }
                        if is_quiet {
                            break;
                        }
                    }
                }
            }
        }
        // Guests that spin have the lowest priority whatever ours, and the distance is to be that of production.
        let niceness = raised.end();
        let bench = Bench { artifacts, backend: &backend, connections: self.connections, time: self.time };
        let scenarios = scenario::run(self, &bench, &mut failures, &say);
        Ok(Found { rows: found.into_values().collect(), scenarios, failures, niceness })
    }

    /// Launches a target and puts each load on it.
    fn launch(
        &self,
        workload: Workload,
        target: Target,
        artifacts: &Artifacts,
        backend: &Server,
    ) -> Result<Vec<(Load, Figures)>, String> {
        let mut server = Server::start(target, artifacts, backend.address)?;
        let question = Question { address: server.address, target: workload.target(), expected: workload.expected()? };
        server.wait_for(&question, START)?;
        let questions = slice::from_ref(&question);
        load::put(questions, Load::Saturating, self.connections, WARM_UP)?;

        let mut measured: Vec<(Load, Figures)> = Vec::new();
        for load in self.loads(workload) {
            let most = measured.first().map(|(_load, figures)| figures.per_second);
            if let (Load::Rate(rate), Some(most)) = (load, most)
                && most < f64::from(rate) * HEADROOM
            {
                continue;
            }
            let helpers = [backend.pid()];
            let interval = Interval::begin(server.pid(), &helpers);
            let answered = load::put(questions, load, self.connections, self.time)?;
            measured.push((load, Figures::of(&answered, interval.end())));
        }
        Ok(measured)
    }
}

fn summary(of: &str, measured: &[(Load, Figures)], is_quiet: bool) -> String {
    let loads = measured.iter().map(|(_load, it)| format!("{:.0}/s {:.1} µs", it.per_second, it.cpu));
    let loads: Vec<String> = loads.collect();
    let others = measured.iter().map(|(_load, it)| it.others).fold(0.0, f64::max);
    let note = if is_quiet { String::new() } else { format!(" (disturbed: others took {others:.2} cores)") };
    format!("{of}: {}{note}", loads.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            targets: vec![Target::Native, Target::Host, Target::Serve],
            workloads: vec![Workload::Literal],
            scenarios: Vec::new(),
            launches: 1,
            time: Duration::from_secs(1),
            connections: 1,
            rates: None,
            others: 0.2,
            repeats: 0,
        }
    }

    #[test]
    fn each_launch_begins_with_another_target() {
        let first = |launch| plan().order(launch).map(|(_, target)| target).next();

        assert_eq!([0, 1, 2, 3].map(first), [Target::Native, Target::Host, Target::Serve, Target::Native].map(Some));
        assert_eq!(plan().order(2).map(|(place, _)| place).collect::<Vec<_>>(), [2, 0, 1]);
    }

    #[test]
    fn rates_can_be_set_for_all_workloads() {
        let plan = Plan { rates: Some(vec![7]), ..plan() };

        assert_eq!(plan.loads(Workload::Json), [Load::Saturating, Load::Rate(7)]);
    }
}
