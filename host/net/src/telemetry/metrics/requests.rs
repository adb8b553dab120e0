//! Metrics of a server's requests: their routes, statuses and times.

use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::connections::{CloseReason, ClosedFor};
use super::tools::ToolMetrics;
use contract::{InputRepair, InputRepairs};

/// Upper bounds of the buckets of time, in seconds. The default budget of a request is the last but one.
const TIMES: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RepairLabels {
    repair: &'static str,
}

/// The metrics of one server's requests. Clones share their counts.
#[derive(Clone, Debug)]
pub struct Requests {
    answered: Family<Answered, Counter>,
    times: Family<RequestLabels, Histogram, fn() -> Histogram>,
    abandoned: Counter,
    in_flight: Gauge,
    connections: Gauge,
    connections_at_most: Gauge,
    connections_closed: Family<ClosedFor, Counter>,
    inputs_repaired: Family<RepairLabels, Counter>,
    tools: ToolMetrics,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            times: Family::new_with_constructor(|| Histogram::new(TIMES)),
            abandoned: Counter::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            connections_at_most: Gauge::default(),
            connections_closed: Family::default(),
            inputs_repaired: Family::default(),
            tools: ToolMetrics::default(),
        }
    }
}

impl Requests {
    /// Registers the metrics in `registry`, whose prefix names the server.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Requests answered, by operation and status";
        registry.register("requests", help, self.answered.clone());
        let help = "Time from the head of a request to its whole answer";
        registry.register_with_unit("request_duration", help, Unit::Seconds, self.times.clone());
        let help = "Requests whose caller disconnected before they were answered";
        registry.register("requests_abandoned", help, self.abandoned.clone());
        registry.register("requests_in_flight", "Requests being answered", self.in_flight.clone());
        registry.register("connections", "Connections that are open", self.connections.clone());
        let help = "Connections that may be open, without the reserve for probes";
        registry.register("connections_at_most", help, self.connections_at_most.clone());
        let help =
            "Connections closed, and requests rejected, for lack of connections, memory or descriptors, by reason";
        registry.register("connections_closed", help, self.connections_closed.clone());
        let help = "Inputs of requests that were repaired, or left out as unreadable, by repair";
        registry.register("inputs_repaired", help, self.inputs_repaired.clone());
        for reason in CloseReason::ALL {
            // A series that begins at zero shows its first increase.
            drop(self.connections_closed.get_or_create(&ClosedFor { reason: reason.name() }));
        }
    }

    /// The metrics of tools.
    pub fn tools(&self) -> &ToolMetrics {
        &self.tools
    }

    /// Counts a connection until the returned guard is dropped.
    pub fn connection(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    /// Sets the number of connections that may be open.
    pub fn set_connections_at_most(&self, at_most: usize) {
        self.connections_at_most.set(i64::try_from(at_most).unwrap_or(i64::MAX));
    }

    /// Counts a connection that was closed for `reason`.
    pub fn closed(&self, reason: CloseReason) {
        self.connections_closed.get_or_create(&ClosedFor { reason: reason.name() }).inc();
    }

    /// Begins the series of repaired inputs at zero, which shows their first increase.
    pub fn begin_repairs(&self) {
        for repair in InputRepair::ALL {
            drop(self.inputs_repaired.get_or_create(&RepairLabels { repair: repair.name() }));
        }
    }

    /// Counts the repairs of a request's inputs.
    pub fn repaired(&self, repairs: &InputRepairs) {
        for (repair, count) in repairs.counts() {
            self.inputs_repaired.get_or_create(&RepairLabels { repair: repair.name() }).inc_by(count.into());
        }
    }

    /// Begins to count a request that arrived at `since`.
    pub fn begin(&self, since: Instant) -> Pending<'_> {
        self.in_flight.inc();
        Pending { requests: self, since, is_answered: false }
    }
}

/// A connection, counted until it is dropped.
#[derive(Debug)]
pub struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A request in flight. Dropped before it is [`answered`](Self::answered), it counts as abandoned.
pub struct Pending<'a> {
    requests: &'a Requests,
    since: Instant,
    is_answered: bool,
}

impl Pending<'_> {
    /// Counts the request's answer. Neither label may come from the request itself.
    pub fn answered(mut self, operation: &'static str, status: u16) {
        self.is_answered = true;
        self.requests.answered.get_or_create(&Answered { operation, status }).inc();
        self.requests.times.get_or_create(&RequestLabels { operation }).observe(self.since.elapsed().as_secs_f64());
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.requests.in_flight.dec();
        if !self.is_answered {
            self.requests.abandoned.inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    #[test]
    fn a_request_counts_by_its_end() {
        let requests = Requests::default();
        let mut registry = Registry::with_prefix("http");
        requests.register(&mut registry);

        requests.set_connections_at_most(8);
        requests.closed(CloseReason::Idle);
        let _open = requests.connection();
        drop(requests.connection());
        requests.begin(Instant::now()).answered("chat", 200);
        drop(requests.begin(Instant::now()));
        let _in_flight = requests.begin(Instant::now());

        let text = write(&registry);
        for line in [
            r#"http_requests_total{operation="chat",status="200"} 1"#,
            r#"http_request_duration_seconds_count{operation="chat"} 1"#,
            "http_requests_abandoned_total 1",
            "http_requests_in_flight 1",
            "http_connections 1",
            "http_connections_at_most 8",
            r#"http_connections_closed_total{reason="idle"} 1"#,
            r#"http_connections_closed_total{reason="full"} 0"#,
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in:\n{text}");
        }
    }
}
