//! The table `[runtime]`.

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use contract::values::{Size, size};
use engine::Settings;

/// The least that all calls may share.
const LEAST_MEMORY: ByteSize = ByteSize::mib(16);

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RuntimeTable {
    calls_at_once: Option<u32>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    memory: Option<ByteSize>,
    threads: Option<usize>,
}

impl RuntimeTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(2_000, "runtime.calls-at-once", self.calls_at_once.map(|calls| calls as usize));
        problems.unless_from_one_to(1_024, "runtime.threads", self.threads);
        if self.memory.is_some_and(|memory| memory < LEAST_MEMORY) {
            problems.add(format!("`runtime.memory` must be at least {LEAST_MEMORY}, or no call could begin"));
        }
    }
}

impl From<RuntimeTable> for Settings {
    fn from(table: RuntimeTable) -> Self {
        let default = Self::default();
        Self {
            calls_at_once: table.calls_at_once.unwrap_or(default.calls_at_once),
            memory: table.memory.unwrap_or(default.memory),
            threads: table.threads.unwrap_or(default.threads),
        }
    }
}
