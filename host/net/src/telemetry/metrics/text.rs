//! The text format of Prometheus.

use prometheus_client::encoding::text::encode_registry;
use prometheus_client::registry::Registry;

/// The media type of the text that [`write()`] returns.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Formats all metrics of `registry` in the text format of Prometheus.
pub fn write(registry: &Registry) -> String {
    let mut text = String::new();
    encode_registry(&mut text, registry).expect("writing to a string cannot fail");
    classic(&text)
}

/// Converts OpenMetrics to the older text format, which every version of Prometheus and its tools can read.
///
/// The formats differ in the head of a counter, which OpenMetrics names without `_total`, and in the line for the unit.
fn classic(open_metrics: &str) -> String {
    let mut classic = String::with_capacity(open_metrics.len());
    let mut help = None;
    for line in open_metrics.lines() {
        if let Some(head) = line.strip_prefix("# HELP ") {
            help = head.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|head| head.split_once(' ')) {
            let total = if kind == "counter" { "_total" } else { "" };
            let (_, help) = help.take().expect("the help of a metric comes before its type");
            classic.extend(["# HELP ", name, total, " ", help, "\n# TYPE ", name, total, " ", kind, "\n"]);
        } else if !line.starts_with('#') {
            classic.extend([line, "\n"]);
        }
    }
    classic
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::registry::Unit;

    use super::*;

    #[test]
    fn a_counters_head_has_the_name_of_its_samples() {
        let mut registry = Registry::with_prefix("host");
        registry.register("loads", "Loads of plugins", Counter::<u64>::default());
        registry.register_with_unit("memory", "Memory held", Unit::Bytes, Gauge::<i64>::default());

        let text = write(&registry);

        let expected = "\
# HELP host_loads_total Loads of plugins.
# TYPE host_loads_total counter
host_loads_total 0
# HELP host_memory_bytes Memory held.
# TYPE host_memory_bytes gauge
host_memory_bytes 0
";
        assert_eq!(text, expected);
    }
}
