//! The tables `[plugins.NAME]`, and the bounds of limits, which `[limits]` has too.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::table::Table;
use crate::plugin::{LimitWishes, OperatorSettings};
use admission::{PluginSettings, Rate};
use contract::TimeZoneName;
use contract::values::{ConfigValue, Time, config_values, duration};
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
    time_zone: Option<TimeZoneName>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    wait_limit: Option<Duration>,
    required: bool,
}

/// Converts the table of one plugin.
pub(super) fn settings(written: PluginTable, table: &mut Table<'_>) -> OperatorSettings {
    let PluginTable { limits, config, grants, calls_at_once, rate, time_zone, wait_limit, required } = written;
    if let Some(limit) = wait_limit {
        super::merge::check_wait_limit(limit, table);
    }
    let mut of_grants = table.below("grants");
    grants.check(&mut |key, what| of_grants.problem(key, what));
    OperatorSettings {
        limits: self::limits(limits, &mut table.below("limits")),
        config,
        grants,
        load: PluginSettings { calls_at_once, rate },
        time_zone,
        wait_limit,
        required,
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
    check("card", written.card > Some(MAXIMA.card), MAXIMA.card.to_string());
    check("card-warning", written.card_warning > Some(MAXIMA.card_warning), MAXIMA.card_warning.to_string());
    check("log", written.log > Some(MAXIMA.log), MAXIMA.log.to_string());
    written
}
