//! The table `[http]`.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;

use super::Problems;
use crate::admission::Rate;
use crate::http::Settings;
use crate::values::duration;

/// The least time that a caller has for its part. Below it, honest ones on slow networks are cut off.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The most time for which a caller that does nothing may keep a connection.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// The table as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HttpTable {
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

impl HttpTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(1_000_000, "http.connections", self.connections);
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
            name_providers: self.name_providers.unwrap_or(default.name_providers),
            connections: self.connections.unwrap_or(default.connections),
            head_time: self.head_time.unwrap_or(default.head_time),
            body_time: self.body_time.unwrap_or(default.body_time),
            write_time: self.write_time.unwrap_or(default.write_time),
            grace: self.grace.unwrap_or(default.grace),
            caller_rate,
            ..default
        }
    }
}
