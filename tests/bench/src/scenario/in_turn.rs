//! Many plugins, called in turn: what a call costs if the one before was of another plugin.

use super::copied::Copied;
use super::{Bench, Measure, Others, Outcome};

/// Plugins of the host.
const PLUGINS: usize = 200;

pub(super) const MEASURES: [Measure; 4] = [
    Measure::new("CPU µs/request, one of the plugins", 1),
    Measure::new("CPU µs/request, all in turn", 1),
    Measure::new("in turn ÷ one", 2).at_most(1.3),
    Measure::new("faults/request, all in turn", 2),
];

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let mut host = Copied::start(bench, PLUGINS)?;
    host.wait_for_each()?;
    bench.warm_up(&host.questions, bench.connections)?;
    let mut others = Others::default();
    let one = bench.saturate(&host.server, &host.questions[..1], bench.connections, &mut others)?;
    let turn = bench.saturate(&host.server, &host.questions, bench.connections, &mut others)?;
    Ok(others.outcome([Some(one.cpu), Some(turn.cpu), Some(turn.cpu / one.cpu), Some(turn.faults)]))
}
