//! Imports of other packages: those linked for every plugin, and remedies for the others.

use wit_parser::PackageName;

/// Packages of WASI 0.2 that are linked, without access to any resource.
const OFFERED: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

/// Interfaces of WASI HTTP 0.2 that are linked. Grants decide about the destinations of requests.
const OFFERED_OF_HTTP: [&str; 2] = ["types", "outgoing-handler"];

/// Returns whether this interface of this package is linked for every plugin.
pub(super) fn is_offered(package: Option<&PackageName>, interface: Option<&str>) -> bool {
    package.is_some_and(|package| {
        let is_linked = match package.name.as_str() {
            "http" => interface.is_some_and(|interface| OFFERED_OF_HTTP.contains(&interface)),
            name => OFFERED.contains(&name),
        };
        package.namespace == "wasi" && is_linked && is_preview_2(package)
    })
}

/// Returns the remedy for an import that is not offered; `None` stands for an import without package.
pub(super) fn remedy_for(package: Option<&PackageName>) -> &'static str {
    let Some(package) = package.filter(|package| package.namespace == "wasi") else {
        return "leave it out of the plugin's world: this host offers only `insight:provider` and WASI 0.2";
    };
    match package.name.as_str() {
        "http" => {
            "send requests by `insight:provider/http-client`, or by the `outgoing-handler` of WASI HTTP 0.2, \
             and do not receive any"
        }
        "keyvalue" => "use `insight:provider/key-value` instead",
        "logging" => "use `insight:provider/log` instead",
        "config" | "runtime-config" => "use `insight:provider/config` instead",
        name if OFFERED.contains(&name) && !is_preview_2(package) => {
            "build it for WASI 0.2, in Rust by `--target wasm32-wasip2`"
        }
        _ => "build without it: of WASI, this host offers cli, clocks, filesystem, http, io, random and sockets of 0.2",
    }
}

fn is_preview_2(package: &PackageName) -> bool {
    package.version.as_ref().is_some_and(|version| (version.major, version.minor) == (0, 2) && version.pre.is_empty())
}
