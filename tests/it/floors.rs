//! The minimum versions of security-relevant crates: the lock file must meet `data/floors.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use semver::Version;
use serde::Deserialize;

/// The minimum version of a crate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    /// The lowest allowed version.
    version: Version,
    /// True if the crate must be in the lock file.
    required: bool,
    /// The flaw of lower versions.
    reason: String,
}

/// The part of a lock file that is checked.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Version,
}

/// Lists the crates of the lock file that are below their floor, and required ones that are missing.
fn below(floors: &BTreeMap<String, Floor>, lock: &Lock) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, Floor { version: lowest, required, reason }) in floors {
        let locked: Vec<&Version> =
            lock.package.iter().filter(|package| package.name == *name).map(|package| &package.version).collect();
        if locked.is_empty() && *required {
            problems.push(format!("{name} is not there ({reason})"));
        }
        let low = locked.into_iter().filter(|locked| *locked < lowest);
        problems.extend(low.map(|locked| format!("{name} {locked} is below {lowest} ({reason})")));
    }
    problems
}

fn floors() -> BTreeMap<String, Floor> {
    toml::from_str(include_str!("../data/floors.toml")).expect("the floors are valid")
}

#[test]
fn nothing_that_security_hangs_on_is_older_than_its_floor() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock: Lock = toml::from_str(&fs::read_to_string(lock).expect("it is there")).expect("cargo wrote it");

    assert_eq!(below(&floors(), &lock), [""; 0]);
}

#[test]
fn a_crate_below_its_floor_is_named_and_so_is_one_that_is_gone() {
    let lock = "
        [[package]]
        name = \"wasmtime\"
        version = \"48.0.7\"

        [[package]]
        name = \"wasmtime\"
        version = \"48.0.9\"
    ";
    let lock: Lock = toml::from_str(lock).expect("it is like cargo's");

    let problems = below(&floors(), &lock);

    let of = |name: &str| problems.iter().filter(|problem| problem.starts_with(&format!("{name} "))).count();
    assert_eq!((of("wasmtime"), of("wasmtime-wasi"), of("h2")), (1, 1, 0), "{problems:#?}");
}
