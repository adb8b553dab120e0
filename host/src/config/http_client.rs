//! The table `[http-client]`.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problems;
use contract::values::{Size, Time, duration, size};
use egress::HttpClientSettings;

/// The largest body, either way: each is held whole.
const LARGEST_BODY: ByteSize = ByteSize::mib(16);

/// The longest time to connect: half of the budget is left for the rest.
const LONGEST_CONNECT: Duration = Duration::from_secs(2);

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HttpClientTable {
    ca_file: Option<PathBuf>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    connect_time: Option<Duration>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    request_body: Option<ByteSize>,
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    response_body: Option<ByteSize>,
    requests_at_once: Option<usize>,
}

impl HttpClientTable {
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.unless_from_one_to(10_000, "http-client.requests-at-once", self.requests_at_once);
        for (key, size) in [("request-body", self.request_body), ("response-body", self.response_body)] {
            if size > Some(LARGEST_BODY) {
                problems.add(format!("`http-client.{key}` is above the host's maximum of {LARGEST_BODY}"));
            }
        }
        if self.connect_time > Some(LONGEST_CONNECT) {
            problems.add("`http-client.connect-time` is above the host's maximum of 2000 ms");
        }
    }
}

impl From<HttpClientTable> for HttpClientSettings {
    fn from(table: HttpClientTable) -> Self {
        let default = Self::default();
        Self {
            ca_file: table.ca_file.or(default.ca_file),
            connect_time: table.connect_time.unwrap_or(default.connect_time),
            request_body: table.request_body.unwrap_or(default.request_body),
            response_body: table.response_body.unwrap_or(default.response_body),
            requests_at_once: table.requests_at_once.unwrap_or(default.requests_at_once),
        }
    }
}
