//! One connection: between two requests all threads of a server sleep, and each answer must wake some.

use super::{Bench, Measure, Others, Outcome, futexes};
use crate::server::{START, Server};
use crate::target::Target;
use crate::workload::Workload;

pub(super) const MEASURES: [Measure; 5] = [
    Measure::new("futex calls/request", 2).at_most(1.0),
    Measure::new("switches/request", 2),
    Measure::new("CPU µs/request", 1),
    Measure::new("p50 µs", 0),
    Measure::new("CPU µs/request ÷ native", 2),
];

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let mut others = Others::default();
    let mut asked = |target, counts| {
        let mut server = Server::start(target, bench.artifacts, bench.backend.address)?;
        let question = [server.question(Workload::Literal.target(), &Workload::Literal.expected()?)];
        server.wait_for(&question[0], START)?;
        bench.warm_up(&question, bench.connections)?;
        let figures = bench.saturate(&server, &question, 1, &mut others)?;
        let futexes = if counts { futexes::per_request(bench, &server, &question)? } else { None };
        Ok::<_, String>((figures, futexes))
    };
    let (native, _) = asked(Target::Native, false)?;
    let (host, futexes) = asked(Target::Host, true)?;
    let known = [host.switches, host.cpu, host.p50, host.cpu / native.cpu].map(Some);
    Ok(others.outcome([futexes, known[0], known[1], known[2], known[3]]))
}
