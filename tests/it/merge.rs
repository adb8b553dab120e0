//! Merging and pagination over several providers, against a model.

use insight_tests::TestHost;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::host;

/// The providers in their configured order, with the number of their items.
const PROVIDERS: [(&str, usize); 5] = [("tall", 130), ("none", 0), ("few", 7), ("one", 1), ("some", 40)];

/// Starts a host of all of them.
fn five() -> TestHost {
    let names = PROVIDERS.map(|(name, _)| format!("\"{name}\"")).join(", ");
    let setup = host().settings(&format!("order = [{names}]\n"));
    let setup = PROVIDERS.iter().fold(setup, |setup, (name, items)| {
        setup.guest_as("well", name).author(name, &format!("[config]\nname = \"{name}\"\nitems = {items}"))
    });
    setup.start()
}

/// Returns all items of these providers, one provider after the other.
fn all(providers: &[(&str, usize)]) -> Vec<String> {
    providers.iter().flat_map(|(name, items)| (0..*items).map(move |item| format!("{name} {item}"))).collect()
}

/// Returns the expected page, by the model.
fn cut(all: &[String], skip: usize, top: usize) -> (Vec<String>, bool) {
    let page = all.iter().skip(skip).take(top).cloned().collect();
    (page, all.len() > skip + top)
}

/// Requests a page.
fn asked(host: &TestHost, route: &str, skip: usize, top: usize) -> (Vec<String>, bool) {
    let answer = host.get(&format!("{route}/record-summary?recordType=account&recordId=42&skip={skip}&top={top}"));
    let has_more = answer.json()["hasMoreResults"].as_bool().expect("it is always sent");
    (answer.texts("description"), has_more)
}

/// Generates positions around the boundaries of providers, and elsewhere.
fn position() -> impl Strategy<Value = usize> {
    prop_oneof![0..200_usize, Just(0), Just(1), Just(130), Just(137), Just(138), Just(178), Just(10_000), Just(10_001)]
}

/// Checks `law` for many cases, with one host, which no case changes.
fn holds<S: Strategy>(cases: S, law: impl Fn(&TestHost, S::Value) -> Result<(), TestCaseError>) {
    let host = five();
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    if let Err(failure) = runner.run(&cases, |case| law(&host, case)) {
        panic!("{failure}");
    }
}

#[test]
fn a_page_of_all_is_cut_from_their_items_one_provider_after_the_other() {
    holds((position(), 0..=100_usize), |host, (skip, top)| {
        let expected = match skip {
            // The host does not page this far.
            10_001.. => (Vec::new(), false),
            _ => cut(&all(&PROVIDERS), skip, top),
        };

        prop_assert_eq!(asked(host, "/api", skip, top), expected);
        Ok(())
    });
}

#[test]
fn a_page_of_one_is_what_it_answers() {
    holds((0..PROVIDERS.len(), position(), 0..=100_usize), |host, (provider, skip, top)| {
        let (name, _) = PROVIDERS[provider];

        let expected = cut(&all(&PROVIDERS[provider..=provider]), skip, top);

        prop_assert_eq!(asked(host, &format!("/api/providers/{name}"), skip, top), expected);
        Ok(())
    });
}

#[test]
fn pages_one_after_the_other_meet_every_item_once() {
    holds(7..=100_usize, |host, top| {
        let mut met = Vec::new();
        loop {
            let (page, has_more) = asked(host, "/api", met.len(), top);
            met.extend(page);
            if !has_more {
                break;
            }
        }

        prop_assert_eq!(met, all(&PROVIDERS));
        Ok(())
    });
}

#[test]
fn more_than_a_hundred_are_served_as_a_hundred() {
    assert_eq!(asked(&five(), "/api", 0, 2_147_483_647), cut(&all(&PROVIDERS), 0, 100));
}

#[test]
fn without_a_number_ten_are_served() {
    let answer = five().ask_all("42");

    assert_eq!(answer.texts("description"), cut(&all(&PROVIDERS), 0, 10).0);
}
