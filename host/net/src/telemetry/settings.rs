//! Settings of the log and of traces.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::proxy::Proxies;

/// Settings of the log and of traces.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Directives of the log, in the syntax of `RUST_LOG`, which overrides them.
    pub log: String,
    /// Format of the log's lines.
    pub log_format: LogFormat,
    /// The export of traces. Without it, no spans are created.
    pub traces: Option<TraceSettings>,
}

/// Level `info`, as text on a terminal; no traces.
impl Default for Settings {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: LogFormat::Auto, traces: None }
    }
}

/// The format of the log's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// Text for people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

/// Settings of the export of traces by OTLP over HTTP.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The complete URL that spans are posted to.
    pub endpoint: Url,
    /// Headers of each post, by name, such as the credentials for a collector.
    pub headers: BTreeMap<String, HeaderSource>,
    /// The share of traces beginning here that is kept, from 0 to 1. For a caller's trace, the caller decides.
    pub sample: f64,
    /// `service.name`.
    pub service: String,
    /// Further attributes of every span of this host, such as `deployment.environment.name`.
    pub attributes: BTreeMap<String, String>,
    /// Timeout of one post.
    pub time: Duration,
    /// Proxies that spans are posted through.
    pub proxies: Arc<Proxies>,
}

/// The source of a header's value. It is never in the settings, because it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderSource {
    /// An environment variable.
    Env(String),
    /// A file. The line break at its end is ignored.
    File(PathBuf),
}
