//! All metrics of a host: those that are counted where they arise, and those that are looked up when asked for.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::http::{ReadyState, Vitals};
use crate::plugin::Shelf;
use admission::Load;
use egress::Kind;
use net::telemetry::audit;
use net::telemetry::metrics::{
    AuthCounts, Calls, Collector, DescriptorEncoder, Process, Registry, Requests, Sinks, write_calls, write_count,
    write_counts, write_gauge, write_gauges,
};

/// What metrics and answers are made of.
#[derive(Clone)]
pub(crate) struct Scraped {
    /// The host's plugins.
    pub(crate) shelf: Arc<Shelf>,
    /// The server that they answer through.
    pub(crate) public: Vitals,
    /// Who was not let in there.
    pub(crate) auth: AuthCounts,
    /// When the process began.
    pub(crate) started: Timestamp,
}

/// Everything there is to be scraped. `own` are the requests of the admin API itself.
pub(super) fn registry(scraped: &Scraped, own: &Requests) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Process { started: scraped.started }));
    let host = registry.sub_registry_with_prefix("insight_host");
    scraped.public.requests.register(host.sub_registry_with_prefix("http"));
    own.register(host.sub_registry_with_prefix("admin"));
    scraped.shelf.loads().register(host);
    scraped.auth.register(host);
    host.register_collector(Box::new(Sinks));
    host.register_collector(Box::new(Host { shelf: Arc::clone(&scraped.shelf) }));
    host.register_collector(Box::new(Public { vitals: scraped.public.clone() }));
    registry
}

/// What is known of the public server at any moment.
#[derive(Debug)]
struct Public {
    vitals: Vitals,
}

impl Collector for Public {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let is_ready = self.vitals.readiness.state() == ReadyState::Ready;
        write_gauge(encoder, "ready", "Whether the host wants requests, as its readiness says.", is_ready.into())?;
        let Some(tls) = &self.vitals.tls else { return Ok(()) };
        let help = "When the first certificate of the chain that is shown ends, in seconds since 1970.";
        let end = u64::try_from(tls.end().as_second()).unwrap_or(0);
        write_gauge(encoder, "tls_certificate_expiry_timestamp_seconds", help, end)
    }
}

/// What is known of a host at any moment. Of plugins those that are loaded: the others' series end.
struct Host {
    shelf: Arc<Shelf>,
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

/// A metric's name and help, and what it is of a plugin.
type ByPlugin = (&'static str, &'static str, fn(&Load) -> u64);

/// What is so of each plugin at the moment of a scrape.
const BY_PLUGIN: [ByPlugin; 3] = [
    ("plugin_suspended", "Whether a plugin failed so often that it is not asked for a while.", |load| {
        load.suspended.is_some().into()
    }),
    ("plugin_calls_waiting", "Calls of a plugin that wait for one in flight to end.", |load| load.waiting as u64),
    ("plugin_calls_at_most", "Calls of a plugin that may be in flight now.", |load| load.calls_at_once as u64),
];

impl Host {
    fn write_runtime(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let runtime = self.shelf.runtime();
        let usage = runtime.capacity().usage();
        let gauges = [
            ("calls_admitted", "Calls admitted and not given back yet.", usage.calls),
            ("calls_admitted_at_most", "Calls that may be admitted at once.", usage.calls_at_once),
            ("sandboxes_in_use", "Sandboxes taken out of the pool.", runtime.sandboxes()),
            ("shared_memory_bytes", "Memory that all calls and bodies hold together.", usage.memory),
            ("shared_memory_at_most_bytes", "Memory that they may hold.", usage.memory_at_most),
        ];
        gauges.into_iter().try_for_each(|(name, help, value)| write_gauge(encoder, name, help, value))?;

        let failed = self.shelf.key_value_failures();
        let help = "Operations that the key-value store did not do, or not in time.";
        write_counts::<[(&str, &str); 0]>(encoder, ("key_value_failures", help), [([], failed)])
    }

    fn write_plugins(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let catalog = self.shelf.catalog();
        let standing = self.shelf.standing();
        let states = [
            ("loaded", catalog.plugins().count()),
            ("refused", self.shelf.refused().len()),
            ("disabled", standing.disabled.len()),
            ("pinned", standing.pinned.len()),
        ];
        let states = states.map(|(state, count)| ([("state", state)], count as u64));
        let help = "Plugins that are served, those of which the newest version does not load, those that are \
                    disabled, and those that stay at one version.";
        write_gauges(encoder, ("plugins", help), states)?;

        for (name, help, value) in BY_PLUGIN {
            let values =
                catalog.plugins().map(|plugin| ([("plugin", plugin.id().as_str())], value(&plugin.gate().load())));
            write_gauges(encoder, (name, help), values)?;
        }

        let refused = catalog.plugins().flat_map(|plugin| {
            let refused = plugin.reach().refused();
            Kind::ALL.map(|kind| ([("plugin", plugin.id().as_str()), ("kind", kind.name())], refused.get(kind)))
        });
        write_counts(encoder, ("reach_refused", "How often plugins reached for what they may not."), refused)?;

        let calls: Vec<(&str, &Calls)> =
            catalog.plugins().map(|plugin| (plugin.id().as_str(), plugin.calls())).collect();
        write_calls(encoder, &calls)
    }
}

/// A shelf shows nothing of itself.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
