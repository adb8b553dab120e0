//! Metrics of the tools that models call, and of those who listen for changes of them.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use contract::{Capability, ErrorCode};

/// The label of calls that name no tool: its name is chosen by the caller, and no label.
const NO_CAPABILITY: &str = "none";

/// The door by which a tool was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolDoor {
    /// The Model Context Protocol.
    Mcp,
    /// The routes for API plugins.
    Agent,
}

impl ToolDoor {
    /// Every door.
    pub const ALL: [Self; 2] = [Self::Mcp, Self::Agent];

    const fn name(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Agent => "agent",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolLabels {
    door: &'static str,
    capability: &'static str,
    result: &'static str,
}

/// The metrics of tools. Clones share their counts.
#[derive(Clone, Debug, Default)]
pub struct ToolMetrics {
    calls: Family<ToolLabels, Counter>,
    listeners: Gauge,
    listeners_refused: Counter,
}

impl ToolMetrics {
    /// Registers the metrics in `registry`, whose prefix names the server.
    pub fn register(&self, registry: &mut Registry) {
        let help =
            "Calls of tools, by door, capability (`none`: no tool) and result: `answered`, or the code of the error";
        registry.register("tool_calls", help, self.calls.clone());
        registry.register("mcp_listeners", "Connections that listen for changes of tools", self.listeners.clone());
        let help = "Listeners refused, as there were too many";
        registry.register("mcp_listeners_refused", help, self.listeners_refused.clone());
    }

    /// Begins the series of answered calls at zero, which shows their first increase.
    pub fn begin(&self) {
        for door in ToolDoor::ALL {
            for capability in Capability::ALL {
                drop(self.calls.get_or_create(&labels(door, capability, None)));
            }
        }
    }

    /// Counts a call that was answered, or ended in an error of this code.
    pub fn called(&self, door: ToolDoor, capability: Capability, error: Option<ErrorCode>) {
        self.calls.get_or_create(&labels(door, capability, error)).inc();
    }

    /// Counts a call that names no tool of its caller's, or has no form of a call.
    pub fn misdirected(&self, door: ToolDoor, error: ErrorCode) {
        let labels = ToolLabels { door: door.name(), capability: NO_CAPABILITY, result: error.as_str() };
        self.calls.get_or_create(&labels).inc();
    }

    /// Counts a listener until the returned guard is dropped.
    pub fn listener(&self) -> OpenListener {
        self.listeners.inc();
        OpenListener(self.listeners.clone())
    }

    /// Counts a listener that was refused.
    pub fn refused_listener(&self) {
        self.listeners_refused.inc();
    }
}

fn labels(door: ToolDoor, capability: Capability, error: Option<ErrorCode>) -> ToolLabels {
    let result = error.map_or("answered", ErrorCode::as_str);
    ToolLabels { door: door.name(), capability: capability.name(), result }
}

/// A listener, counted until it is dropped.
#[derive(Debug)]
pub struct OpenListener(Gauge);

impl Drop for OpenListener {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    #[test]
    fn a_call_counts_by_its_door_and_its_end() {
        let tools = ToolMetrics::default();
        let mut registry = Registry::with_prefix("http");
        tools.register(&mut registry);

        tools.begin();
        tools.called(ToolDoor::Mcp, Capability::Chat, None);
        tools.called(ToolDoor::Agent, Capability::Chat, Some(ErrorCode::RequestThrottled));
        tools.misdirected(ToolDoor::Mcp, ErrorCode::NotFound);
        tools.refused_listener();
        let _open = tools.listener();
        drop(tools.listener());

        let text = write(&registry);
        for line in [
            r#"http_tool_calls_total{door="mcp",capability="chat",result="answered"} 1"#,
            r#"http_tool_calls_total{door="agent",capability="chat",result="REQUEST_THROTTLED"} 1"#,
            r#"http_tool_calls_total{door="agent",capability="email-draft",result="answered"} 0"#,
            r#"http_tool_calls_total{door="mcp",capability="none",result="NOT_FOUND"} 1"#,
            "http_mcp_listeners 1",
            "http_mcp_listeners_refused_total 1",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in:\n{text}");
        }
    }
}
