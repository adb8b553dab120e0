//! The table `[http]`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use crate::http::{BasePath, ClientCertificates, PublicName, Settings, TlsSettings};
use admission::Rate;
use contract::values::{Time, duration};

/// The least time that a caller has for its part. Below it, honest ones on slow networks are cut off.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The most time for which a caller that does nothing may keep a connection.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// The longest that a host which was asked to end goes on as if it was not.
const LONGEST_DRAIN_DELAY: Duration = Duration::from_secs(300);

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HttpTable {
    listen: Option<SocketAddr>,
    base_path: Option<String>,
    public_name: Option<String>,
    tls: Option<TlsTable>,
    name_providers: Option<bool>,
    connections: Option<usize>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    head_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    body_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    write_time: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    drain_delay: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    grace: Option<Duration>,
}

/// The table `[http.tls]` as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct TlsTable {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    client_ca: Option<PathBuf>,
    client_certificates: Option<Wanted>,
}

/// What callers must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Required,
    Optional,
}

impl HttpTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(1_000_000, "http.connections", self.connections);
        if let Some(Err(problem)) = self.base_path.as_deref().map(str::parse::<BasePath>) {
            problems.add(format!("`http.base-path` {problem}"));
        }
        if let Some(Err(problem)) = self.public_name.as_deref().map(str::parse::<PublicName>) {
            problems.add(format!("`http.public-name` {problem}"));
        }
        if let Some(tls) = &self.tls {
            tls.check(problems);
        }
        if self.drain_delay.is_some_and(|delay| delay > LONGEST_DRAIN_DELAY) {
            problems.add(format!("`http.drain-delay` must be at most {} s", LONGEST_DRAIN_DELAY.as_secs()));
        }
        for (key, value, most) in [
            ("head-time", self.head_time, LONGEST_IDLE),
            // A body is part of the request's budget.
            ("body-time", self.body_time, Settings::default().budget),
            ("write-time", self.write_time, LONGEST_IDLE),
        ] {
            if value.is_some_and(|value| value < SHORTEST_WAIT || value > most) {
                let (least, most) = (SHORTEST_WAIT.as_millis(), most.as_millis());
                problems.add(format!("`http.{key}` must be from {least} to {most} ms"));
            }
        }
    }

    /// The settings; `caller_rate` stands in the table of load.
    pub(super) fn settings(self, caller_rate: Option<Rate>) -> Settings {
        let default = Settings::default();
        Settings {
            listen: self.listen.unwrap_or(default.listen),
            base_path: self.base_path.and_then(|path| path.parse().ok()).unwrap_or(default.base_path),
            public_name: self.public_name.and_then(|name| name.parse().ok()),
            tls: self.tls.and_then(TlsTable::settings),
            name_providers: self.name_providers.unwrap_or(default.name_providers),
            connections: self.connections.unwrap_or(default.connections),
            head_time: self.head_time.unwrap_or(default.head_time),
            body_time: self.body_time.unwrap_or(default.body_time),
            write_time: self.write_time.unwrap_or(default.write_time),
            drain_delay: self.drain_delay.unwrap_or(default.drain_delay),
            grace: self.grace.unwrap_or(default.grace),
            caller_rate,
            ..default
        }
    }
}

impl TlsTable {
    fn check(&self, problems: &mut Problems) {
        for (key, path) in [("certificate", &self.certificate), ("key", &self.key)] {
            if path.is_none() {
                problems.add(format!("`http.tls.{key}` must name a PEM file, as `[http.tls]` is there"));
            }
        }
        if self.client_certificates.is_some() && self.client_ca.is_none() {
            problems.add("`http.tls.client-ca` must name the PEM file that callers' certificates lead to");
        }
    }

    /// Nothing if it is not valid.
    fn settings(self) -> Option<TlsSettings> {
        let are_required = self.client_certificates != Some(Wanted::Optional);
        let clients = self.client_ca.map(|ca| ClientCertificates { ca, are_required });
        Some(TlsSettings { certificate: self.certificate?, key: self.key?, clients })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn callers_show_certificates_if_there_is_what_these_lead_to() {
        let clients = |more: &str| {
            let text = format!("[http.tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n{more}");
            let config = Config::parse(&text).expect("it is valid");
            config.http.tls.expect("it is there").clients.map(|clients| clients.are_required)
        };

        assert_eq!(clients(""), None);
        assert_eq!(clients("client-ca = \"ca.pem\""), Some(true));
        assert_eq!(clients("client-ca = \"ca.pem\"\nclient-certificates = \"optional\""), Some(false));
    }

    #[test]
    fn every_mistake_of_tls_and_of_the_base_path_is_named() {
        let text = "[http]\nbase-path = \"/insights/\"\ndrain-delay = \"1h\"\n\
                    [http.tls]\nclient-certificates = \"required\"";

        let error = Config::parse(text).expect_err("all are wrong");

        for key in ["base-path", "drain-delay", "tls.certificate", "tls.key", "tls.client-ca"] {
            assert!(error.contains(&format!("`http.{key}`")), "{key} in {error}");
        }
    }
}
