//! The processes that this program is: it starts itself in one after the other.

#[path = "../../../../host/src/allocator.rs"]
mod allocator;
mod counted;
mod driver;
mod machine;
mod requests;
mod valgrind;

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Plays the role that the first argument names.
pub(crate) fn play() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let role = arguments.next().unwrap_or_default();
    match role.to_str() {
        Some("build") => insight_host::cli::run(std::env::args_os()),
        // The host starts its compile child so. The child starts itself again, as a program of the emulator's.
        Some("compile") => replaced_by(
            "valgrind".as_ref(),
            ["--tool=none".into(), "-q".into(), own_path().into(), "compile-here".into()],
        ),
        Some("compile-here") => compile(),
        Some("emulate") => {
            machine::hide_functions_of_the_kernel();
            replaced_by(&arguments.next().expect("a program"), arguments)
        }
        Some("counted") => {
            machine::emulates(own_path());
            counted::run(Path::new(&arguments.next().expect("a folder")))
        }
        _ => driver::run(std::env::args_os().any(|argument| argument == "--update")),
    }
}

/// The path of this program.
fn own_path() -> PathBuf {
    std::env::current_exe().expect("a program has a path")
}

/// Becomes another program.
fn replaced_by(program: &OsStr, arguments: impl IntoIterator<Item = OsString>) -> ! {
    let error = Command::new(program).args(arguments).exec();
    panic!("failed to start {}: {error}", program.display())
}

/// Compiles the component on standard input, as the host's compile child does. Its input is trusted, and has no limits.
fn compile() -> ExitCode {
    let mut component = Vec::new();
    io::stdin().read_to_end(&mut component).expect("the host writes a component");
    let compiled = engine::compile(&component, engine::CompileMode::default()).expect("the component compiles");
    io::stdout().write_all(&compiled.artifact).expect("the host reads");
    ExitCode::SUCCESS
}
