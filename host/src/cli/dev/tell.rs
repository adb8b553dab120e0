//! Lines for the author: changes of plugins, their grants, and each call.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::cli::output::errln;
use crate::plugin::{CallObserver, Event, EventKind, Plugin, PluginRegistry};
use contract::{Capability, Outcome, Printable, ProviderId};
use engine::CallEnd;

/// Returns an observer that prints one line for each call.
pub(super) fn calls() -> CallObserver {
    Arc::new(|plugin, capability, outcome, ended| {
        errln!("{}", call_line(plugin.id(), plugin.limits().fuel.get(), capability, outcome, ended));
    })
}

/// Formats the end of a call: the columns have fixed widths, and the first words never change.
fn call_line(plugin: &ProviderId, fuel: u64, capability: Capability, outcome: Outcome, ended: &CallEnd) -> String {
    let spent = &ended.spent;
    let (ms, share) = (spent.time.as_secs_f64() * 1e3, spent.fuel as f64 * 100.0 / fuel.max(1) as f64);
    let calls = spent.host_calls;
    let (capability, outcome) = (capability.name(), outcome.name());
    let mut line = format!(
        "call  {capability:<14}  {outcome:<22}  {ms:>7.1} ms  fuel {share:>6.2} %  http {:<2} kv {:<2} log {:<3}  {plugin}",
        calls.http, calls.key_value, calls.log_lines
    );
    // Writing to a string cannot fail.
    if !ended.repairs.is_empty() {
        let _ = write!(line, "  repaired: {}", ended.repairs);
    }
    for warning in &ended.repairs.warnings {
        let _ = write!(line, "  warning: {}", Printable(&warning.to_string()));
    }
    if let Err(failure) = &ended.result {
        if let Some(seconds) = failure.retry_after {
            let _ = write!(line, "  retry after {seconds} s");
        }
        if !failure.detail.is_empty() {
            let _ = write!(line, "  {}", Printable(&failure.detail));
        }
    }
    line
}

/// Prints that a build has succeeded, and what follows.
pub(super) fn built(took: Duration, differs: bool) {
    let follows = if differs { "loading …" } else { "the same as before" };
    errln!("built in {} ms: {follows}", took.as_millis());
}

/// Prints the changes of plugins.
pub(super) struct Teller {
    /// The folders of the plugins' sources.
    homes: BTreeMap<ProviderId, PathBuf>,
    /// The lines about grants that were printed last.
    told: BTreeMap<ProviderId, Vec<String>>,
}

impl Teller {
    pub(super) fn new(homes: BTreeMap<ProviderId, PathBuf>) -> Self {
        Self { homes, told: BTreeMap::new() }
    }

    /// Prints the lines for each change. Ends with the host.
    pub(super) async fn follow(mut self, mut events: Receiver<Event>, registry: Arc<PluginRegistry>) {
        loop {
            match events.recv().await {
                Ok(event) => {
                    errln!("{}", Self::line(&event));
                    if let Some(plugin) = registry.catalog().provider(event.plugin.as_str()) {
                        self.tell_grants(plugin);
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Prints what the plugin is granted, unless it is what was printed last.
    pub(super) fn tell_grants(&mut self, plugin: &Plugin) {
        let lines = grants(plugin, &self.home(plugin.id()));
        if self.told.get(plugin.id()) != Some(&lines) {
            lines.iter().for_each(|line| errln!("{line}"));
            self.told.insert(plugin.id().clone(), lines);
        }
    }

    fn home(&self, id: &ProviderId) -> PathBuf {
        self.homes.get(id).cloned().unwrap_or_default()
    }

    fn line(Event { plugin, kind }: &Event) -> String {
        match kind {
            EventKind::Loaded { replaced: true, took } => format!("{plugin}: swapped in, {} ms", took.as_millis()),
            EventKind::Loaded { replaced: false, took } => format!("{plugin}: serving, {} ms", took.as_millis()),
            EventKind::Refused { kept, took, error } => {
                let what = if *kept { "still serving the previous version" } else { "not served" };
                let why = net::chain(error);
                format!("{plugin}: {what}, {} ms: {why}", took.as_millis())
            }
            EventKind::Unloaded => format!("{plugin}: unloaded"),
            EventKind::Disabled => format!("{plugin}: disabled"),
        }
    }
}

/// Formats what a plugin is granted because it wishes it, and the wishes that lack something.
fn grants(plugin: &Plugin, home: &Path) -> Vec<String> {
    let (id, granted) = (plugin.id(), plugin.egress().grants());
    let summary = granted.summary();
    let granted_line = match summary.is_empty() {
        true => format!("{id}: granted nothing, as it wishes nothing"),
        false => format!("{id}: granted as it wishes: {}", summary.join("; ")),
    };
    let wished = plugin.settings().wishes.secrets.iter();
    let lacking = wished.filter(|name| !granted.secrets.contains_key(*name)).map(|name| {
        let file = home.join(format!("{id}.dev.toml"));
        format!("{id}: secret {name} has no value: set `{name}` under [secrets] in {}", file.display())
    });
    [granted_line].into_iter().chain(lacking).collect()
}

#[cfg(test)]
mod tests {
    use contract::Repairs;
    use engine::{Failure, HostCalls, Spent};

    use super::*;

    #[test]
    fn a_call_is_one_line_with_its_costs_in_columns() {
        let id: ProviderId = "hub".parse().expect("lower-case kebab");
        let host_calls = HostCalls { http: 2, key_value: 1, log_lines: 0 };
        let spent = Spent { fuel: 2_500_000, time: Duration::from_micros(12_345), memory: 0, host_calls };
        let detail = "it threw\nan error".to_owned();
        let failure = Failure { outcome: Outcome::Trapped, detail, retry_after: None };
        let ended = CallEnd { result: Err(failure), own_fault: true, repairs: Repairs::default(), spent };

        let line = call_line(&id, 5_000_000_000, Capability::KeySalesInfo, Outcome::Trapped, &ended);

        assert_eq!(
            line,
            "call  key-sales-info  trapped                    12.3 ms  fuel   0.05 %  http 2  kv 1  log 0    hub  \
             it threw\\u{a}an error"
        );
    }
}
