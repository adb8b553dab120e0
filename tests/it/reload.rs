//! Hot reload: changes to the plugin folder while the host serves it.

mod hundreds;
mod trouble;

use std::fs;
use std::time::{Duration, Instant};

use insight_tests::{TestHost, wait_for};

use crate::{UNDER_TEST, host};

/// The bytes of the guest `well` that the tests replace.
const MARKER: &[u8] = b"VERSION:0000";

/// Returns the guest `well` with this version.
pub(crate) fn version(number: usize) -> Vec<u8> {
    let mut component = fs::read(UNDER_TEST.guest("well")).expect("it is built");
    let places: Vec<_> = component.windows(MARKER.len()).enumerate().filter(|(_, at)| *at == MARKER).collect();
    let [(at, _)] = places[..] else { panic!("the marker is there {} times", places.len()) };
    component[at..][..MARKER.len()].copy_from_slice(format!("VERSION:{number:04}").as_bytes());
    component
}

/// Returns the title of the items of version `number`.
pub(crate) fn title(number: usize) -> String {
    format!("version {number:04}")
}

/// Waits until the provider answers as version `number`. Until then it must answer as some version.
pub(crate) fn wait_for_version(host: &TestHost, provider: &str, number: usize) {
    wait_for(&format!("version {number} of {provider}"), || {
        let titles = host.ask(provider, "1").texts("title");
        titles.iter().all(|found| *found == title(number)).then_some(())
    });
}

/// Waits until requests to the provider get this status.
fn wait_for_status(host: &TestHost, provider: &str, status: u16) {
    wait_for(&format!("status {status} of {provider}"), || (host.ask(provider, "1").status == status).then_some(()));
}

#[test]
fn a_component_that_appears_is_served() {
    let host = host().start();
    assert_eq!(host.ask("well", "1").status, 404);

    host.install("well", &version(1));

    wait_for_status(&host, "well", 200);
}

#[test]
fn a_component_that_changes_is_swapped_in() {
    let host = host().component("well", &version(1)).start();

    host.install("well", &version(2));

    wait_for_version(&host, "well", 2);
}

#[test]
fn settings_may_change_alone() {
    let host = host().guest("well").start();
    assert_eq!(host.ask("well", "1").items().len(), 3);

    host.author("well", "[config]\nitems = 1");

    wait_for("one item", || (host.ask("well", "1").items().len() == 1).then_some(()));
}

#[test]
fn settings_that_go_leave_the_defaults() {
    let host = host().guest("well").author("well", "[config]\nitems = 1").start();
    assert_eq!(host.ask("well", "1").items().len(), 1);

    fs::remove_file(host.plugin_file("well.toml")).expect("it is there");

    wait_for("three items", || (host.ask("well", "1").items().len() == 3).then_some(()));
}

#[test]
fn row_19_a_component_that_is_removed_is_unloaded_and_one_that_is_restored_is_served_again() {
    let host = host().component("well", &version(1)).start();

    host.remove("well");
    wait_for_status(&host, "well", 404);
    host.install("well", &version(1));

    wait_for_status(&host, "well", 200);
}

#[test]
fn several_components_may_change_at_once() {
    let names = ["one", "two", "three"];
    let host = names.iter().fold(host(), |host, name| host.component(name, &version(1))).start();

    for name in names {
        host.install(name, &version(2));
    }

    for name in names {
        wait_for_version(&host, name, 2);
    }
    assert_eq!(host.ask_all("1").texts("title"), vec![title(2); 9]);
}

#[test]
fn a_request_in_flight_ends_on_the_version_it_began_with() {
    // The neighbour is the same version, so that it is compiled beforehand and the swap is quick.
    let host = host().guest_as("rogue", "plugin").component("neighbour", &version(1)).start();

    let begun = Instant::now();
    let mut in_flight = host.wire();
    in_flight.send(
        "GET /api/providers/plugin/record-summary?recordType=account&recordId=slow:3000 HTTP/1.1\r\n\
         host: localhost\r\nconnection: close\r\n\r\n",
    );
    // The old version answers this later request, so the earlier one has reached it too.
    assert_eq!(host.ask("plugin", "ok").said(), "ok");

    host.install("plugin", &version(1));
    wait_for("the new version", || (host.ask("plugin", "ok").texts("title")[0] == title(1)).then_some(()));
    assert!(begun.elapsed() < Duration::from_secs(3), "the swap came too late to tell");

    let answer = in_flight.read_to_end();
    assert!(answer.contains("slept well"), "{answer}");
}
