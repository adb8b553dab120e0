//! Tests of the whole host: the real binary, over HTTP, with healthy and hostile plugins.

#![expect(clippy::print_stderr, reason = "a test says why it does nothing")]

use insight_tests::{Setup, UnderTest};

mod admin;
mod agent;
mod apart;
mod auth;
mod base_path;
mod building;
mod cancellation;
mod cards;
mod cli;
mod closed_output;
mod composed;
mod config;
mod conform;
mod connector;
mod context;
mod contract;
mod crm_notes;
mod deploy;
mod descriptors;
mod dev;
mod diagnosis;
mod errors;
mod floors;
mod folder_problems;
mod hardening;
mod hostile;
mod hostile_http;
mod http_client;
mod imports;
mod interface;
mod key_value;
mod late;
mod load;
mod load_errors;
mod loading;
mod log;
mod log_causes;
mod log_floods;
mod mapped_code;
mod mcp;
mod merge;
mod metrics;
mod named_files;
mod names;
mod new;
mod operate;
mod outcomes;
mod outfiles;
mod packaging;
mod parameters;
mod paths;
mod readiness;
mod recovery;
mod reload;
mod rendered;
mod repairs;
mod rolling;
mod routes;
mod security;
mod shares;
mod shutdown;
mod signals;
mod strangers;
mod supervisor;
mod suspension;
mod threads;
mod tls;
mod traces;

/// An author's settings whose guest shall run out of fuel: it does so within milliseconds, long before
/// its time is up, even if other tests use the cores.
const LITTLE_FUEL: &str = "[limits]\nfuel = 20_000_000\n";

/// Limits that let a guest do its work, and that keep tests of guests that do not end short. A guest
/// that fails repeatedly is not suspended.
const QUICK: &str = "[limits]\ntime = \"500ms\"\nfuel = 200_000_000\nmemory = \"16MiB\"\n[load]\nsuspend-after = 0\n";

/// The same for tests whose guests end by themselves, but not soon: in a debug build TLS is slow.
const UNHURRIED: &str = "[limits]\ntime = \"4s\"\nfuel = 200_000_000\nmemory = \"16MiB\"\n[load]\nsuspend-after = 0\n";

static UNDER_TEST: UnderTest = UnderTest::new(env!("CARGO_BIN_EXE_host-under-test"), env!("CARGO_TARGET_TMPDIR"));

/// Begins to set up a host.
fn host() -> Setup {
    UNDER_TEST.setup()
}
