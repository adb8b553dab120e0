//! Programs of the languages' toolchains.

use std::env;
use std::io::stderr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::BuildError;
use super::programs::file_names;

/// Returns a command that runs a program in `dir`, without the environment of our own toolchain.
pub(super) fn command(program: impl AsRef<Path>, dir: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(dir).stdin(Stdio::null());
    // Set if the host itself runs under cargo; they would select the guest's compiler or its flags.
    for variable in ["RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command
}

/// Runs a command of `project` to its end. What it prints goes to standard error, as standard output carries our
/// results alone.
pub(super) fn run(mut command: Command, project: &Path) -> Result<(), BuildError> {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    match command.stdout(stderr()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(BuildError::Tool { project: project.to_owned(), program, status }),
        Err(source) => Err(BuildError::Program { program, source }),
    }
}

/// Returns whether a command runs and succeeds; it prints nothing.
pub(super) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Returns the program `name` of the folder `own` of `project`, or else the first on PATH.
pub(super) fn find(project: &Path, own: &str, name: &str) -> Option<PathBuf> {
    in_project(project, own, name).or_else(|| on_path(name))
}

/// Returns the program `name` in the folder `own` of `project`.
pub(super) fn in_project(project: &Path, own: &str, name: &str) -> Option<PathBuf> {
    // A command runs in the project, so a relative path would no longer lead there.
    std::path::absolute(in_folder(&project.join(own), name)?).ok()
}

/// Returns the first program `name` on PATH.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).find_map(|folder| in_folder(&folder, name))
}

fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    file_names(name).iter().map(|file| folder.join(file)).find(|program| program.is_file())
}

/// A tool that is not there, and how to get it.
pub(super) fn missing(missing: impl Into<String>, remedy: impl Into<String>) -> BuildError {
    BuildError::Missing { missing: missing.into(), remedy: remedy.into() }
}
