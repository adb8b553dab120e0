//! The tables `[http]` and `[http.tls]`: their bounds.

use std::ops::RangeInclusive;
use std::time::Duration;

use bytesize::ByteSize;

use super::table::Table;
use crate::http::{Settings, TlsSettings};

/// The shortest time for a caller's part. Below it, well-behaved callers on slow networks are disconnected.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The longest time that a caller that does nothing may keep a connection.
const LONGEST_IDLE: Duration = Duration::from_secs(300);

/// The longest time that a host goes on accepting connections after it was told to stop.
const LONGEST_DRAIN_DELAY: Duration = Duration::from_secs(300);

/// The bounds of a tool's answer. An item that is shortened fits into the least; models read no more than the most.
const TOOL_ANSWERS: RangeInclusive<ByteSize> = ByteSize::kib(4)..=ByteSize::mib(1);

/// Checks the table.
pub(super) fn settings(written: Settings, table: &mut Table<'_>) -> Settings {
    table.check_range("connections", written.connections, 1..=1_000_000);
    if let Some(per_address) = written.connections_per_address {
        table.check_range("connections-per-address", per_address, 1..=1_000_000);
    }
    for (key, time, most) in [
        ("head-time", written.head_time, LONGEST_IDLE),
        // A body is part of the request's budget.
        ("body-time", written.body_time, written.budget),
        ("write-time", written.write_time, LONGEST_IDLE),
    ] {
        if time < SHORTEST_WAIT || time > most {
            let (least, most) = (SHORTEST_WAIT.as_millis(), most.as_millis());
            table.problem(key, &format!("must be from {least} to {most} ms"));
        }
    }
    if written.drain_delay > LONGEST_DRAIN_DELAY {
        table.problem("drain-delay", &format!("must be at most {} s", LONGEST_DRAIN_DELAY.as_secs()));
    }
    if !TOOL_ANSWERS.contains(&written.tool_answer) {
        table.problem("tool-answer", "must be from 4 KiB to 1 MiB");
    }
    if let Some(tls) = &written.tls {
        check_tls(tls, &mut table.below("tls"));
    }
    written
}

fn check_tls(tls: &TlsSettings, table: &mut Table<'_>) {
    for (key, path) in [("certificate", &tls.certificate), ("key", &tls.key)] {
        if path.as_os_str().is_empty() {
            table.problem(key, "must name a PEM file, because there is a table `[http.tls]`");
        }
    }
    if tls.client_certificates.is_some() && tls.client_ca.is_none() {
        table.problem("client-ca", "must name the PEM file of the certificates that those of callers must lead to");
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn every_mistake_of_tls_and_of_the_base_path_is_named() {
        let text = "[http]\nbase-path = \"/insights/\"\ndrain-delay = \"1h\"\ntool-answer = \"1KiB\"\n\
                    [http.tls]\nclient-certificates = \"required\"";

        let error = Config::parse(text).expect_err("all are wrong");

        for key in ["base-path", "drain-delay", "tool-answer", "tls.certificate", "tls.key", "tls.client-ca"] {
            assert!(error.contains(&format!("`http.{key}`")), "{key} in {error}");
        }
    }
}
