//! `insight-host new`: the projects that it writes, and what it refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use insight_tests::Ran;
use tempfile::TempDir;

use crate::UNDER_TEST;

const LANGUAGES: [&str; 6] = ["rust", "python", "js", "ts", "go", "c"];

const CAPABILITIES: [&str; 6] =
    ["record-summary", "record-details", "key-sales-info", "email-summary", "email-draft", "chat"];

/// Folders that tools write where a template is built in place.
const BUILT: [&str; 5] = [".venv", "__pycache__", "build", "node_modules", "target"];

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

/// Creates a plugin.
fn new(path: &Path, language: &str, more: &[&str]) -> Ran {
    let path = path.to_str().expect("the path is text");
    UNDER_TEST.run([&["new", path, "--lang", language], more].concat())
}

/// Creates a plugin in a folder of its own, and returns both.
fn created(name: &str, language: &str, more: &[&str]) -> (TempDir, PathBuf) {
    let root = folder();
    let project = root.path().join(name);
    let ran = new(&project, language, more);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    (root, project)
}

/// Returns the files below a folder, those behind links too, by their paths.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                let is_built = BUILT.iter().any(|built| path.ends_with(built));
                folders.extend((!is_built).then_some(path));
            } else {
                let name = path.strip_prefix(root).expect("it lies below").to_str().expect("the path is text");
                found.insert(name.to_owned(), fs::read(&path).expect("it can be read"));
            }
        }
    }
    found
}

/// Returns the files of a project, without its copies of the SDK and the interface.
fn own_files(project: &Path) -> BTreeMap<String, String> {
    let copies = ["insight-sdk/", "wit/deps/"];
    let own = files(project).into_iter().filter(|(path, _)| !copies.iter().any(|copy| path.starts_with(copy)));
    own.map(|(path, content)| (path, String::from_utf8_lossy(&content).into_owned())).collect()
}

fn template(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/templates").join(language)
}

#[test]
fn a_project_with_all_capabilities_is_the_template_itself() {
    for language in LANGUAGES {
        let (_root, project) = created("my-plugin", language, &["--capability", &CAPABILITIES.join(",")]);

        let (written, template) = (files(&project), files(&template(language)));

        assert_eq!(written.keys().collect::<Vec<_>>(), template.keys().collect::<Vec<_>>(), "{language}");
        for (path, content) in written {
            assert_eq!(String::from_utf8_lossy(&content), String::from_utf8_lossy(&template[&path]), "{path}");
        }
    }
}

#[test]
fn a_project_mentions_the_capabilities_that_are_wanted_and_no_others() {
    for language in LANGUAGES {
        // An email draft's test names the kind of conversation `teams-chat`.
        for wanted in [&["record-summary"][..], &["email-draft", "chat"]] {
            let more: Vec<&str> = wanted.iter().flat_map(|name| ["--capability", name]).collect();
            let (_root, project) = created("hub", language, &more);

            let text: String = own_files(&project).into_iter().flat_map(|(path, text)| [path, text]).collect();
            let text = text.to_lowercase().replace(['-', '_'], "");

            for capability in CAPABILITIES {
                let is_there = text.contains(&capability.replace('-', ""));
                assert_eq!(is_there, wanted.contains(&capability), "{language}: {capability}");
            }
        }
    }
}

#[test]
fn a_project_has_its_name_wherever_the_template_has_its_own() {
    for language in LANGUAGES {
        let (_root, project) = created("chat-for-record-summary-2", language, &[]);

        let files = own_files(&project);

        assert!(files.contains_key("chat-for-record-summary-2.toml"), "{files:#?}");
        assert!(files.contains_key("chat-for-record-summary-2.dev.toml.example"), "{files:#?}");
        for (path, text) in files {
            assert!(!text.contains("my-plugin") && !text.contains("My Plugin"), "{language}: {path}: {text}");
        }
    }
}

#[test]
fn the_output_is_the_commands_of_the_readme() {
    for language in LANGUAGES {
        let root = folder();
        let project = root.path().join("hub");

        let ran = new(&project, language, &[]);

        let path = project.display();
        let readme = fs::read_to_string(project.join("README.md")).expect("it was written");
        let block =
            readme.split_once("```sh\n").and_then(|(_, rest)| rest.split_once("```")).expect("it has commands").0;
        let commands: String = block.lines().map(|line| format!("  {line}\n")).collect();
        assert!(commands.contains("insight-host dev ."), "{language}: {commands}");
        assert_eq!(ran.stdout, format!("created {path}\n\n  cd {path}\n{commands}"), "{language}");
    }
}

#[test]
fn a_name_that_no_plugin_can_have_is_refused_before_anything_is_written() {
    let too_long = "a".repeat(65);
    for (language, name, reason) in [
        ("rust", "Contoso_Hub", "try `contoso-hub`"),
        ("python", "9-lives", "begin with a letter"),
        ("js", "hub-", "hyphen"),
        ("ts", "café", "lower-case letter"),
        ("go", &too_long, "64 bytes"),
        ("c", "..", "does not end in a name"),
        ("rust", "insight-sdk", "`insight-sdk` is a part of its project"),
        ("rust", "cargo", "`Cargo.toml` is a part of its project"),
        ("python", "pyproject", "`pyproject.toml` is a part of its project"),
    ] {
        let root = folder();

        let ran = new(&root.path().join(name), language, &[]);

        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{name}: {ran:?}");
        assert!(ran.stderr.contains(reason), "{name}: {}", ran.stderr);
        assert!(files(root.path()).is_empty(), "{name}");
    }
}

#[test]
fn a_language_and_a_capability_that_do_not_exist_are_refused_with_the_list() {
    let root = folder();
    let project = root.path().join("hub");

    let language = new(&project, "cobol", &[]);
    let capability = new(&project, "rust", &["--capability", "record-sumary"]);

    assert_eq!((language.code, capability.code), (Some(2), Some(2)));
    assert!(language.stderr.contains("possible values: rust, python, js, ts, go, c"), "{}", language.stderr);
    assert!(capability.stderr.contains("expected one of record-summary, "), "{}", capability.stderr);
    assert!(!project.exists());
}

#[test]
fn what_is_there_is_never_overwritten_and_a_failure_leaves_nothing() {
    let root = folder();
    let place = |name: &str| root.path().join(name);
    fs::create_dir(place("folder")).expect("the folder is ours");
    fs::write(place("file"), "mine").expect("the folder is ours");
    symlink("nowhere", place("link")).expect("the folder is ours");
    let before = fs::read_dir(root.path()).expect("it is there").count();

    for name in ["folder", "file", "link"] {
        let ran = new(&place(name), "rust", &[]);

        assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
        assert!(ran.stderr.contains("exists; choose another name"), "{name}: {}", ran.stderr);
    }
    for parent in ["absent", "file"] {
        let ran = new(&place(parent).join("hub"), "rust", &[]);

        assert_eq!(ran.code, Some(1), "{parent}: {ran:?}");
        assert!(ran.stderr.contains("failed to create "), "{parent}: {}", ran.stderr);
    }

    assert_eq!(fs::read_dir(root.path()).expect("it is there").count(), before);
    assert_eq!(fs::read_dir(place("folder")).expect("it is there").count(), 0);
    assert_eq!(fs::read_to_string(place("file")).expect("it is there"), "mine");
}

/// Runs cargo in a project, with what other tests have built.
fn cargo(project: &Path, arguments: &[&str]) -> Ran {
    let mut cargo = Command::new("cargo");
    // The compiler is the project's own.
    cargo.env_remove("RUSTUP_TOOLCHAIN").env("CARGO_TARGET_DIR", shared_target());
    Ran::from(cargo.args(arguments).current_dir(project).output().expect("cargo runs"))
}

/// Returns the folder of all that tests build for guests.
fn shared_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm")
}

/// Builds a project with the host's own command, and returns the component. Each test names its project otherwise, as
/// all build in one folder.
fn built(project: &Path) -> PathBuf {
    let out = project.join("target");
    let mut build = UNDER_TEST.command(["build", "--out"]);
    build.arg(&out).arg(project).env("CARGO_TARGET_DIR", shared_target());
    let ran = Ran::from(build.output().expect("the binary runs"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let name = project.file_name().expect("it has a name").to_string_lossy().into_owned();
    out.join(format!("{name}.wasm"))
}

#[test]
fn a_rust_project_passes_its_tests_builds_without_warnings_and_answers() {
    for (name, capabilities) in
        [("summary-hub", "record-summary"), ("mail-hub", "email-summary,chat"), ("chat-hub", "chat")]
    {
        let (_root, project) = created(name, "rust", &["--capability", capabilities]);

        let tests = cargo(&project, &["test", "--locked"]);
        let component = built(&project);
        let component = component.to_str().expect("the path is text");
        let readme = fs::read_to_string(project.join("README.md")).expect("it is text");
        let command = readme.lines().find_map(|line| line.strip_prefix("insight-host check ")).expect("it checks");
        let example = command.split('\'').nth(1).expect("it names inputs that have answers");
        let checked = UNDER_TEST.run(["check", component, "--example", example]);

        assert_eq!(tests.code, Some(0), "{tests:?}");
        assert!(!tests.stderr.contains("warning"), "{}", tests.stderr);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(checked.stdout.ends_with("keeps to the interface\n"), "all is examined: {}", checked.stdout);
        let provides = checked.stdout.matches("provides ").count();
        assert_eq!(provides, capabilities.split(',').count(), "{}", checked.stdout);
    }
}

#[test]
fn the_packed_sdk_stands_alone() {
    let (root, project) = created("packed-hub", "rust", &[]);
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/rust");
    let out = root.path().join("packed");
    let packed = Command::new("cargo")
        .args(["package", "--no-verify", "--allow-dirty", "--offline", "--target-dir"])
        .arg(&out)
        .current_dir(sdk)
        .output()
        .map(Ran::from)
        .expect("cargo runs");
    assert_eq!(packed.code, Some(0), "{packed:?}");

    // In place of the copy that the project has.
    let copy = project.join("insight-sdk");
    fs::remove_dir_all(&copy).expect("it was written");
    fs::create_dir(&copy).expect("the folder is ours");
    let mut unpack = Command::new("tar");
    unpack.arg("xzf").arg(out.join("package/insight-sdk-0.1.0.crate")).args(["--strip-components", "1", "-C"]);
    assert!(unpack.arg(&copy).status().expect("tar is installed").success());

    assert!(fs::read(built(&project)).expect("it was built").starts_with(b"\0asm"));
}

#[test]
fn the_template_for_rust_locks_what_the_samples_lock() {
    let locked = |path: &str| -> BTreeSet<String> {
        let lock =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).expect("it is there");
        // Name, version, source and checksum; packages of ours have no checksum.
        let packages = lock.split("[[package]]\n").filter(|package| package.contains("checksum = "));
        packages.map(|package| package.lines().take(4).collect::<Vec<_>>().join(" ")).collect()
    };
    let (template, samples) = (locked("sdk/templates/rust/Cargo.lock"), locked("plugins/Cargo.lock"));

    assert!(template.len() > 20, "{template:#?}");
    assert_eq!(template.difference(&samples).collect::<Vec<_>>(), [""; 0]);
}
