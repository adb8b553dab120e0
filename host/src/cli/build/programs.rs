//! Names and places of programs on Unix.

/// The folder of a Python environment's programs, from the project.
pub(super) const VENV: &str = ".venv/bin";

/// The interpreter of Python.
pub(super) const PYTHON: &str = "python3";

/// Returns the names of files that may be the program `name`.
pub(super) fn file_names(name: &str) -> [String; 1] {
    [name.to_owned()]
}
