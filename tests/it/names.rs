//! One name means one thing: no two types in the packages below `host` share a name.

use std::collections::BTreeMap;

use crate::imports::{Source, sources};

/// Names that every module may give to its own type, as they say nothing without their module.
const SHARED: &[&str] = &["Arguments", "Command", "Error", "Settings", "State"];

const KINDS: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// Types that a source declares, those in functions and macros included. Associated types are indented and declare none.
fn types(source: &Source) -> impl Iterator<Item = &str> {
    source.code.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
        let kind = words.next().filter(|kind| KINDS.contains(kind))?;
        if kind == "type" && line.starts_with(' ') {
            return None;
        }
        words.next()?.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
    })
}

#[test]
fn no_two_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // `elsewhere` has the same types as the module of Linux or Unix that it stands in for.
    for source in sources().iter().filter(|source| !source.path.ends_with("elsewhere.rs")) {
        for name in types(source) {
            let place = source.path.display().to_string();
            let known = places.entry(name.to_owned()).or_default();
            if !known.contains(&place) {
                known.push(place);
            }
        }
    }
    assert!(places.len() > 400, "types are found: {}", places.len());

    places.retain(|name, places| places.len() > 1 && !SHARED.contains(&name.as_str()));

    assert_eq!(places, BTreeMap::new());
}
