//! The table `[key-value]`.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::table::Table;
use contract::values::{Secret, Size, Time, duration, size};
use egress::store::{Settings, SpaceLimits, StoreLocation};

/// The largest key and value: one operation reads or writes it at once.
const MOST_BYTES: ByteSize = ByteSize::mib(1);

/// The largest number of entries of a plugin and tenant, all of which one operation may look at.
const MOST_ENTRIES: u64 = 100_000;

/// The table as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct KeyValueTable {
    path: Option<PathBuf>,
    /// Any text at first: it may hold a password, and an error of a parser quotes the value.
    #[schemars(with = "Secret")]
    redis: Option<SecretString>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time: Duration,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time_to_live: Duration,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    key_size: ByteSize,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    value_size: ByteSize,
    entries: u64,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    space_size: ByteSize,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    store_size: ByteSize,
}

impl Default for KeyValueTable {
    fn default() -> Self {
        let Settings { location: _, time, time_to_live, bounds } = Settings::default();
        Self {
            path: None,
            redis: None,
            time,
            time_to_live,
            key_size: bounds.key,
            value_size: bounds.value,
            entries: bounds.entries,
            space_size: bounds.space,
            store_size: bounds.store,
        }
    }
}

/// Converts the table. Without a path in it the file is in `state_directory`.
pub(super) fn settings(written: KeyValueTable, state_directory: Option<PathBuf>, table: &mut Table<'_>) -> Settings {
    let KeyValueTable { path, redis, time, time_to_live, key_size, value_size, entries, space_size, store_size } =
        written;
    if path.is_some() && redis.is_some() {
        table.problem("path", "and `key-value.redis` exclude each other");
    }
    let is_redis = |url: &SecretString| ["redis://", "rediss://"].iter().any(|it| url.expose_secret().starts_with(it));
    if !redis.as_ref().is_none_or(is_redis) {
        table.problem("redis", "must begin with redis:// or rediss://");
    }
    if time_to_live < Duration::from_secs(1) {
        table.problem("time-to-live", "must be at least 1s");
    }
    for (key, size) in [("key-size", key_size), ("value-size", value_size)] {
        if size > MOST_BYTES {
            table.problem(key, "must be at most 1MiB");
        }
    }
    if !(1..=MOST_ENTRIES).contains(&entries) {
        table.problem("entries", &format!("must be from 1 to {MOST_ENTRIES}"));
    }
    let location = match (redis, path) {
        (Some(url), _) => StoreLocation::Redis(url),
        (None, Some(path)) => StoreLocation::File(Some(path)),
        (None, None) => StoreLocation::File(state_directory.map(|dir| dir.join("key-value.redb"))),
    };
    let bounds = SpaceLimits { key: key_size, value: value_size, entries, space: space_size, store: store_size };
    Settings { location, time, time_to_live, bounds }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn everything_wrong_is_named_at_once() {
        let text = "[key-value]\npath = \"a\"\nredis = \"http://b\"\ntime-to-live = \"1ms\"\n\
                    key-size = \"2MiB\"\nvalue-size = \"2MiB\"\nentries = 0";

        let error = Config::parse(text).expect_err("all of it is wrong");

        for (line, key) in
            [(2, "path"), (3, "redis"), (4, "time-to-live"), (5, "key-size"), (6, "value-size"), (7, "entries")]
        {
            assert!(error.contains(&format!("toml:{line}:1: `key-value.{key}` ")), "{key}: {error}");
        }
    }

    #[test]
    fn the_password_of_redis_is_in_no_message() {
        let settings = Config::parse("[key-value]\nredis = \"redis://:hunter2@localhost\"").expect("it is valid");
        assert!(!format!("{settings:?}").contains("hunter2"));

        let error = Config::parse("[key-value]\nredis = \"http://:hunter2@localhost\"").expect_err("it is not");
        assert!(error.contains("key-value.redis") && !error.contains("hunter2"), "{error}");
    }
}
