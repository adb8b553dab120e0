//! Backends that do not respond: after some failures, requests to them fail at once.

use std::net::TcpListener;

use insight_tests::TestHost;

use crate::{UNHURRIED, host};

/// A host of `rogue`, whose backend is at this origin.
fn host_with(origin: &str, more: &str) -> TestHost {
    let settings = format!(
        "{UNHURRIED}[http-client]\n{more}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n"
    );
    host().guest("rogue").settings(&settings).start()
}

fn origin(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("it listens"))
}

#[test]
fn of_twelve_calls_to_a_backend_that_is_down_some_reach_for_it_and_the_others_do_not() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let origin = origin(&listener);
    drop(listener);
    let host = host_with(&origin, "suspend-at-most = \"1h\"");

    for _ in 0..12 {
        assert_eq!(host.ask("rogue", "fetch:/ok").said(), "unreachable");
    }

    // Trials come after a second, two, four: the busier the machine, the more of them.
    let untried = host.metric("insight_host_plugin_requests_untried_total{plugin=\"rogue\"}");
    assert!((1.0..=7.0).contains(&untried), "{untried}");
    assert_eq!(host.metric("insight_host_plugin_backends_down{plugin=\"rogue\"}"), 1.0);
}

#[test]
fn a_setting_restores_the_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let origin = origin(&listener);
    drop(listener);
    let host = host_with(&origin, "suspend-after = 0");

    for _ in 0..7 {
        assert_eq!(host.ask("rogue", "fetch:/ok").said(), "unreachable");
    }

    assert_eq!(host.metric("insight_host_plugin_requests_untried_total{plugin=\"rogue\"}"), 0.0);
}
