//! The compilation targets of plugins, of which a package chooses in its `Cargo.toml`.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::cli::build::{BuildError, core_module, read, tool};
use crate::cli::output::errln;

/// The table of a package's metadata, and its key.
const TABLE: &str = "insight-host";
const KEY: &str = "target";

/// Bytes of memory that a plugin starts with beside its stack and its data: growing it in every call costs more than
/// the call itself. Most plugins start with 4 MiB in all.
const INITIAL_HEAP: u32 = (3 << 20) - (64 << 10);

/// A compilation target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RustTarget {
    /// WASI 0.2. The linker makes a component.
    #[default]
    Wasi,
    /// No system below the standard library. The linker makes a core module.
    Bare,
}

impl RustTarget {
    const ALL: [Self; 2] = [Self::Wasi, Self::Bare];

    /// Returns the target that the metadata of a package choose, in `[package.metadata.insight-host]`.
    ///
    /// # Errors
    ///
    /// Returns the problem if the table has another key or value.
    pub(super) fn chosen(metadata: &Value) -> Result<Self, String> {
        let Some(table) = metadata.get(TABLE) else { return Ok(Self::default()) };
        let Some(table) = table.as_object() else {
            return Err(format!("has `package.metadata.{TABLE}` that is no table"));
        };
        if let Some(unknown) = table.keys().find(|key| *key != KEY) {
            return Err(format!(
                "has the unknown key `package.metadata.{TABLE}.{unknown}`; the table has `{KEY}` only"
            ));
        }
        let Some(value) = table.get(KEY) else { return Ok(Self::default()) };
        let chosen = Self::ALL.into_iter().find(|target| value.as_str() == Some(target.triple()));
        chosen.ok_or_else(|| {
            let [default, other] = Self::ALL.map(Self::triple);
            format!("sets `package.metadata.{TABLE}.{KEY}` to {value}; it is \"{default}\" (default) or \"{other}\"")
        })
    }

    /// Returns its name, as compilers have it.
    pub(super) const fn triple(self) -> &'static str {
        match self {
            Self::Wasi => "wasm32-wasip2",
            Self::Bare => "wasm32-unknown-unknown",
        }
    }

    /// Returns flags of the compiler. The allocator of the SDK, which is for the target without a system, has the initial heap
    /// itself; others there would not use it.
    pub(super) fn flags(self) -> Option<String> {
        (self == Self::Wasi).then(|| format!("-Clink-arg=--initial-heap={INITIAL_HEAP}"))
    }

    /// Adds it to the toolchain that builds `source`, unless it is installed.
    pub(super) fn add(self, source: &Path) -> Result<(), BuildError> {
        let target = self.triple();
        let asked = tool::command("rustc", source).args(["--print", "target-libdir", "--target", target]).output();
        let output = asked.map_err(|source| BuildError::Program { program: "rustc".to_owned(), source })?;
        let libraries = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && Path::new(libraries.trim()).is_dir() {
            return Ok(());
        }
        errln!("adding the target {target}");
        let added = tool::command("rustup", source).args(["target", "add", target]).stdout(Stdio::null()).status();
        match added.map_err(|source| BuildError::Program { program: "rustup".to_owned(), source })? {
            status if status.success() => Ok(()),
            _ => Err(tool::missing(
                format!("the target {target} is missing"),
                format!("run `rustup target add {target}`"),
            )),
        }
    }

    /// Returns the component that `built`, a file of the compiler for this target, is or becomes.
    pub(super) fn component(self, built: &Path, project: &Path) -> Result<Vec<u8>, BuildError> {
        match self {
            Self::Wasi => read(built),
            Self::Bare => core_module::component_without_wasi(built, project),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(metadata: &Value) -> String {
        RustTarget::chosen(metadata).expect_err("there is no such target")
    }

    #[test]
    fn a_package_that_says_nothing_is_built_for_wasi() {
        for metadata in [Value::Null, json!({"docs.rs": {}}), json!({"insight-host": {}})] {
            assert_eq!(RustTarget::chosen(&metadata), Ok(RustTarget::Wasi), "{metadata}");
        }
    }

    #[test]
    fn a_package_chooses_its_target_by_name() {
        for target in RustTarget::ALL {
            let metadata = json!({"insight-host": {"target": target.triple()}});

            assert_eq!(RustTarget::chosen(&metadata), Ok(target), "{metadata}");
        }
    }

    #[test]
    fn a_wrong_value_is_told_with_its_key_and_those_that_there_are() {
        let wrong = problem(&json!({"insight-host": {"target": "wasm32-wasip1"}}));

        assert_eq!(
            wrong,
            "sets `package.metadata.insight-host.target` to \"wasm32-wasip1\"; \
             it is \"wasm32-wasip2\" (default) or \"wasm32-unknown-unknown\""
        );
        assert!(problem(&json!({"insight-host": {"target": 2}})).contains("target` to 2;"));
    }

    #[test]
    fn a_key_that_there_is_not_is_told() {
        assert!(problem(&json!({"insight-host": {"targt": "x"}})).contains("`package.metadata.insight-host.targt`"));
        assert!(problem(&json!({"insight-host": "x"})).contains("no table"));
    }
}
