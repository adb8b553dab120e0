//! The text of a panic, without the paths of the machine that built the binary.

use std::panic::{Location, PanicHookInfo};

use contract::Printable;

/// The message of a panic, and its place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanicReport {
    /// The message, escaped.
    pub message: String,
    /// The file below the folder of its package, with line and column.
    pub place: String,
}

impl PanicReport {
    /// Returns the report of a panic.
    #[must_use]
    pub fn of(panic: &PanicHookInfo<'_>) -> Self {
        Self {
            message: Printable(panic.payload_as_str().unwrap_or("no message")).to_string(),
            place: panic.location().map(place_of).unwrap_or_default(),
        }
    }
}

fn place_of(location: &Location<'_>) -> String {
    format!("{}:{}:{}", within_package(location.file()), location.line(), location.column())
}

/// Returns an absolute path from the name of its package on: the folder that holds `src`. Others stay.
fn within_package(path: &str) -> &str {
    if !path.starts_with('/') {
        return path;
    }
    let package = path.rfind("/src/").and_then(|source| path[..source].rfind('/'));
    let start = package.or_else(|| path.rfind('/')).map_or(0, |slash| slash + 1);
    &path[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_the_binary_was_built_in_is_left_out() {
        for (path, shown) in [
            (
                "/home/me/.cargo/registry/src/index.crates.io-19/cranelift-0.135.1/src/isa/x64.rs",
                "cranelift-0.135.1/src/isa/x64.rs",
            ),
            ("/rustc/17067e9ac6d7/library/core/src/option.rs", "core/src/option.rs"),
            ("/build/generated.rs", "generated.rs"),
            ("host/engine/src/lib.rs", "host/engine/src/lib.rs"),
        ] {
            assert_eq!(within_package(path), shown);
        }
    }
}
