//! The tables `[plugins.NAME]`, and the limits that stand in them and for all.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use crate::plugin::{LimitWishes, OperatorSettings};
use admission::{PluginSettings, Rate};
use contract::ProviderId;
use contract::values::{ConfigValue, config_values};
use egress::Grants;
use engine::MAXIMA;

/// The table of one plugin as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PluginTable {
    limits: LimitWishes,
    #[serde(deserialize_with = "config_values")]
    #[schemars(with = "BTreeMap<String, ConfigValue>")]
    config: BTreeMap<String, String>,
    grants: Grants,
    calls_at_once: Option<NonZeroUsize>,
    rate: Option<Rate>,
}

impl PluginTable {
    pub(super) fn check(&self, id: &ProviderId, problems: &mut Problems) {
        check_limits(self.limits, &format!("plugins.{id}.limits"), problems);
        self.grants.check(&format!("plugins.{id}.grants"), &mut problems.0);
    }
}

impl From<PluginTable> for OperatorSettings {
    fn from(table: PluginTable) -> Self {
        let load = PluginSettings { calls_at_once: table.calls_at_once, rate: table.rate };
        Self { limits: table.limits, config: table.config, grants: table.grants, load }
    }
}

/// Names each of `limits` that is above what the pool is made for.
pub(super) fn check_limits(limits: LimitWishes, table: &str, problems: &mut Problems) {
    let mut above = |key: &str, is: bool, maximum: String| {
        if is {
            problems.add(format!("`{table}.{key}` is above the host's maximum of {maximum}"));
        }
    };
    above("time", limits.time > Some(MAXIMA.time), format!("{} ms", MAXIMA.time.as_millis()));
    above("fuel", limits.fuel > Some(MAXIMA.fuel), MAXIMA.fuel.to_string());
    above("memory", limits.memory > Some(MAXIMA.memory), MAXIMA.memory.to_string());
    above("answer", limits.answer > Some(MAXIMA.answer), MAXIMA.answer.to_string());
    above("log", limits.log > Some(MAXIMA.log), MAXIMA.log.to_string());
}
