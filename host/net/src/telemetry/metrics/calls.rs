//! Metrics of one plugin's calls: their outcomes and their cost.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::{MetricType, TypedMetric};
use prometheus_client::registry::Unit;

use super::spread::{Quantiles, Spread};
use super::write_counts;
use contract::{Capability, Outcome, Repairs};

/// Upper bounds of the buckets of time, in seconds. No call may take longer than the last.
const TIMES: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.25];

/// Upper bounds of the buckets of waiting, in seconds. The settings permit no longer wait than the last.
const WAITS: [f64; 8] = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.025, 0.1, 1.0];

/// The counts of one plugin's calls, which outlive its reloads.
#[derive(Debug)]
pub struct PluginCalls {
    ended: [[Counter; Outcome::ALL.len()]; Capability::ALL.len()],
    times: [Spread; Capability::ALL.len()],
    waits: Histogram,
    in_flight: Gauge,
    cancelled: Counter,
    fuel: Spread,
    memory: Spread,
    repaired: Counter,
    left_out: Counter,
    warned: Counter,
}

/// The cost of a call. Zero means unknown.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Wall-clock time.
    pub time: Duration,
    /// Fuel used.
    pub fuel: u64,
    /// Peak memory, in bytes.
    pub memory: usize,
}

impl Default for PluginCalls {
    fn default() -> Self {
        Self {
            ended: Default::default(),
            times: std::array::from_fn(|_| Spread::new(TIMES)),
            waits: Histogram::new(WAITS),
            in_flight: Gauge::default(),
            cancelled: Counter::default(),
            // The buckets reach up to the operator's largest limit.
            fuel: Spread::new(exponential_buckets(100_000.0, 4.0, 10)),
            // The buckets reach from one page of a small module to the largest limit.
            memory: Spread::new(exponential_buckets(64.0 * 1024.0, 2.0, 14)),
            repaired: Counter::default(),
            left_out: Counter::default(),
            warned: Counter::default(),
        }
    }
}

impl PluginCalls {
    /// Begins to count a call.
    pub fn begin(self: &Arc<Self>, capability: Capability) -> CallMetrics {
        self.in_flight.inc();
        CallMetrics { calls: Arc::clone(self), capability, is_ended: false }
    }

    /// Records the time that a call waited for a slot, or for its rejection.
    pub fn waited(&self, time: Duration) {
        self.waits.observe(time.as_secs_f64());
    }

    /// The number of calls by outcome, in the order of [`Outcome::ALL`], without outcomes that did not occur.
    pub fn by_outcome(&self) -> impl Iterator<Item = (Outcome, u64)> {
        let all = |outcome: Outcome| self.ended.iter().map(|ended| ended[outcome as usize].get()).sum();
        Outcome::ALL.into_iter().map(move |outcome| (outcome, all(outcome))).filter(|(_, count)| *count > 0)
    }

    /// Quantiles of the time of calls, in seconds. `None` before the first call.
    pub fn times(&self) -> Option<Quantiles> {
        Quantiles::of(&self.times.each_ref())
    }

    /// Quantiles of the fuel of calls.
    pub fn fuel(&self) -> Option<Quantiles> {
        Quantiles::of(&[&self.fuel])
    }

    /// Quantiles of the peak memory of calls, in bytes.
    pub fn memory(&self) -> Option<Quantiles> {
        Quantiles::of(&[&self.memory])
    }
}

/// A call in flight. Dropped before it has [`ended`](Self::ended), it counts as cancelled.
pub struct CallMetrics {
    calls: Arc<PluginCalls>,
    capability: Capability,
    is_ended: bool,
}

impl CallMetrics {
    /// Records the outcome, the cost and the repairs of the call.
    pub fn ended(mut self, outcome: Outcome, cost: Cost, repairs: &Repairs) {
        self.is_ended = true;
        let calls = &self.calls;
        calls.ended[self.capability as usize][outcome as usize].inc();
        calls.repaired.inc_by(repairs.repaired.into());
        calls.left_out.inc_by(repairs.left_out.into());
        calls.warned.inc_by(repairs.warnings.len() as u64);
        if !cost.time.is_zero() {
            calls.times[self.capability as usize].observe(cost.time.as_secs_f64());
        }
        #[expect(clippy::cast_precision_loss, reason = "a histogram has buckets, not exact numbers")]
        if cost.fuel > 0 {
            calls.fuel.observe(cost.fuel as f64);
            calls.memory.observe(cost.memory as f64);
        }
    }
}

impl Drop for CallMetrics {
    fn drop(&mut self) {
        self.calls.in_flight.dec();
        if !self.is_ended {
            self.calls.cancelled.inc();
        }
    }
}

/// Writes the calls of all `plugins`, each by its name.
pub fn write_calls(encoder: &mut DescriptorEncoder<'_>, plugins: &[(&str, &PluginCalls)]) -> fmt::Result {
    let ended = plugins.iter().flat_map(|(plugin, calls)| {
        Capability::ALL.into_iter().flat_map(move |capability| {
            Outcome::ALL.into_iter().filter_map(move |outcome| {
                let count = calls.ended[capability as usize][outcome as usize].get();
                let labels = [("plugin", *plugin), ("capability", capability.name()), ("outcome", outcome.name())];
                (count > 0).then_some((labels, count))
            })
        })
    });
    write_counts(encoder, ("provider_calls", "Calls of providers, by outcome."), ended)?;

    let cancelled = plugins.iter().map(|(plugin, calls)| ([("plugin", *plugin)], calls.cancelled.get()));
    let help = "Calls of providers whose caller disconnected.";
    write_counts(encoder, ("provider_calls_cancelled", help), cancelled)?;

    let repairs = plugins.iter().flat_map(|(plugin, calls)| {
        [("repaired", &calls.repaired), ("left-out", &calls.left_out), ("warned", &calls.warned)]
            .map(|(change, count)| ([("plugin", *plugin), ("change", change)], count.get()))
    });
    let help = "Texts that were repaired in answers, and items that were left out of them.";
    write_counts(encoder, ("provider_answer_changes", help), repairs)?;

    let times = plugins.iter().flat_map(|(plugin, calls)| {
        let times = Capability::ALL.into_iter().map(|capability| (capability, &calls.times[capability as usize]));
        let asked =
            times.filter(|(capability, _)| calls.ended[*capability as usize].iter().any(|ended| ended.get() > 0));
        asked.map(move |(capability, times)| {
            ([("plugin", *plugin), ("capability", capability.name())], times.histogram())
        })
    });
    let help = "Time of calls, from the start of the sandbox to its answer.";
    write_all(encoder, ("provider_call_duration", help, Some(&Unit::Seconds)), times)?;

    let waits = plugins.iter().map(|(plugin, calls)| ([("plugin", *plugin)], &calls.waits));
    let help = "Time that calls waited for a slot, including rejected calls.";
    write_all(encoder, ("provider_call_wait", help, Some(&Unit::Seconds)), waits)?;

    let fuel = plugins.iter().map(|(plugin, calls)| ([("plugin", *plugin)], calls.fuel.histogram()));
    write_all(encoder, ("provider_call_fuel", "Fuel that calls used.", None), fuel)?;

    let memory = plugins.iter().map(|(plugin, calls)| ([("plugin", *plugin)], calls.memory.histogram()));
    let help = "Peak memory of calls.";
    write_all(encoder, ("provider_call_memory", help, Some(&Unit::Bytes)), memory)?;

    let in_flight = plugins.iter().map(|(plugin, calls)| ([("plugin", *plugin)], &calls.in_flight));
    write_all(encoder, ("provider_calls_in_flight", "Calls of providers in flight.", None), in_flight)
}

/// Writes one metric, for each set of labels.
fn write_all<'a, M: EncodeMetric + TypedMetric + 'a, const N: usize>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help, unit): (&str, &str, Option<&Unit>),
    metrics: impl Iterator<Item = ([(&'a str, &'a str); N], &'a M)>,
) -> fmt::Result {
    let kind: MetricType = M::TYPE;
    let mut family = encoder.encode_descriptor(name, help, unit, kind)?;
    for (labels, metric) in metrics {
        metric.encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use prometheus_client::collector::Collector;
    use prometheus_client::registry::Registry;

    use super::super::write;
    use super::*;

    const COST: Cost = Cost { time: Duration::from_millis(3), fuel: 1_000, memory: 1 << 20 };

    #[derive(Debug)]
    struct OfHub(Arc<PluginCalls>);

    impl Collector for OfHub {
        fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
            write_calls(&mut encoder, &[("hub", &self.0)])
        }
    }

    /// Asserts that these calls, written as those of the plugin `hub`, have these lines.
    fn assert_shown(calls: &Arc<PluginCalls>, lines: &[&str]) {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(OfHub(Arc::clone(calls))));
        let text = write(&registry);
        for line in lines {
            assert!(text.lines().any(|shown| shown == *line), "{line} is not in:\n{text}");
        }
    }

    #[test]
    fn a_call_counts_by_its_outcome() {
        let calls = Arc::new(PluginCalls::default());

        calls.waited(Duration::from_millis(4));
        let call = calls.begin(Capability::Chat);
        call.ended(Outcome::Answered, COST, &Repairs::default());
        calls.begin(Capability::EmailDraft).ended(Outcome::Answered, COST, &Repairs::default());
        calls.begin(Capability::Chat).ended(Outcome::Trapped, COST, &Repairs::default());

        let counts: Vec<_> = calls.by_outcome().collect();
        assert_eq!(counts, [(Outcome::Answered, 2), (Outcome::Trapped, 1)]);
        let lines = [
            r#"provider_calls_total{plugin="hub",capability="chat",outcome="trapped"} 1"#,
            r#"provider_call_duration_seconds_count{plugin="hub",capability="chat"} 2"#,
            r#"provider_call_fuel_sum{plugin="hub"} 3000.0"#,
            r#"provider_call_memory_bytes_bucket{le="1048576.0",plugin="hub"} 3"#,
            r#"provider_calls_in_flight{plugin="hub"} 0"#,
            r#"provider_call_wait_seconds_bucket{le="0.0025",plugin="hub"} 0"#,
            r#"provider_call_wait_seconds_bucket{le="0.005",plugin="hub"} 1"#,
        ];
        assert_shown(&calls, &lines);
    }

    #[test]
    fn a_call_that_is_dropped_counts_as_cancelled() {
        let calls = Arc::new(PluginCalls::default());

        let call = calls.begin(Capability::Chat);
        assert_shown(&calls, &[r#"provider_calls_in_flight{plugin="hub"} 1"#]);
        drop(call);

        let lines =
            [r#"provider_calls_in_flight{plugin="hub"} 0"#, r#"provider_calls_cancelled_total{plugin="hub"} 1"#];
        assert_shown(&calls, &lines);
        assert_eq!(calls.by_outcome().count(), 0);
    }

    #[test]
    fn a_call_that_did_not_run_has_no_cost() {
        let calls = Arc::new(PluginCalls::default());
        let nothing = Cost { time: Duration::ZERO, fuel: 0, memory: 0 };

        calls.begin(Capability::Chat).ended(Outcome::Overloaded, nothing, &Repairs::default());

        let lines = [
            r#"provider_calls_total{plugin="hub",capability="chat",outcome="overloaded"} 1"#,
            r#"provider_call_duration_seconds_count{plugin="hub",capability="chat"} 0"#,
            r#"provider_call_fuel_count{plugin="hub"} 0"#,
        ];
        assert_shown(&calls, &lines);
    }
}
