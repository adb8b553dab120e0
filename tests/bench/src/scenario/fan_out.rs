//! One answer merged from many plugins, beside a request to each.

use super::copied::Copied;
use super::{Bench, Measure, Others, Outcome};
use crate::copies;
use crate::server::{START, ask};

/// Plugins that each answer is merged from.
const PLUGINS: usize = 50;

/// Connections: their plugins together are fewer than the calls that the host admits at once.
const CONNECTIONS: usize = 4;

pub(super) const MEASURES: [Measure; 6] = [
    Measure::new("CPU µs/merged answer", 0),
    Measure::new("CPU µs/request, one of the plugins", 1),
    Measure::new("merged ÷ 50 requests to one plugin", 2).at_most(0.7),
    Measure::new("merged ÷ a request to each plugin", 2),
    Measure::new("p50 µs, merged", 0),
    Measure::new("p99 µs, merged", 0),
];

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let mut host = Copied::start(bench, PLUGINS)?;
    host.wait_for_each()?;
    bench.warm_up(&host.questions, CONNECTIONS)?;
    let first = &host.questions[0];
    let target = first.target.replace(&format!("/providers/{}", copies::name(0)), "");
    let mut merged = host.server.question(target, b"");
    merged.expected = ask(&merged)?;
    host.server.wait_for(&merged, START)?;
    let merged = [merged];
    bench.warm_up(&merged, CONNECTIONS)?;

    let mut others = Others::default();
    let one = bench.saturate(&host.server, &host.questions[..1], CONNECTIONS, &mut others)?;
    let each = bench.saturate(&host.server, &host.questions, CONNECTIONS, &mut others)?;
    let all = bench.saturate(&host.server, &merged, CONNECTIONS, &mut others)?;
    let part = |request: f64| Some(all.cpu / (request * PLUGINS as f64));
    Ok(others.outcome([Some(all.cpu), Some(one.cpu), part(one.cpu), part(each.cpu), Some(all.p50), Some(all.p99)]))
}
