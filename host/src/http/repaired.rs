//! The account of repaired inputs: every repair is counted, and logged as long as such lines are few.

use bytesize::ByteSize;
use tracing::{info, warn};

use contract::InputRepairs;
use net::telemetry::LogBudget;
use net::telemetry::metrics::Requests;

/// Bytes of log about repaired inputs, over time: an agent with an oddity has it in each of its requests.
const LINES_RATE: ByteSize = ByteSize::kib(4);

/// Bytes of such log at once.
const LINES_BURST: ByteSize = ByteSize::kib(64);

/// The account of the public server.
pub(super) struct RepairedInputs {
    requests: Requests,
    log_budget: LogBudget,
}

impl RepairedInputs {
    /// Creates an account that counts in `requests`.
    pub(super) fn new(requests: Requests) -> Self {
        requests.begin_repairs();
        Self { requests, log_budget: LogBudget::new(LINES_RATE, LINES_BURST) }
    }

    /// Counts and logs the repairs of a request. Neither holds a value of the request.
    pub(super) fn note(&self, repairs: &InputRepairs) {
        if repairs.is_empty() {
            return;
        }
        self.requests.repaired(repairs);
        if let Some(lines) = self.log_budget.log(|| info!(%repairs, "request repaired")) {
            warn!(lines, "lines about repaired requests were dropped: there were too many");
        }
    }
}
