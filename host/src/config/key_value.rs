//! The table `[key-value]`.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Problems;
use contract::values::{Secret, Size, Time, duration, size};
use egress::store::{Bounds, Place, Settings};

/// The most that may be asked of the store: what one operation reads or writes at once.
const MOST_BYTES: ByteSize = ByteSize::mib(1);

/// The most entries of a space, all of which one operation may look at.
const MOST_ENTRIES: u64 = 100_000;

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct KeyValueTable {
    path: Option<PathBuf>,
    /// Any text as yet: it may hold a password, and what fails to be read is quoted in the error.
    #[schemars(with = "Secret")]
    redis: Option<SecretString>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time_to_live: Option<Duration>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    key_size: Option<ByteSize>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    value_size: Option<ByteSize>,
    entries: Option<u64>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    space_size: Option<ByteSize>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    store_size: Option<ByteSize>,
}

impl KeyValueTable {
    /// Adds what types do not say.
    pub(super) fn check(&self, problems: &mut Problems) {
        let mut unless = |holds: bool, problem: &str| {
            if !holds {
                problems.add(problem);
            }
        };
        let is_redis =
            |url: &SecretString| ["redis://", "rediss://"].iter().any(|it| url.expose_secret().starts_with(it));
        unless(
            self.path.is_none() || self.redis.is_none(),
            "`key-value.path` and `key-value.redis` exclude each other",
        );
        unless(self.redis.as_ref().is_none_or(is_redis), "`key-value.redis` must begin with redis:// or rediss://");
        let at_least_a_second = self.time_to_live.is_none_or(|time| time >= Duration::from_secs(1));
        unless(at_least_a_second, "`key-value.time-to-live` must be at least 1s");
        let bounds = self.bounds();
        unless(bounds.key <= MOST_BYTES, "`key-value.key-size` must be at most 1MiB");
        unless(bounds.value <= MOST_BYTES, "`key-value.value-size` must be at most 1MiB");
        unless((1..=MOST_ENTRIES).contains(&bounds.entries), "`key-value.entries` must be from 1 to 100000");
    }

    fn bounds(&self) -> Bounds {
        let bounds = Bounds::default();
        Bounds {
            key: self.key_size.unwrap_or(bounds.key),
            value: self.value_size.unwrap_or(bounds.value),
            entries: self.entries.unwrap_or(bounds.entries),
            space: self.space_size.unwrap_or(bounds.space),
            store: self.store_size.unwrap_or(bounds.store),
        }
    }

    /// The settings; without a path the file lies in `state_directory`.
    pub(super) fn settings(self, state_directory: Option<PathBuf>) -> Settings {
        let (settings, bounds) = (Settings::default(), self.bounds());
        let place = match (self.redis, self.path) {
            (Some(url), _) => Place::Redis(url),
            (None, Some(path)) => Place::File(Some(path)),
            (None, None) => Place::File(state_directory.map(|dir| dir.join("key-value.redb"))),
        };
        Settings {
            place,
            time: self.time.unwrap_or(settings.time),
            time_to_live: self.time_to_live.unwrap_or(settings.time_to_live),
            bounds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> KeyValueTable {
        toml::from_str(text).expect("a table")
    }

    fn problems(text: &str) -> Vec<String> {
        let mut problems = Problems::default();
        table(text).check(&mut problems);
        problems.0
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let text = "path = \"a\"\nredis = \"http://b\"\ntime-to-live = \"1ms\"\nvalue-size = \"2MiB\"\nentries = 0";

        let problems = problems(text).join("\n");

        for key in ["key-value.path", "key-value.redis", "time-to-live", "value-size", "entries"] {
            assert!(problems.contains(key), "{key}: {problems}");
        }
        assert_eq!(super::tests::problems(""), [""; 0]);
    }

    #[test]
    fn the_password_of_redis_is_in_no_message() {
        let settings = table("redis = \"redis://:hunter2@localhost\"").settings(None);
        assert!(!format!("{settings:?}").contains("hunter2"));

        let problems = problems("redis = \"http://:hunter2@localhost\"").join("\n");
        assert!(problems.contains("key-value.redis") && !problems.contains("hunter2"), "{problems}");
    }
}
