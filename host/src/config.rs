//! The operator's settings file: one TOML file into every module's settings.

mod key_value;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use std::{fs, io};

use bytesize::ByteSize;
use serde::Deserialize;

use self::key_value::KeyValueTable;
use crate::admission::{self, Rate};
use crate::plugin::{CompileSettings, LimitWishes, OperatorSettings, ProviderId};
use crate::reach::{Grants, HttpClientSettings};
use crate::runtime::{Limits, MAXIMA};
use crate::values::{config_values, duration, size};
use crate::{admin, http, plugin, reach, runtime};

/// The least that all calls may share.
const LEAST_MEMORY: ByteSize = ByteSize::mib(16);

/// The longest that calls may wait for room: those that are refused then shall know soon.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Within which the longest pause of a suspended plugin may be set.
const SUSPEND_AT_MOST: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(3_600);

/// The least time that a caller has for its part. Below it, honest ones on slow networks are cut off.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The most time for which a caller that does nothing may keep a connection.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// Everything the host reads at start-up, parsed and validated.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) http: http::Settings,
    pub(crate) admin: admin::Settings,
    pub(crate) plugins: plugin::Settings,
    pub(crate) runtime: runtime::Settings,
    pub(crate) compile: CompileSettings,
    pub(crate) reach: reach::Settings,
}

/// What an empty file says.
impl Default for Config {
    fn default() -> Self {
        File::default().into()
    }
}

/// The settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("failed to read settings from {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not valid:\n{problem}", path.display())]
    Invalid { path: PathBuf, problem: String },
}

impl Config {
    /// Reads `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|problem| ConfigError::Invalid { path: path.to_owned(), problem })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.check()?;
        Ok(file.into())
    }
}

/// The file as written. Every key may be left out, and no other is known.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    order: Vec<ProviderId>,
    http: HttpTable,
    admin: AdminTable,
    limits: LimitWishes,
    runtime: RuntimeTable,
    load: LoadTable,
    compile: CompileTable,
    http_client: HttpClientTable,
    key_value: KeyValueTable,
    plugins: BTreeMap<ProviderId, PluginTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct HttpTable {
    listen: Option<SocketAddr>,
    name_providers: Option<bool>,
    connections: Option<usize>,
    #[serde(deserialize_with = "duration")]
    head_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    body_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    write_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    grace: Option<Duration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct AdminTable {
    listen: Option<AdminListen>,
    token_file: Option<PathBuf>,
}

/// An address, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AdminListen(pub(crate) Option<SocketAddr>);

impl FromStr for AdminListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let address = text.parse().map_err(|_| "write an address such as 127.0.0.1:8081, or `off`".to_owned())?;
        Ok(Self(Some(address)))
    }
}

impl TryFrom<String> for AdminListen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct RuntimeTable {
    calls_at_once: Option<u32>,
    #[serde(deserialize_with = "size")]
    memory: Option<ByteSize>,
    threads: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct LoadTable {
    plugin_calls_at_once: Option<NonZeroUsize>,
    #[serde(deserialize_with = "duration")]
    wait: Option<Duration>,
    suspend_after: Option<u32>,
    #[serde(deserialize_with = "duration")]
    suspend_at_most: Option<Duration>,
    caller_rate: Option<Rate>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct CompileTable {
    #[serde(deserialize_with = "size")]
    component_size: Option<ByteSize>,
    #[serde(deserialize_with = "duration")]
    time: Option<Duration>,
    #[serde(deserialize_with = "size")]
    memory: Option<ByteSize>,
    at_once: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct HttpClientTable {
    ca_file: Option<PathBuf>,
    #[serde(deserialize_with = "duration")]
    connect_time: Option<Duration>,
    #[serde(deserialize_with = "size")]
    request_body: Option<ByteSize>,
    #[serde(deserialize_with = "size")]
    response_body: Option<ByteSize>,
    requests_at_once: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct PluginTable {
    limits: LimitWishes,
    #[serde(deserialize_with = "config_values")]
    config: BTreeMap<String, String>,
    grants: Grants,
    calls_at_once: Option<NonZeroUsize>,
    rate: Option<Rate>,
}

impl From<PluginTable> for OperatorSettings {
    fn from(table: PluginTable) -> Self {
        let load = admission::PluginSettings { calls_at_once: table.calls_at_once, rate: table.rate };
        Self { limits: table.limits, config: table.config, grants: table.grants, load }
    }
}

impl LoadTable {
    fn settings(&self) -> admission::Settings {
        let default = admission::Settings::default();
        admission::Settings {
            plugin_calls_at_once: self.plugin_calls_at_once.or(default.plugin_calls_at_once),
            wait: self.wait.unwrap_or(default.wait),
            suspend_after: self.suspend_after.unwrap_or(default.suspend_after),
            suspend_at_most: self.suspend_at_most.unwrap_or(default.suspend_at_most),
        }
    }
}

impl File {
    /// What types do not say. All that is wrong, at once.
    fn check(&self) -> Result<(), String> {
        let mut problems = Vec::new();
        check_limits(self.limits, "limits", &mut problems);
        for (id, table) in &self.plugins {
            check_limits(table.limits, &format!("plugins.{id}.limits"), &mut problems);
            table.grants.check(&format!("plugins.{id}.grants"), &mut problems);
        }
        let mut between_one_and = |most: usize, key: &str, value: Option<usize>| {
            if value.is_some_and(|value| value == 0 || value > most) {
                problems.push(format!("`{key}` must be from 1 to {most}"));
            }
        };
        between_one_and(2_000, "runtime.calls-at-once", self.runtime.calls_at_once.map(|calls| calls as usize));
        between_one_and(1_024, "runtime.threads", self.runtime.threads);
        between_one_and(64, "compile.at-once", self.compile.at_once);
        between_one_and(1_000_000, "http.connections", self.http.connections);
        between_one_and(10_000, "http-client.requests-at-once", self.http_client.requests_at_once);
        self.http_client.check(&mut problems);
        for (key, value, most) in [
            ("head-time", self.http.head_time, LONGEST_IDLE),
            // A body is part of the request's budget.
            ("body-time", self.http.body_time, http::Settings::default().budget),
            ("write-time", self.http.write_time, LONGEST_IDLE),
        ] {
            if value.is_some_and(|value| value < SHORTEST_WAIT || value > most) {
                let (least, most) = (SHORTEST_WAIT.as_millis(), most.as_millis());
                problems.push(format!("`http.{key}` must be from {least} to {most} ms"));
            }
        }
        if self.runtime.memory.is_some_and(|memory| memory < LEAST_MEMORY) {
            problems.push(format!("`runtime.memory` must be at least {LEAST_MEMORY}, or no call could begin"));
        }
        if self.load.wait.is_some_and(|wait| wait > LONGEST_WAIT) {
            problems.push(format!("`load.wait` must be at most {} ms", LONGEST_WAIT.as_millis()));
        }
        if self.load.suspend_at_most.is_some_and(|pause| !SUSPEND_AT_MOST.contains(&pause)) {
            problems.push("`load.suspend-at-most` must be from 1s to 1h".to_owned());
        }
        self.key_value.check(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
    }
}

impl HttpClientTable {
    /// These settings, and `fallback`'s where none is stated.
    fn or(self, fallback: HttpClientSettings) -> HttpClientSettings {
        HttpClientSettings {
            ca_file: self.ca_file.or(fallback.ca_file),
            connect_time: self.connect_time.unwrap_or(fallback.connect_time),
            request_body: self.request_body.unwrap_or(fallback.request_body),
            response_body: self.response_body.unwrap_or(fallback.response_body),
            requests_at_once: self.requests_at_once.unwrap_or(fallback.requests_at_once),
        }
    }

    /// The largest body, either way: each is held whole.
    const LARGEST_BODY: ByteSize = ByteSize::mib(16);

    /// The longest time to connect: half of the budget is left for the rest.
    const LONGEST_CONNECT: Duration = Duration::from_secs(2);

    fn check(&self, problems: &mut Vec<String>) {
        for (key, size) in [("request-body", self.request_body), ("response-body", self.response_body)] {
            if size > Some(Self::LARGEST_BODY) {
                problems.push(format!("`http-client.{key}` is above the host's maximum of {}", Self::LARGEST_BODY));
            }
        }
        if self.connect_time > Some(Self::LONGEST_CONNECT) {
            problems.push("`http-client.connect-time` is above the host's maximum of 2000 ms".to_owned());
        }
    }
}

/// Names each of `limits` that is above what the pool is made for.
fn check_limits(limits: LimitWishes, table: &str, problems: &mut Vec<String>) {
    let mut above = |key: &str, is: bool, maximum: String| {
        if is {
            problems.push(format!("`{table}.{key}` is above the host's maximum of {maximum}"));
        }
    };
    above("time", limits.time > Some(MAXIMA.time), format!("{} ms", MAXIMA.time.as_millis()));
    above("fuel", limits.fuel > Some(MAXIMA.fuel), MAXIMA.fuel.to_string());
    above("memory", limits.memory > Some(MAXIMA.memory), MAXIMA.memory.to_string());
    above("answer", limits.answer > Some(MAXIMA.answer), MAXIMA.answer.to_string());
    above("log", limits.log > Some(MAXIMA.log), MAXIMA.log.to_string());
}

impl From<File> for Config {
    fn from(file: File) -> Self {
        let (http, admin, runtime, compile) = (
            http::Settings::default(),
            admin::Settings::default(),
            runtime::Settings::default(),
            CompileSettings::default(),
        );
        Self {
            http: http::Settings {
                listen: file.http.listen.unwrap_or(http.listen),
                name_providers: file.http.name_providers.unwrap_or(http.name_providers),
                connections: file.http.connections.unwrap_or(http.connections),
                head_time: file.http.head_time.unwrap_or(http.head_time),
                body_time: file.http.body_time.unwrap_or(http.body_time),
                write_time: file.http.write_time.unwrap_or(http.write_time),
                grace: file.http.grace.unwrap_or(http.grace),
                caller_rate: file.load.caller_rate,
                ..http
            },
            admin: admin::Settings {
                listen: file.admin.listen.map_or(admin.listen, |AdminListen(listen)| listen),
                token_file: file.admin.token_file,
            },
            runtime: runtime::Settings {
                calls_at_once: file.runtime.calls_at_once.unwrap_or(runtime.calls_at_once),
                memory: file.runtime.memory.unwrap_or(runtime.memory),
                threads: file.runtime.threads.unwrap_or(runtime.threads),
            },
            compile: CompileSettings {
                component_size: file.compile.component_size.unwrap_or(compile.component_size),
                time: file.compile.time.unwrap_or(compile.time),
                memory: file.compile.memory.unwrap_or(compile.memory),
                at_once: file.compile.at_once.unwrap_or(compile.at_once),
                ..compile
            },
            reach: reach::Settings {
                http_client: file.http_client.or(HttpClientSettings::default()),
                key_value: file.key_value.into(),
            },
            plugins: plugin::Settings {
                order: file.order,
                limits: file.limits.or(Limits::default()),
                load: file.load.settings(),
                plugins: file.plugins.into_iter().map(|(id, table)| (id, table.into())).collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_defaults() {
        let config = Config::parse("").expect("nothing is required");

        assert_eq!(config.plugins.limits, Limits::default());
        assert_eq!(config.http.listen, http::Settings::default().listen);
    }

    #[test]
    fn durations_and_sizes_have_units() {
        let config = Config::parse("[limits]\ntime = \"250ms\"\nmemory = \"32MiB\"").expect("both are fine");

        assert_eq!(config.plugins.limits.time, Duration::from_millis(250));
        assert_eq!(config.plugins.limits.memory, ByteSize::mib(32));
    }

    #[test]
    fn a_duration_that_leads_past_the_end_of_time_is_refused() {
        assert!(Config::parse("[compile]\ntime = \"8760h\"").is_ok());
        for endless in ["8761h", "2562047788015215h"] {
            assert!(Config::parse(&format!("[http]\ngrace = \"{endless}\"")).is_err(), "{endless}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it_and_its_line() {
        let error = Config::parse("[limits]\nmemroy = \"32MiB\"").expect_err("a typing mistake");

        assert!(error.contains("memroy") && error.contains("line 2"), "{error}");
    }

    #[test]
    fn times_that_no_caller_could_keep_or_that_never_end_are_named() {
        let text = "[http]\nhead-time = \"1ms\"\nbody-time = \"10s\"\nwrite-time = \"1s\"";

        let error = Config::parse(text).expect_err("the first two are out of bounds");

        assert!(error.contains("http.head-time") && error.contains("http.body-time"), "{error}");
        assert!(!error.contains("http.write-time"), "{error}");
    }

    #[test]
    fn the_admin_api_listens_at_an_address_or_not_at_all() {
        let listen = |text: &str| Config::parse(text).map(|config| config.admin.listen);

        assert_eq!(listen(""), Ok(Some(SocketAddr::from(([127, 0, 0, 1], 8081)))));
        assert_eq!(listen("[admin]\nlisten = \"[::1]:9000\""), Ok("[::1]:9000".parse().ok()));
        assert_eq!(listen("[admin]\nlisten = \"off\""), Ok(None));
        assert!(listen("[admin]\nlisten = \"no\"").is_err_and(|error| error.contains("`off`")));
    }

    #[test]
    fn every_limit_above_the_hosts_maxima_is_named() {
        let text = "[limits]\ntime = \"5s\"\n[plugins.slow.limits]\nmemory = \"1GiB\"";

        let error = Config::parse(text).expect_err("both are above");

        assert!(error.contains("limits.time") && error.contains("plugins.slow.limits.memory"), "{error}");
    }

    #[test]
    fn every_grant_that_cannot_be_is_named() {
        let text = "[http-client]\nconnect-time = \"3s\"\n[plugins.one.grants]\n\
                    http = [{ origin = \"contoso.com\" }, { origin = \"https://*.com\" }]";

        let error = Config::parse(text).expect_err("all are wrong");

        for key in
            ["http-client.connect-time", "plugins.one.grants.http[0].origin", "plugins.one.grants.http[1].origin"]
        {
            assert!(error.contains(key), "{key} in {error}");
        }
    }

    #[test]
    fn load_is_stated_for_all_plugins_and_for_one() {
        let text = "[load]\nplugin-calls-at-once = 10\nsuspend-after = 0\ncaller-rate = \"5/s\"\n\
                    [plugins.slow]\ncalls-at-once = 3\nrate = \"2/s\"";

        let config = Config::parse(text).expect("all of it is fine");

        assert_eq!(config.plugins.load.plugin_calls_at_once, NonZeroUsize::new(10));
        assert_eq!(config.plugins.load.suspend_after, 0);
        assert_eq!(config.http.caller_rate.map(|rate| rate.per_second.get()), Some(5));
        let (_, slow) = config.plugins.plugins.first_key_value().expect("it has a table");
        assert_eq!(slow.load.calls_at_once, NonZeroUsize::new(3));
        assert_eq!(slow.load.rate.map(|rate| rate.burst.get()), Some(2));
    }

    #[test]
    fn waits_and_pauses_out_of_bounds_are_named() {
        let error = Config::parse("[load]\nwait = \"5s\"\nsuspend-at-most = \"10ms\"").expect_err("neither will do");

        assert!(error.contains("load.wait") && error.contains("load.suspend-at-most"), "{error}");
    }
}
