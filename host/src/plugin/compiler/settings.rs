//! The compiler's settings, and the limits of its child.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::process::own_program;
use contract::values::{Size, Time, duration, size};

/// Settings of the compiler, and limits of its child.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct CompileSettings {
    /// The program that compiles when started as `PROGRAM compile LIMITS`. By default the host's own.
    #[serde(skip)]
    pub program: PathBuf,
    /// The largest component. By default 64 MiB.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub component_size: ByteSize,
    /// Wall-clock time, and processor time over all threads. By default 120 s.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub time: Duration,
    /// Address space. By default 2 GiB.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub memory: ByteSize,
    /// The largest compiled form. By default 512 MiB.
    #[serde(skip)]
    pub artifact_size: ByteSize,
    /// The most concurrent compilations; further ones wait. By default 2.
    pub at_once: usize,
}

impl Default for CompileSettings {
    fn default() -> Self {
        Self {
            program: own_program(),
            component_size: ByteSize::mib(64),
            time: Duration::from_secs(120),
            memory: ByteSize::gib(2),
            artifact_size: ByteSize::mib(512),
            at_once: 2,
        }
    }
}
