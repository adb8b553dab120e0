//! The work of a server, and of others, while it is measured.

use std::process;
use std::time::{Duration, Instant};

use crate::process::{Usage, of_machine, of_one, of_tree};

/// An interval that has begun.
pub(crate) struct Interval<'a> {
    server: u32,
    /// Processes that are part of the measurement, such as a backend.
    helpers: &'a [u32],
    begun: Instant,
    machine: Duration,
    ours: Duration,
    usage: Usage,
}

/// Work within an interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// Work of the server and its children.
    pub(crate) usage: Usage,
    /// Cores that processes other than ours kept busy.
    pub(crate) others: f64,
}

impl<'a> Interval<'a> {
    /// Begins.
    pub(crate) fn begin(server: u32, helpers: &'a [u32]) -> Self {
        let (machine, ours) = (of_machine(), ours(helpers));
        Self { server, helpers, begun: Instant::now(), machine, ours, usage: of_tree(server) }
    }

    /// Ends, and returns what was spent.
    pub(crate) fn end(self) -> Spent {
        let usage = of_tree(self.server).since(self.usage);
        let ours = ours(self.helpers).saturating_sub(self.ours) + usage.cpu;
        let others = of_machine().saturating_sub(self.machine).saturating_sub(ours);
        Spent { usage, others: others.as_secs_f64() / self.begun.elapsed().as_secs_f64() }
    }
}

/// Returns the processor time of this process and the helpers.
fn ours(helpers: &[u32]) -> Duration {
    of_one(process::id()).cpu + helpers.iter().map(|helper| of_tree(*helper).cpu).sum::<Duration>()
}
