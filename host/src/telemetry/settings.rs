//! What is recorded, and where it goes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

/// What is logged and traced.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Lines to log, in the words of `RUST_LOG`, which wins.
    pub(crate) log: String,
    /// How they look.
    pub(crate) log_format: LogFormat,
    /// Where spans go. Without it none are made.
    pub(crate) traces: Option<TraceSettings>,
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
pub(crate) enum LogFormat {
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
pub(crate) struct TraceSettings {
    /// The whole URL that they are posted to.
    pub(crate) endpoint: Url,
    /// Headers of each post, by name: what opens a collector.
    pub(crate) headers: BTreeMap<String, HeaderSource>,
    /// The part of traces that is kept, from 0 to 1, of those that begin here. Whoever calls decides for its own.
    pub(crate) sample: f64,
    /// `service.name`.
    pub(crate) service: String,
    /// What else holds for every span of this host, such as `deployment.environment.name`.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Time for one post.
    pub(crate) time: Duration,
}

/// Where the value of a header stands: never in the settings, as it may open something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeaderSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file, but for the line break at its end.
    File(PathBuf),
}
