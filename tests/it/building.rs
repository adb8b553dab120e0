//! `insight-host build`: it builds what cargo builds, by the flags of the project, and the plugin alone.

use std::fs;
use std::path::Path;

use crate::UNDER_TEST;

/// Writes a file, and the folders above it.
fn write(root: &Path, name: &str, content: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
    fs::write(path, content).expect("the folder is ours");
}

/// Builds the package `hub` of this source, which depends on a library that is a cdylib too, and returns the names of
/// the files that were written.
fn built(source: &str, flags: &str) -> Vec<String> {
    let root = tempfile::tempdir().expect("there is room for a temporary folder");
    let manifest = |name: &str, kinds: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[lib]\ncrate-type = {kinds}\n[workspace]\n{rest}")
    };
    let dependency = "[dependencies]\nhelper = { path = \"../helper\" }\n";
    write(root.path(), "hub/Cargo.toml", &manifest("hub", "[\"cdylib\"]", dependency));
    write(root.path(), "hub/src/lib.rs", source);
    write(root.path(), "hub/.cargo/config.toml", flags);
    write(root.path(), "helper/Cargo.toml", &manifest("helper", "[\"cdylib\", \"rlib\"]", ""));
    write(root.path(), "helper/src/lib.rs", "pub fn hello() -> usize { 5 }");
    let text = |name: &str| root.path().join(name).to_str().expect("the path is text").to_owned();

    let ran = UNDER_TEST.run(["build", &text("hub"), "--out", &text("out")]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let files = fs::read_dir(root.path().join("out")).expect("it was created");
    files.map(|file| file.expect("it can be listed").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_plugin_with_mebibytes_of_data_builds_and_a_library_it_depends_on_is_no_plugin() {
    let source = r#"
        static DATA: [u8; 5 << 20] = [1; 5 << 20];
        #[unsafe(no_mangle)]
        pub extern "C" fn byte(at: usize) -> u8 { DATA[at + helper::hello()] }"#;

    assert_eq!(built(source, ""), ["hub.wasm"]);
}

#[test]
fn the_flags_of_a_project_are_heard_wherever_they_stand() {
    let source = "#[cfg(not(chosen))] compile_error!(\"the flags are not heard\");";

    for table in ["build", "target.wasm32-wasip2", "target.'cfg(target_family = \"wasm\")'"] {
        let flags = format!("[{table}]\nrustflags = [\"--cfg\", \"chosen\"]\n");

        assert_eq!(built(source, &flags), ["hub.wasm"], "{table}");
    }
}
