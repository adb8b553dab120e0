//! The run: launches of all targets in alternation, each with all loads.

use std::collections::BTreeMap;
use std::process;
use std::time::Duration;

use serde::Serialize;

use crate::artifacts::Artifacts;
use crate::figures::{Figures, Launches, is_quiet};
use crate::load::{self, Question};
use crate::process::{of_machine, of_one, of_tree};
use crate::schedule::Load;
use crate::server::Server;
use crate::target::Target;
use crate::workload::Workload;

/// The time for which a server is asked before it is measured. The host, for one, first has to see that a plugin is brief.
const WARM_UP: Duration = Duration::from_secs(1);

/// The least multiple of a rate that a target must reach when saturated, or the rate is left out.
const HEADROOM: f64 = 1.2;

/// Plan of a run: its servers and loads, and the number of launches.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) targets: Vec<Target>,
    pub(crate) workloads: Vec<Workload>,
    /// Launches of each target for each workload.
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
    /// Launches that failed, and why. Nothing of them counts.
    pub(crate) failures: Vec<String>,
}

impl Plan {
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
        Ok(Found { rows: found.into_values().collect(), failures })
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
        server.wait_for(&question)?;
        load::put(&question, Load::Saturating, self.connections, WARM_UP)?;

        let mut measured: Vec<(Load, Figures)> = Vec::new();
        for load in self.loads(workload) {
            let most = measured.first().map(|(_load, figures)| figures.per_second);
            if let (Load::Rate(rate), Some(most)) = (load, most)
                && most < f64::from(rate) * HEADROOM
            {
                continue;
            }
            measured.push((load, self.measure(&question, load, &server, backend)?));
        }
        Ok(measured)
    }

    fn measure(&self, question: &Question, load: Load, server: &Server, backend: &Server) -> Result<Figures, String> {
        let machine = of_machine();
        let ours = || of_one(process::id()).cpu + of_tree(backend.pid()).cpu;
        let (before, ours_before) = (of_tree(server.pid()), ours());
        let answered = load::put(question, load, self.connections, self.time)?;
        let used = of_tree(server.pid()).since(before);
        let (machine, ours) = (of_machine().saturating_sub(machine), ours().saturating_sub(ours_before));

        let requests = answered.latencies.count().max(1) as f64;
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        Ok(Figures {
            per_second: answered.per_second,
            p50: micros(answered.latencies.quantile(0.5)),
            p99: micros(answered.latencies.quantile(0.99)),
            p999: micros(answered.latencies.quantile(0.999)),
            cpu: micros(used.cpu) / requests,
            faults: used.faults as f64 / requests,
            switches: used.switches as f64 / requests,
            memory: used.resident as f64 / 1e6,
            others: machine.saturating_sub(ours + used.cpu).as_secs_f64() / self.time.as_secs_f64(),
        })
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
