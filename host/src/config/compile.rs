//! The table `[compile]`.

use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use crate::plugin::CompileSettings;
use contract::values::{Size, Time, duration, size};

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CompileTable {
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    component_size: Option<ByteSize>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time: Option<Duration>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    memory: Option<ByteSize>,
    at_once: Option<usize>,
}

impl CompileTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(64, "compile.at-once", self.at_once);
    }
}

impl From<CompileTable> for CompileSettings {
    fn from(table: CompileTable) -> Self {
        let default = Self::default();
        Self {
            component_size: table.component_size.unwrap_or(default.component_size),
            time: table.time.unwrap_or(default.time),
            memory: table.memory.unwrap_or(default.memory),
            at_once: table.at_once.unwrap_or(default.at_once),
            ..default
        }
    }
}
