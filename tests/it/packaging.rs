//! Packages of the tool and of the SDKs: one version, the one of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn manifest(path: &str) -> Table {
    text(path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> serde_json::Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the version of every package that a release publishes, by the file that has it.
fn versions() -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    let workspace = &manifest("Cargo.toml")["workspace"];
    for (name, dependency) in workspace["dependencies"].as_table().expect("it is a table") {
        if dependency.get("path").is_some() {
            versions.insert(format!("Cargo.toml: {name}"), dependency["version"].as_str().unwrap_or("none").to_owned());
        }
    }
    for member in workspace["members"].as_array().expect("it is a list").iter().filter_map(Value::as_str) {
        let package = &manifest(&format!("{member}/Cargo.toml"))["package"];
        let inherits = package["version"].get("workspace").and_then(Value::as_bool) == Some(true);
        if !inherits && package.get("publish").and_then(Value::as_bool) != Some(false) {
            versions.insert(member.to_owned(), package["version"].as_str().unwrap_or("none").to_owned());
        }
    }
    let python = &manifest("sdk/python/pyproject.toml")["project"]["version"];
    versions.insert("sdk/python".to_owned(), python.as_str().unwrap_or("none").to_owned());
    let javascript = &json("sdk/js/package.json")["version"];
    versions.insert("sdk/js".to_owned(), javascript.as_str().unwrap_or("none").to_owned());
    versions
}

#[test]
fn all_packages_have_the_version_of_the_workspace() {
    let version = manifest("Cargo.toml")["workspace"]["package"]["version"].as_str().expect("it is text").to_owned();

    let mut others = versions();
    assert!(others.len() > 5, "packages are found: {others:?}");
    others.retain(|_, other| *other != version);

    assert_eq!(others, BTreeMap::new(), "the workspace has {version}");
}

#[test]
fn the_packages_of_the_tool_have_no_version_of_their_own() {
    // maturin and `pack.mjs` take the one of Cargo.toml.
    let project = &manifest("packaging/wheel/pyproject.toml")["project"];
    assert_eq!(project["dynamic"], Value::from(vec!["version"]));

    assert_eq!(json("packaging/npm/insight-host/package.json").get("version"), None);
}

#[test]
fn a_release_builds_each_platform_that_npm_has() {
    let platforms = json("packaging/npm/insight-host/bin/platforms.json");
    let mut targets: Vec<_> = platforms
        .as_object()
        .expect("it is a table")
        .values()
        .filter_map(|platform| platform["target"].as_str())
        .collect();
    targets.sort_unstable();

    let workflow = text(".github/workflows/release.yml");
    let mut built: Vec<_> =
        workflow.lines().filter_map(|line| Some(line.split_once("{ target: ")?.1.split_once(',')?.0)).collect();
    built.sort_unstable();

    assert_eq!(built, targets);
}
