//! C, by clang with wasi-libc, or by the compiler of Zig, which brings its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::bindings::{self, PluginInterface};
use super::programs::{PYTHON, VENV};
use super::project::{build_folder, scratch};
use super::{BuildError, BuildOptions, BuiltComponent, core_module, provider_id, tool};

const TARGET: &str = "--target=wasm32-wasi";

/// Bytes of the stack.
const STACK: &str = "-Wl,-z,stack-size=1048576";

/// A compiler that makes modules for WASI.
struct CCompiler {
    program: PathBuf,
    arguments: &'static [&'static str],
    /// Flags of its linker alone.
    linker: &'static [&'static str],
}

/// Returns the C sources of a project, as paths from it.
pub(super) fn sources(project: &Path) -> Vec<PathBuf> {
    let in_folder = |folder: &str| {
        let entries = project.join(folder).read_dir().into_iter().flatten().flatten();
        let names = entries.map(|entry| Path::new(folder).join(entry.file_name()));
        names.filter(|path| path.extension().is_some_and(|it| it == "c")).collect::<Vec<_>>()
    };
    let mut sources = [in_folder(""), in_folder("src")].concat();
    sources.sort();
    sources
}

pub(super) fn build(project: &Path, options: &BuildOptions) -> Result<BuiltComponent, BuildError> {
    let interface = PluginInterface::read(project)?;
    let id = provider_id(interface.namespace().unwrap_or_default(), &project.join("wit"))?;
    let compiler = CCompiler::find(project)?;

    let build_folder = build_folder(project)?;
    let files = interface.generate(wit_bindgen_c::Opts::default().build())?;
    bindings::write(&build_folder.join("bindings"), &files)?;

    let scratch = scratch(&build_folder)?;
    let module = scratch.path().join("module.wasm");
    let module = std::path::absolute(&module).unwrap_or(module);
    let mut command = tool::command(&compiler.program, project);
    command.args(compiler.arguments).args([TARGET, "-mexec-model=reactor", "-Ibuild/bindings", "-Wl,--gc-sections"]);
    // Names of functions stay: traces show them.
    command.args(if options.debug { ["-Oz", "-g"] } else { ["-Oz", "-Wl,--strip-debug"] });
    command.arg(STACK).args(compiler.linker).args(&options.flags).args(sources(project));
    // An object file is among them, which holds the interface.
    let generated = files.iter().filter(|(name, _)| name.extension().is_some_and(|it| it != "h"));
    command.args(generated.map(|(name, _)| Path::new("build/bindings").join(name)));
    command.arg("-o").arg(&module);
    tool::run(command, project)?;
    let wasm = core_module::component(&module, None, project)?;
    Ok(BuiltComponent { id, project: project.to_owned(), wasm })
}

impl CCompiler {
    /// Finds clang with wasi-libc, else Zig.
    fn find(project: &Path) -> Result<Self, BuildError> {
        for name in ["clang-19", "clang"] {
            if let Some(program) = tool::on_path(name)
                && links_for_wasi(&program, project)
            {
                // A stack that overflows traps before it runs into data, as Zig has it too.
                return Ok(Self { program, arguments: &[], linker: &["-Wl,--stack-first"] });
            }
        }
        if let Some(program) = tool::on_path("zig") {
            return Ok(Self { program, arguments: &["cc"], linker: &[] });
        }
        if let Some(program) = tool::find(project, VENV, PYTHON)
            && tool::succeeds(tool::command(&program, project).args(["-m", "ziglang", "version"]))
        {
            return Ok(Self { program, arguments: &["-m", "ziglang", "cc"], linker: &[] });
        }
        let debian = "run `apt-get install clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc`";
        let missing = "no C compiler for WebAssembly is there: neither clang with wasi-libc, nor zig on PATH";
        Err(tool::missing(missing, format!("{debian}, or `pip install ziglang==0.17.0`")))
    }
}

/// Returns whether clang has all that makes a module: libraries for the target, and the linker.
fn links_for_wasi(clang: &Path, project: &Path) -> bool {
    let asks = ["-print-file-name=crt1-reactor.o", "-print-libgcc-file-name", "-print-prog-name=wasm-ld"];
    asks.iter().all(|ask| {
        let answer: Option<_> = Command::new(clang).current_dir(project).args([TARGET, ask]).output().ok();
        // What it does not have, it names without a folder.
        answer.is_some_and(|answer| {
            let name = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
            Path::new(&name).is_file() || tool::on_path(&name).is_some()
        })
    })
}
