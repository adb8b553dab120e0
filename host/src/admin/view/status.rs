//! The status of the host as a whole.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PluginList, State};
use crate::admin::Scraped;
use crate::http::ReadyState;
use crate::plugin::ProblemKind;

/// The status of the host.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// The host's version.
    pub(crate) version: String,
    pub(crate) started_at: Timestamp,
    pub(crate) uptime_seconds: u64,
    pub(crate) readiness: ReadyState,
    pub(crate) plugins: PluginCounts,
    pub(crate) calls: UsageView,
    /// The memory, in bytes, that all calls and request bodies hold together.
    pub(crate) memory: UsageView,
    /// The connections of the public server.
    pub(crate) connections: UsageView,
    /// The expiry of the public listener's certificate, if it uses TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_ends: Option<Timestamp>,
}

/// The number of plugins in each state. Plugins that are pinned or being loaded also count in another state, unless they
/// are loaded for the first time.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PluginCounts {
    pub(crate) loaded: usize,
    pub(crate) suspended: usize,
    pub(crate) loading: usize,
    pub(crate) refused: usize,
    /// Those that are not served for a fault that may be the host's, and are loaded again.
    #[serde(default)]
    pub(crate) retried: usize,
    pub(crate) disabled: usize,
    pub(crate) pinned: usize,
    /// Files in the folder that resemble plugins and are ignored.
    #[serde(default)]
    pub(crate) ignored: usize,
}

/// The use of a limited resource.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageView {
    pub(crate) now: u64,
    pub(crate) at_most: u64,
}

impl Status {
    pub(in crate::admin) fn of(scraped: &Scraped) -> Self {
        let uptime = Timestamp::now().duration_since(scraped.started).as_secs();
        let usage = scraped.registry.runtime().capacity().usage();
        let (connections, connections_at_most) = scraped.public.pool.connections();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: scraped.started,
            uptime_seconds: u64::try_from(uptime).unwrap_or(0),
            readiness: scraped.public.readiness.state(),
            plugins: PluginCounts::of(&PluginList::of(&scraped.registry)),
            calls: UsageView { now: usage.calls, at_most: usage.calls_at_once },
            memory: UsageView { now: usage.memory, at_most: usage.memory_at_most },
            connections: UsageView { now: connections, at_most: connections_at_most },
            certificate_ends: scraped.public.tls.as_ref().map(|tls| tls.end()),
        }
    }
}

impl PluginCounts {
    /// Returns whether no plugin answers.
    pub(crate) fn is_nothing_served(&self) -> bool {
        self.loaded + self.suspended == 0
    }

    fn of(PluginList { plugins, problems, .. }: &PluginList) -> Self {
        let ignored = problems.iter().filter(|problem| problem.kind == ProblemKind::Ignored).count();
        let mut counts = Self { ignored, ..Self::default() };
        for plugin in plugins {
            counts.pinned += usize::from(plugin.pinned.is_some());
            counts.loading += usize::from(plugin.loading.is_some());
            let is_retried = plugin.last_error.as_ref().is_some_and(|error| error.retry.is_some());
            counts.retried += usize::from(is_retried && plugin.digest.is_none());
            *match plugin.state {
                State::Loaded => &mut counts.loaded,
                State::Suspended => &mut counts.suspended,
                State::Loading => continue,
                State::Refused => &mut counts.refused,
                State::Disabled => &mut counts.disabled,
            } += 1;
        }
        counts
    }
}
