//! The metrics registry of a host.
//!
//! Counters belong to the module that counts: each number is counted in one place. Gauges, facts of the moment, are
//! read at each scrape. A plugin owns the counts of its calls, so its series end with it, and no label holds text of a
//! caller.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::http::{ReadyState, ServerStatus};
use crate::plugin::{PluginRegistry, ProblemKind};
use admission::{PluginLoad, ShareHolder, SharedResource};
use egress::EgressKind;
use net::telemetry::audit;
use net::telemetry::metrics::{
    AuthCounts, Collector, DescriptorEncoder, PluginCalls, Process, Registry, Requests, Sinks, write_calls,
    write_count, write_counts, write_gauge, write_gauges,
};

/// The sources of metrics and of the admin API's answers.
#[derive(Clone)]
pub(crate) struct Scraped {
    /// The host's plugins.
    pub(crate) registry: Arc<PluginRegistry>,
    /// The public server.
    pub(crate) public: ServerStatus,
    /// The requests that failed authentication there.
    pub(crate) auth: AuthCounts,
    /// The start of the process.
    pub(crate) started: Timestamp,
    /// The same by the clock that does not step.
    pub(crate) began: Instant,
}

/// Builds the registry of all metrics. `own` counts the requests of the admin API itself.
pub(super) fn registry(scraped: &Scraped, own: &Requests) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Process { started: scraped.started }));
    let host = registry.sub_registry_with_prefix("insight_host");
    let http = host.sub_registry_with_prefix("http");
    scraped.public.requests.register(http);
    scraped.public.requests.tools().register(http);
    own.register(host.sub_registry_with_prefix("admin"));
    scraped.registry.loads().register(host);
    scraped.auth.register(host);
    host.register_collector(Box::new(Sinks));
    host.register_collector(Box::new(Host { registry: Arc::clone(&scraped.registry) }));
    host.register_collector(Box::new(Public { server_status: scraped.public.clone() }));
    registry
}

/// The gauges of the public server.
#[derive(Debug)]
struct Public {
    server_status: ServerStatus,
}

impl Collector for Public {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let is_ready = self.server_status.readiness.state() == ReadyState::Ready;
        write_gauge(encoder, "ready", "1 while `/readyz` reports the host as ready.", is_ready.into())?;
        let Some(tls) = &self.server_status.tls else { return Ok(()) };
        let help = "Expiry of the first certificate of the chain that is served, in seconds since 1970.";
        let end = u64::try_from(tls.end().as_second()).unwrap_or(0);
        write_gauge(encoder, "tls_certificate_expiry_timestamp_seconds", help, end)
    }
}

/// The gauges of a host. Of plugins only those that are loaded: the series of others end.
struct Host {
    registry: Arc<PluginRegistry>,
}

impl Collector for Host {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let version = [([("version", env!("CARGO_PKG_VERSION"))], 1)];
        write_gauges(encoder, ("build_info", "The host's version."), version)?;
        let help = "Lines of the audit log that could not be written.";
        write_count(encoder, "audit_lines_lost", help, audit::lost())?;
        self.write_runtime(encoder)?;
        self.write_plugins(encoder)
    }
}

/// A metric's name and help, and the function that reads its value.
type ByPlugin = (&'static str, &'static str, fn(&PluginLoad) -> u64);

/// The gauges of each plugin.
const BY_PLUGIN: [ByPlugin; 6] = [
    (
        "plugin_suspended",
        "1 while callers of a plugin are suspended after repeated faults, and none has been answered since.",
        |load| load.suspended.nobody_answered.is_some().into(),
    ),
    ("plugin_suspended_callers", "Callers whose calls of a plugin are suspended after repeated faults.", |load| {
        load.suspended.callers as u64
    }),
    ("plugin_slots_held", "Slots that calls of a plugin hold.", |load| load.calls as u64),
    ("plugin_memory_held_bytes", "Memory that calls of a plugin hold.", |load| load.memory),
    ("plugin_calls_waiting", "Calls of a plugin that wait for a call in flight to end.", |load| load.waiting as u64),
    ("plugin_calls_at_most", "Calls of a plugin that may be in flight now.", |load| load.calls_at_once as u64),
];

impl Host {
    fn write_runtime(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let runtime = self.registry.runtime();
        let usage = runtime.capacity().usage();
        let gauges = [
            ("calls_admitted", "Calls admitted and not yet ended.", usage.calls),
            ("calls_admitted_at_most", "Calls that may be admitted concurrently.", usage.calls_at_once),
            ("sandboxes_in_use", "Sandboxes taken out of the pool.", runtime.sandboxes()),
            ("shared_memory_bytes", "Memory that all calls and request bodies hold together.", usage.memory),
            ("shared_memory_at_most_bytes", "Memory that they may hold.", usage.memory_at_most),
        ];
        gauges.into_iter().try_for_each(|(name, help, value)| write_gauge(encoder, name, help, value))?;

        let help = "Threads that were replaced because a guest computed on them without a yield.";
        write_count(encoder, "guest_threads_replaced", help, runtime.replaced_threads())?;
        let help = "Times that a guest computed without a yield on an answering thread, for milliseconds.";
        write_count(encoder, "answering_threads_held", help, runtime.held_answering_threads())?;

        let failed = self.registry.key_value_failures();
        let help = "Operations of the key-value store that failed or took too long.";
        write_counts::<[(&str, &str); 0]>(encoder, ("key_value_failures", help), [([], failed)])
    }

    fn write_plugins(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let loading = self.registry.loading();
        let catalog = self.registry.catalog();
        let (operator_state, refused) = (self.registry.operator_state(), self.registry.refused());
        let retried =
            refused.iter().filter(|(id, failure)| failure.retry.is_some() && catalog.provider(id.as_str()).is_none());
        let states = [
            ("loading", loading.len()),
            ("loaded", catalog.plugins().count()),
            ("refused", refused.len()),
            ("retried", retried.count()),
            ("disabled", operator_state.disabled.len()),
            ("pinned", operator_state.pinned.len()),
        ];
        let states = states.map(|(state, count)| ([("state", state)], count as u64));
        let help = "Plugins of which a version is being loaded, plugins that are served, plugins whose newest version \
                    does not load, those of them that are not served for a fault that may be the host's and are loaded \
                    again, plugins that are disabled, and plugins that are pinned to one version.";
        write_gauges(encoder, ("plugins", help), states)?;
        let ignored = self.registry.problems().iter().filter(|problem| problem.kind == ProblemKind::Ignored).count();
        let help = "Files in the plugin folder that resemble plugins and are ignored.";
        write_gauge(encoder, "plugin_files_ignored", help, ignored as u64)?;
        let help = "1 while the list of disabled, pinned and kept plugins is in force and could not be saved.";
        write_gauge(encoder, "operator_state_unsaved", help, self.registry.unsaved().is_some().into())?;
        let help = "Age of the load in progress that began first; 0 if there is none.";
        let oldest = loading.values().map(|load| load.since.elapsed().as_secs()).max();
        write_gauge(encoder, "plugin_load_age_seconds", help, oldest.unwrap_or(0))?;

        for (name, help, value) in BY_PLUGIN {
            let values = catalog
                .plugins()
                .map(|plugin| ([("plugin", plugin.id().as_str())], value(&plugin.plugin_admission().load())));
            write_gauges(encoder, (name, help), values)?;
        }

        let late = catalog.plugins().map(|plugin| {
            let is_late = !plugin.pace().late(plugin.wait_terms()).is_empty();
            ([("plugin", plugin.id().as_str())], is_late.into())
        });
        let help = "1 while merged answers do not wait for a plugin: it was late so often.";
        write_gauges(encoder, ("plugin_late", help), late)?;

        let refused = catalog.plugins().flat_map(|plugin| {
            let refused = plugin.egress().refused();
            EgressKind::ALL.map(|kind| ([("plugin", plugin.id().as_str()), ("kind", kind.name())], refused.get(kind)))
        });
        write_counts(encoder, ("reach_refused", "Denied egress of plugins."), refused)?;

        let down = catalog
            .plugins()
            .map(|plugin| ([("plugin", plugin.id().as_str())], plugin.egress().backends_down() as u64));
        let help = "Backends of a plugin that do not respond, so that requests to them fail at once.";
        write_gauges(encoder, ("plugin_backends_down", help), down)?;
        let untried =
            catalog.plugins().map(|plugin| ([("plugin", plugin.id().as_str())], plugin.egress().refused().untried()));
        let help = "Requests of a plugin that failed at once, because their backend does not respond.";
        write_counts(encoder, ("plugin_requests_untried", help), untried)?;

        let refused = catalog.plugins().flat_map(|plugin| {
            let refusals = plugin.plugin_admission().share_refusals();
            SharedResource::ALL.into_iter().flat_map(move |resource| {
                ShareHolder::ALL.map(|holder| {
                    let plugin = ("plugin", plugin.id().as_str());
                    let labels = [plugin, ("resource", resource.name()), ("holder", holder.name())];
                    (labels, refusals.get(resource, holder))
                })
            })
        });
        let help = "Slots and memory refused because the plugin, or its caller, held its share.";
        write_counts(encoder, ("plugin_refused_by_share", help), refused)?;
        let dropped = catalog.plugins().flat_map(|plugin| {
            let [of_guest, of_host] = plugin.dropped_lines();
            let id = plugin.id().as_str();
            [([("plugin", id), ("source", "guest")], of_guest), ([("plugin", id), ("source", "host")], of_host)]
        });
        let help =
            "Log lines of plugins, and of the host about their calls, that were dropped because there were too many.";
        write_counts(encoder, ("plugin_log_lines_dropped", help), dropped)?;

        let shares = || {
            let shares = catalog.plugins().map(|plugin| (plugin, plugin.egress().store_share().unwrap_or_default()));
            shares.map(|(plugin, share)| ([("plugin", plugin.id().as_str())], share))
        };
        let help = "Bytes that key-value entries of plugins take.";
        write_gauges(encoder, ("key_value_bytes", help), shares().map(|(id, share)| (id, share.bytes)))?;
        let help = "Key-value entries of plugins that were evicted to make room for others.";
        write_counts(encoder, ("key_value_evictions", help), shares().map(|(id, share)| (id, share.evicted)))?;

        let calls: Vec<(&str, &PluginCalls)> =
            catalog.plugins().map(|plugin| (plugin.id().as_str(), &**plugin.calls())).collect();
        write_calls(encoder, &calls)
    }
}

/// The registry of plugins has no `Debug` output.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
