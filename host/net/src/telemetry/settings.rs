//! What is recorded, and where it goes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

/// What is logged and traced.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Lines to log, in the words of `RUST_LOG`, which wins.
    pub log: String,
    /// How they look.
    pub log_format: LogFormat,
    /// Where spans go. Without it none are made.
    pub traces: Option<TraceSettings>,
}

/// `info`, in words on a terminal; no traces.
impl Default for Settings {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: LogFormat::Auto, traces: None }
    }
}

/// How lines of the log look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Text,
    /// An object a line, for programs.
    Json,
}

/// Where spans go, by OTLP over HTTP.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The whole URL that they are posted to.
    pub endpoint: Url,
    /// Headers of each post, by name: what opens a collector.
    pub headers: BTreeMap<String, HeaderSource>,
    /// The part of traces that is kept, from 0 to 1, of those that begin here. Whoever calls decides for its own.
    pub sample: f64,
    /// `service.name`.
    pub service: String,
    /// What else holds for every span of this host, such as `deployment.environment.name`.
    pub attributes: BTreeMap<String, String>,
    /// Time for one post.
    pub time: Duration,
}

/// Where the value of a header stands: never in the settings, as it may open something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file, but for the line break at its end.
    File(PathBuf),
}
