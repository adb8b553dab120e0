//! Plugins in Rust for each target that `build` knows: with WASI, and with no system below the standard library.

use std::fs;
use std::path::{Path, PathBuf};

use insight_tests::Ran;
use serde_json::Value;
use tempfile::TempDir;

use super::write;
use crate::UNDER_TEST;

const WASI: &str = "wasm32-wasip2";
const BARE: &str = "wasm32-unknown-unknown";

/// A plugin that does what the id of the record says: `panic`, or to hold so many KiB at once.
const SOURCE: &str = r#"
use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

struct Hub;

impl RecordSummary for Hub {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let kibibytes: usize = request.about.record_id.parse().expect("the id is a number");
        let held: Vec<Vec<u8>> = (0..kibibytes).map(|_| vec![1; 1 << 10]).collect();
        let sum: usize = held.iter().flatten().map(|byte| usize::from(*byte)).sum();
        Ok(request.page([Activity::new(sum.to_string(), "held", "2026-05-12T08:30:00Z")]))
    }
}

insight_sdk::export!(Hub: RecordSummary);
"#;

/// A project that is built for a target.
struct Project(TempDir);

impl Project {
    fn new(source: &str, metadata: &str, sdk: &str) -> Self {
        let root = tempfile::tempdir().expect("there is room for a temporary folder");
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = tests.parent().expect("tests is a folder of the project").join("sdk/rust");
        let manifest = format!(
            "[package]\nname = \"hub\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{metadata}\n\
             [lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\ninsight-sdk = {{ path = {path:?}{sdk} }}\n[workspace]\n\
             [profile.release]\nopt-level = \"s\"\npanic = \"abort\"\n"
        );
        write(root.path(), "Cargo.toml", &manifest);
        let lock = fs::read_to_string(tests.join("guests/Cargo.lock")).expect("it is text");
        write(root.path(), "Cargo.lock", &lock);
        write(root.path(), "src/lib.rs", source);
        Self(root)
    }

    /// Creates the project of a plugin for a target.
    fn of(source: &str, target: &str) -> Self {
        Self::new(source, &format!("[package.metadata.insight-host]\ntarget = \"{target}\""), "")
    }

    fn build(&self) -> Ran {
        let mut command = UNDER_TEST.command(["build", "--out"]);
        // What a plugin is made of is compiled once for all tests.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm"));
        command.arg(self.0.path().join("out")).arg(self.0.path()).output().expect("the binary runs").into()
    }

    fn built(&self) -> PathBuf {
        let ran = self.build();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        self.0.path().join("out/hub.wasm")
    }
}

/// Asks a component about a record.
fn call(component: &Path, id: &str) -> Ran {
    let component = component.to_str().expect("the path is text");
    UNDER_TEST.run(["call", component, "record-summary", "--record-type", "account", "--record-id", id])
}

/// Returns what a call held at once, and the memory that it took.
fn held(component: &Path, kibibytes: &str) -> (String, String) {
    let ran = call(component, kibibytes);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("the answer is JSON");
    let (_, memory) = ran.stderr.split_once(" · memory ").expect("the cost has the memory");
    (answer["value"][0]["title"].as_str().unwrap_or_default().to_owned(), memory.trim().to_owned())
}

#[test]
fn a_plugin_imports_nothing_of_wasi_if_its_manifest_chooses_the_target_without() {
    for (target, expected) in [(WASI, true), (BARE, false)] {
        let component = fs::read(Project::of(SOURCE, target).built()).expect("the file was written");

        let imports_wasi = component.windows(5).any(|bytes| bytes == b"wasi:");
        assert_eq!(imports_wasi, expected, "{target}");
    }
}

#[test]
fn a_panic_is_told_with_its_text_and_place_on_each_target() {
    for target in [WASI, BARE] {
        let ran = call(&Project::of(SOURCE, target).built(), "none");

        let error = ran.stderr.lines().find(|line| line.starts_with("error: trapped")).expect("the outcome");
        assert!(error.contains("panicked at src/lib.rs:8:"), "{target}: {error}");
        assert!(error.contains("the id is a number: ParseIntError"), "{target}: {error}");
    }
}

#[test]
fn a_heap_of_2_mib_takes_no_more_memory_than_a_plugin_starts_with_and_a_larger_one_grows_it() {
    for target in [WASI, BARE] {
        let project = Project::of(SOURCE, target);
        let component = project.built();

        let (least, start) = held(&component, "1");
        let (some, same) = held(&component, "2048");
        let (much, more) = held(&component, "16384");

        assert_eq!([least, some, much], ["1024", "2097152", "16777216"], "{target}");
        assert_eq!((start.as_str(), same.as_str()), ("4.0 MiB", "4.0 MiB"), "{target}");
        assert_ne!(start, more, "{target}");
    }
}

#[test]
fn a_plugin_for_the_target_without_wasi_may_have_an_allocator_of_its_own() {
    let own = "#[global_allocator]\nstatic OWN: std::alloc::System = std::alloc::System;\n";
    let metadata = format!("[package.metadata.insight-host]\ntarget = \"{BARE}\"");

    let project = Project::new(&format!("{own}{SOURCE}"), &metadata, ", default-features = false");

    assert_eq!(held(&project.built(), "2").0, "2048");
}

#[test]
fn a_target_that_there_is_not_is_refused_by_file_and_key() {
    let ran = Project::of(SOURCE, "wasm32-wasip1").build();

    assert_eq!(ran.code, Some(4), "{ran:?}");
    let told = "Cargo.toml sets `package.metadata.insight-host.target` to \"wasm32-wasip1\"; it is";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}
