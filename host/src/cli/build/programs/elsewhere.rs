//! Names and places of programs on Windows.

/// The folder of a Python environment's programs, from the project.
pub(super) const VENV: &str = r".venv\Scripts";

/// The interpreter of Python.
pub(super) const PYTHON: &str = "python";

/// Returns the names of files that may be the program `name`. npm installs scripts, beside which lies one for Unix that has
/// the name alone.
pub(super) fn file_names(name: &str) -> [String; 2] {
    [format!("{name}.exe"), format!("{name}.cmd")]
}
