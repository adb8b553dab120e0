//! The table `[telemetry]`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::Problems;
use contract::values::{Time, duration};
use net::telemetry::{HeaderSource, LogFormat, Settings, TraceSettings, check_directives};

/// Time for one post of spans, unless stated.
const TIME: Duration = Duration::from_secs(5);

/// The longest: spans wait meanwhile, and further ones are dropped.
const LONGEST_TIME: Duration = Duration::from_secs(60);

/// Headers that make or break a post.
const OWN_HEADERS: [&str; 4] = ["content-type", "content-length", "transfer-encoding", "host"];

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TelemetryTable {
    log: Option<String>,
    log_format: Option<LogFormat>,
    traces: TracesTable,
}

/// The table `[telemetry.traces]` as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct TracesTable {
    endpoint: Option<String>,
    headers: BTreeMap<String, HeaderTable>,
    sample: Option<f64>,
    service: Option<String>,
    attributes: BTreeMap<String, String>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    time: Option<Duration>,
}

/// Where the value of a header stands.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct HeaderTable {
    env: Option<String>,
    file: Option<PathBuf>,
}

impl TelemetryTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        if let Some(Err(error)) = self.log.as_deref().map(check_directives) {
            problems.add(format!("`telemetry.log` must be a level, or such as \"warn,guest=debug\": {error}"));
        }
        let TracesTable { endpoint, headers, sample, time, .. } = &self.traces;
        if endpoint.as_deref().is_some_and(|endpoint| read_endpoint(endpoint).is_none()) {
            problems.add(
                "`telemetry.traces.endpoint` must be a URL such as \"http://127.0.0.1:4318/v1/traces\", without user or \
                 password: those go into `telemetry.traces.headers`",
            );
        }
        for (name, source) in headers {
            if source.read().is_none() {
                problems.add(format!("`telemetry.traces.headers.{name}` must have exactly one of `env` and `file`"));
            }
            if !is_header(name) {
                problems.add(format!("`telemetry.traces.headers.{name}` must be a header of yours, in lower case"));
            }
        }
        if sample.is_some_and(|sample| !(0.0..=1.0).contains(&sample)) {
            problems.add("`telemetry.traces.sample` must be from 0 to 1");
        }
        if time.is_some_and(|time| time > LONGEST_TIME) {
            problems.add(format!("`telemetry.traces.time` must be at most {}s", LONGEST_TIME.as_secs()));
        }
    }
}

impl From<TelemetryTable> for Settings {
    fn from(table: TelemetryTable) -> Self {
        let default = Self::default();
        Self {
            log: table.log.unwrap_or(default.log),
            log_format: table.log_format.unwrap_or(default.log_format),
            traces: table.traces.settings(),
        }
    }
}

impl TracesTable {
    /// The settings; none without an endpoint.
    fn settings(self) -> Option<TraceSettings> {
        let endpoint = read_endpoint(self.endpoint.as_deref()?)?;
        let headers = self.headers.iter().filter_map(|(name, source)| Some((name.clone(), source.read()?)));
        Some(TraceSettings {
            endpoint,
            headers: headers.collect(),
            sample: self.sample.unwrap_or(1.0),
            service: self.service.unwrap_or_else(|| "insight-host".to_owned()),
            attributes: self.attributes,
            time: self.time.unwrap_or(TIME),
        })
    }
}

impl HeaderTable {
    fn read(&self) -> Option<HeaderSource> {
        match self.clone() {
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
