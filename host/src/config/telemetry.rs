//! The tables `[telemetry]` and `[telemetry.traces]`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::table::Table;
use contract::values::{Time, duration};
use net::proxy::Proxies;
use net::telemetry::{HeaderSource, LogFormat, Settings, TraceSettings, check_directives};

/// The default time for one post of spans.
const TIME: Duration = Duration::from_secs(5);

/// The longest time for one post: spans wait meanwhile, and further ones are dropped.
const LONGEST_TIME: Duration = Duration::from_secs(60);

/// Headers that the exporter sets itself.
const OWN_HEADERS: [&str; 4] = ["content-type", "content-length", "transfer-encoding", "host"];

/// The table as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TelemetryTable {
    log: String,
    log_format: LogFormat,
    traces: TracesTable,
}

impl Default for TelemetryTable {
    fn default() -> Self {
        let Settings { log, log_format, traces: _ } = Settings::default();
        Self { log, log_format, traces: TracesTable::default() }
    }
}

/// The table `[telemetry.traces]` as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct TracesTable {
    endpoint: Option<String>,
    headers: BTreeMap<String, HeaderTable>,
    sample: f64,
    service: String,
    attributes: BTreeMap<String, String>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time: Duration,
}

impl Default for TracesTable {
    fn default() -> Self {
        Self {
            endpoint: None,
            headers: BTreeMap::new(),
            sample: 1.0,
            service: "insight-host".to_owned(),
            attributes: BTreeMap::new(),
            time: TIME,
        }
    }
}

/// The source of a header's value, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct HeaderTable {
    env: Option<String>,
    file: Option<PathBuf>,
}

/// Converts the table.
pub(super) fn settings(written: TelemetryTable, proxies: Arc<Proxies>, table: &mut Table<'_>) -> Settings {
    let TelemetryTable { log, log_format, traces } = written;
    if let Err(error) = check_directives(&log) {
        table.problem("log", &format!("must be a level, or such as \"warn,guest=debug\": {error}"));
    }
    Settings { log, log_format, traces: traces.into_settings(proxies, &mut table.below("traces")) }
}

impl TracesTable {
    /// Converts the table. There are no settings without an endpoint.
    fn into_settings(self, proxies: Arc<Proxies>, table: &mut Table<'_>) -> Option<TraceSettings> {
        let Self { endpoint, headers, sample, service, attributes, time } = self;
        let endpoint = endpoint.and_then(|endpoint| {
            let url = read_endpoint(&endpoint);
            if url.is_none() {
                table.problem(
                    "endpoint",
                    "must be a URL such as \"http://127.0.0.1:4318/v1/traces\", without user or password: those go \
                     into `telemetry.traces.headers`",
                );
            }
            url
        });
        let headers = headers.into_iter().filter_map(|(name, source)| {
            let key = format!("headers.{name}");
            if !is_header(&name) {
                table.problem(
                    &key,
                    "must be the name of a header, in lower case, that the exporter does not set itself",
                );
            }
            let source = source.into_source();
            if source.is_none() {
                table.problem(&key, "must have exactly one of `env` and `file`");
            }
            Some((name, source?))
        });
        let headers = headers.collect();
        if !(0.0..=1.0).contains(&sample) {
            table.problem("sample", "must be from 0 to 1");
        }
        if time > LONGEST_TIME {
            table.problem("time", &format!("must be at most {}s", LONGEST_TIME.as_secs()));
        }
        Some(TraceSettings { endpoint: endpoint?, headers, sample, service, attributes, time, proxies })
    }
}

impl HeaderTable {
    fn into_source(self) -> Option<HeaderSource> {
        match self {
            Self { env: Some(variable), file: None } => Some(HeaderSource::Env(variable)),
            Self { env: None, file: Some(path) } => Some(HeaderSource::File(path)),
            Self { env: None, file: None } | Self { env: Some(_), file: Some(_) } => None,
        }
    }
}

fn read_endpoint(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    (matches!(url.scheme(), "http" | "https") && !has_user && url.fragment().is_none()).then_some(url)
}

fn is_header(name: &str) -> bool {
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    !name.is_empty() && is_name(name) && !OWN_HEADERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn telemetry(text: &str) -> Result<Settings, String> {
        Config::parse(text).map(|config| config.telemetry)
    }

    #[test]
    fn traces_are_off_without_an_endpoint() {
        assert!(telemetry("").is_ok_and(|settings| settings.traces.is_none()));
        assert!(telemetry("[telemetry.traces]\nsample = 0.5").is_ok_and(|settings| settings.traces.is_none()));
    }

    #[test]
    fn an_endpoint_is_enough_for_traces() {
        let settings = telemetry("[telemetry]\ntraces = { endpoint = \"http://127.0.0.1:4318/v1/traces\" }");

        let traces = settings.expect("it is a URL").traces.expect("they are on");
        assert_eq!(traces.endpoint.as_str(), "http://127.0.0.1:4318/v1/traces");
        assert_eq!((traces.sample, &*traces.service, traces.time), (1.0, "insight-host", TIME));
    }

    #[test]
    fn everything_that_cannot_be_is_named() {
        let text = "[telemetry]\nlog = \"=\"\n[telemetry.traces]\nendpoint = \"http://user:word@otlp.example\"\n\
                    sample = 2\ntime = \"5m\"\n\
                    [telemetry.traces.headers]\nauthorization = { env = \"A\", file = \"/b\" }\nhost = { env = \"C\" }";

        let error = telemetry(text).expect_err("all of it is wrong");

        for key in [
            "log",
            "traces.endpoint",
            "traces.sample",
            "traces.time",
            "traces.headers.authorization",
            "traces.headers.host",
        ] {
            assert!(error.contains(&format!("`telemetry.{key}`")), "{key} in {error}");
        }
        assert!(!error.contains("word@"), "{error}");
        assert!(telemetry("[telemetry]\nlog-format = \"xml\"").is_err_and(|error| error.contains("`auto`")));
    }

    #[test]
    fn a_header_comes_from_the_environment_or_a_file() {
        let text = "[telemetry.traces]\nendpoint = \"https://otlp.example/v1/traces\"\n[telemetry.traces.headers]\n\
                    authorization = { env = \"OTLP_TOKEN\" }\nx-scope-orgid = { file = \"/run/secrets/tenant\" }";

        let traces = telemetry(text).expect("all of it is fine").traces.expect("they are on");

        assert_eq!(traces.headers["authorization"], HeaderSource::Env("OTLP_TOKEN".to_owned()));
        assert_eq!(traces.headers["x-scope-orgid"], HeaderSource::File("/run/secrets/tenant".into()));
    }
}
