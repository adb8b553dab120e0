//! How the host as a whole does.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PluginList, State};
use crate::admin::Scraped;

/// The host.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// Of the host.
    pub(crate) version: String,
    pub(crate) started_at: Timestamp,
    pub(crate) uptime_seconds: u64,
    pub(crate) readiness: Readiness,
    pub(crate) plugins: PluginCounts,
    pub(crate) calls: Usage,
    /// Memory in bytes that all calls and bodies hold together.
    pub(crate) memory: Usage,
}

/// Whether the public server wants requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Readiness {
    /// It does.
    Ready,
    /// It is about to end, and answers those in flight.
    Draining,
}

/// Plugins by their state; those that are pinned are of another state besides.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PluginCounts {
    pub(crate) loaded: usize,
    pub(crate) suspended: usize,
    pub(crate) refused: usize,
    pub(crate) disabled: usize,
    pub(crate) pinned: usize,
}

/// How much of something is in use.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Usage {
    pub(crate) now: u64,
    pub(crate) at_most: u64,
}

impl Status {
    pub(in crate::admin) fn of(scraped: &Scraped) -> Self {
        let uptime = Timestamp::now().duration_since(scraped.started).as_secs();
        let usage = scraped.shelf.runtime().usage();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: scraped.started,
            uptime_seconds: u64::try_from(uptime).unwrap_or(0),
            readiness: match scraped.public.readiness.is_draining() {
                true => Readiness::Draining,
                false => Readiness::Ready,
            },
            plugins: PluginCounts::of(&PluginList::of(&scraped.shelf)),
            calls: Usage { now: usage.calls, at_most: usage.calls_at_once },
            memory: Usage { now: usage.memory, at_most: usage.memory_at_most },
        }
    }
}

impl PluginCounts {
    fn of(PluginList { plugins }: &PluginList) -> Self {
        let mut counts = Self::default();
        for plugin in plugins {
            *match plugin.state {
                State::Loaded => &mut counts.loaded,
                State::Suspended => &mut counts.suspended,
                State::Refused => &mut counts.refused,
                State::Disabled => &mut counts.disabled,
            } += 1;
            counts.pinned += usize::from(plugin.pinned.is_some());
        }
        counts
    }
}
