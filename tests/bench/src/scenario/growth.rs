//! A thousand plugins: the memory of each, and the time of a start whose components are all in the cache.

use super::copied::Copied;
use super::{Bench, Measure, Others, Outcome};
use crate::memory::{Memory, of_tree};

/// Plugins of the host.
const PLUGINS: usize = 1_000;

pub(super) const MEASURES: [Measure; 6] = [
    Measure::new("warm start, s", 2).at_most(0.8),
    Measure::new("RSS of each plugin, MB", 2).at_most(0.5),
    Measure::new("of it anonymous, MB", 2),
    Measure::new("of it file-backed or shared, MB", 2),
    Measure::new("PSS of each plugin, MB", 2),
    Measure::new("RSS with one plugin, MB", 0),
];

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let mut others = Others::default();
    let (one, _) = memory(bench, 1, &mut others)?;
    // The first fills the cache, if the components are not there.
    drop(Copied::start(bench, PLUGINS)?);
    let (all, start) = memory(bench, PLUGINS, &mut others)?;
    let each = |part: fn(&Memory) -> u64| part(&all).saturating_sub(part(&one)) as f64 / 1e6 / (PLUGINS - 1) as f64;
    let parts =
        [start, each(|it| it.resident), each(|it| it.anonymous), each(Memory::backed), each(|it| it.proportional)];
    let [start, resident, anonymous, backed, proportional] = parts.map(Some);
    Ok(others.outcome([start, resident, anonymous, backed, proportional, Some(one.resident as f64 / 1e6)]))
}

/// Returns the memory of a host whose plugins have been asked in turn for a while, and the seconds of its start.
fn memory(bench: &Bench<'_>, plugins: usize, others: &mut Others) -> Result<(Memory, f64), String> {
    let mut host = Copied::start(bench, plugins)?;
    host.wait_for_each()?;
    bench.saturate(&host.server, &host.questions, bench.connections, others)?;
    Ok((of_tree(host.server.pid()), host.start.as_secs_f64()))
}
