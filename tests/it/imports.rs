//! The layers that Cargo cannot check: modules of the server import only those below them, and a few names stay where
//! they belong. ARCHITECTURE.md states the reasons.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the server that each one may import. Data flows down this list.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("plugin", &[]),
    ("dispatch", &["plugin"]),
    ("auth", &[]),
    ("http", &["dispatch", "auth", "plugin"]),
    ("admin", &["http", "plugin"]),
    ("config", &["admin", "http", "auth", "plugin"]),
    ("cli", &["config", "admin", "http", "auth", "plugin"]),
    // The entry points of fuzz targets, in no host.
    ("fuzzing", &["config", "plugin"]),
    // The crate root declares them all, and `main` calls the library as a user of it.
    ("lib", &[]),
    ("main", &[]),
    ("allocator", &[]),
];

/// A source file of the host.
pub(crate) struct Source {
    /// The path below `host`.
    pub(crate) path: PathBuf,
    /// The code without comments, and without the tests at its end.
    pub(crate) code: String,
}

impl Source {
    /// Returns the package that it belongs to, or the module if that is the server.
    fn part(&self) -> &str {
        let parts: Vec<&str> = self.path.iter().filter_map(|part| part.to_str()).collect();
        match parts.as_slice() {
            ["src", module, ..] => module.trim_end_matches(".rs"),
            [package, ..] => package,
            [] => "",
        }
    }

    /// Returns whether it belongs to the server rather than to a package below it.
    fn is_of_the_server(&self) -> bool {
        self.path.starts_with("src")
    }

    /// Returns the top-level modules of its package that it names.
    fn imports(&self) -> Vec<&str> {
        self.code.split("crate::").skip(1).flat_map(names).collect()
    }

    fn mentions(&self, name: &str) -> bool {
        self.code.contains(name)
    }
}

/// Returns the first segment of a path, or of each path of a group.
fn names(path: &str) -> Vec<&str> {
    let Some(group) = path.strip_prefix('{') else { return vec![first_step(path)] };
    let mut depth = 1;
    let end = group.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    let group = &group[..end.expect("a group ends")];
    let mut depth = 0;
    let paths = group.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    paths.map(|path| first_step(path.trim())).filter(|name| !name.is_empty()).collect()
}

fn first_step(path: &str) -> &str {
    path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Strips comments, and the tests at the end, from code.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _comment)| code));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the files below `file` that it declares for tests alone.
fn test_files<'a>(file: &'a Path, text: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    let folder = file.with_extension("");
    let folder = if folder.ends_with("lib") { folder.with_file_name("") } else { folder };
    text.split("#[cfg(test)]\n").skip(1).filter_map(move |rest| {
        let name = rest.lines().next()?.split_once("mod ")?.1.strip_suffix(';')?;
        Some(folder.join(name).with_extension("rs"))
    })
}

/// Returns every source file of the host, except those for tests alone.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host");
    let mut sources = Vec::new();
    let mut for_tests = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the host is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                if !path.ends_with("benches") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("it can be read");
                let path = path.strip_prefix(&root).expect("it lies below").to_owned();
                for_tests.extend(test_files(&path, &text));
                sources.push(Source { path, code: code_of(&text) });
            }
        }
    }
    sources.retain(|source| !for_tests.contains(&source.path));
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

/// Asserts that no package, and no module of the server, except these `parts` mentions any of `names`.
fn assert_only_in(parts: &[&str], names: &[&str]) {
    let all = sources();
    for name in names {
        let strangers = all.iter().filter(|source| !parts.contains(&source.part()) && source.mentions(name));
        assert_eq!(strangers.map(|source| source.path.display().to_string()).collect::<Vec<_>>(), [""; 0], "{name}");
    }
    let is_used = |name: &&str| all.iter().any(|source| source.mentions(name));
    assert!(names.iter().any(is_used), "nobody mentions {names:?}: are these still the names to look for?");
}

#[test]
fn modules_import_only_what_lies_below_them() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.is_of_the_server()) {
        let module = source.part();
        let (_, allowed) = MAY_IMPORT.iter().find(|(name, _)| *name == module).expect("the module is in the list");
        for import in source.imports() {
            if import != module && !allowed.contains(&import) {
                broken.push(format!("{} imports {import}", source.path.display()));
            }
        }
    }

    assert_eq!(broken, [""; 0]);
}

#[test]
fn no_module_imports_what_imports_it() {
    for (place, (module, imports)) in MAY_IMPORT.iter().enumerate() {
        let below = &MAY_IMPORT[..place];
        for import in *imports {
            assert!(below.iter().any(|(name, _)| name == import), "{import} does not lie below {module}");
        }
    }
}

#[test]
fn the_contract_does_no_input_or_output_and_knows_no_engine_and_no_server() {
    let beyond = ["std::fs", "std::net", "std::env", "std::process", "std::thread", "tokio", "hyper", "notify"];
    for source in sources().iter().filter(|source| source.part() == "contract") {
        for name in beyond {
            assert!(!source.mentions(name), "{} mentions {name}", source.path.display());
        }
    }
}

#[test]
fn only_servers_and_clients_name_the_http_library() {
    // `engine` passes its types from the engine's library to the egress client; `auth` and `connector` make requests of
    // them, and have `net` send these.
    assert_only_in(&["http", "admin", "auth", "egress", "engine", "connector", "net"], &["hyper::"]);
    assert_only_in(&["http", "egress", "net"], &["hyper_util::", "hyper_rustls::", "rustls::"]);
}

#[test]
fn only_the_command_line_secrets_and_telemetry_read_the_environment() {
    // Cargo tells a build script by the environment where to write.
    assert_only_in(&["cli", "main", "config", "egress", "net", "build.rs"], &["env::var", "env::args"]);
}

#[test]
fn imports_are_found_however_they_are_written() {
    let code = "
        use crate::contract::{Ask, Reply}; // crate::comment::of
        use crate::{http, plugin::{Catalog, Watch}, runtime};
        let ready = crate::telemetry::log_to_stderr;
        #[cfg(test)]
        mod fakes;";
    let source = Source { path: "src/cli/serve.rs".into(), code: code_of(code) };

    assert_eq!(source.imports(), ["contract", "http", "plugin", "runtime", "telemetry"]);
    assert_eq!(source.part(), "cli");
}

#[test]
fn unsafe_code_is_where_the_architecture_lists_it() {
    let blocks = |source: &Source| source.code.matches("unsafe {").count();
    let all = sources();
    let found = all.iter().filter(|source| blocks(source) > 0);

    let mut found: Vec<_> = found.map(|source| (source.path.display().to_string(), blocks(source))).collect();

    found.sort();
    let listed = [
        ("engine/src/lib.rs", 1),
        ("net/src/scheduling.rs", 1),
        ("src/fuzzing.rs", 1),
        ("src/plugin/load/program.rs", 2),
    ];
    assert_eq!(found, listed.map(|(file, blocks)| (file.to_owned(), blocks)));
}
