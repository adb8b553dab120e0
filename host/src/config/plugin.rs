//! The tables `[plugins.NAME]`, and the bounds of limits, which `[limits]` has too.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Deserialize;

use super::table::Table;
use crate::plugin::{LimitWishes, OperatorSettings};
use admission::{PluginSettings, Rate};
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

/// Converts the table of one plugin.
pub(super) fn settings(written: PluginTable, table: &mut Table<'_>) -> OperatorSettings {
    let PluginTable { limits, config, grants, calls_at_once, rate } = written;
    let mut of_grants = table.below("grants");
    grants.check(&mut |key, what| of_grants.problem(key, what));
    OperatorSettings {
        limits: self::limits(limits, &mut table.below("limits")),
        config,
        grants,
        load: PluginSettings { calls_at_once, rate },
    }
}

/// Checks a table of limits: none may be above the maximum that the pool of sandboxes is built for.
pub(super) fn limits(written: LimitWishes, table: &mut Table<'_>) -> LimitWishes {
    let mut check = |key: &str, is_above: bool, maximum: String| {
        if is_above {
            table.problem(key, &format!("is above the host's maximum of {maximum}"));
        }
    };
    check("time", written.time > Some(MAXIMA.time), format!("{} ms", MAXIMA.time.as_millis()));
    check("fuel", written.fuel > Some(MAXIMA.fuel), MAXIMA.fuel.to_string());
    check("memory", written.memory > Some(MAXIMA.memory), MAXIMA.memory.to_string());
    check("answer", written.answer > Some(MAXIMA.answer), MAXIMA.answer.to_string());
    check("log", written.log > Some(MAXIMA.log), MAXIMA.log.to_string());
    written
}
