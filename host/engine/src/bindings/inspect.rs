//! Inspects a component: its kind, and how it differs from our interface.
//!
//! The engine would reject the same components, with errors that only its developers understand. Parsing
//! untrusted files takes memory and time, so this runs in the compile child and in an author's terminal, never
//! on the answering threads.

mod author_world;
mod difference;
mod envelope;
mod expected;
mod foreign;
mod rejected;

use std::panic::{AssertUnwindSafe, catch_unwind};

use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{Function, Interface, Resolve, World, WorldItem, WorldKey};

pub use self::author_world::{
    PackageNameError, author_world, exportable_interfaces, importable_interfaces, interface_files,
};
use self::difference::difference;
pub use self::envelope::ends_early;
use self::envelope::{FileKind, kind_of, nests_too_deep};
use self::expected::Expected;
use self::foreign::remedy_for;
pub use self::rejected::ComponentRejected;
use self::rejected::{Misfit, Misfits};
use crate::proposals::used_by;

/// The exports and imports of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Interfaces of capabilities that it exports, such as `record-summary`.
    pub provides: Vec<String>,
    /// Set if it exports `about`.
    pub about: bool,
    /// Set if it exports `lifecycle`.
    pub lifecycle: bool,
    /// All its imports, such as `wasi:io/streams@0.2.6`.
    pub imports: Vec<String>,
    /// Other exports, which this host ignores.
    pub unknown_exports: Vec<String>,
    /// Set if its types could be read. Otherwise all the above is empty and only the engine decides.
    pub understood: bool,
}

/// Inspects the bytes of a component, without the code of its functions.
///
/// # Errors
///
/// Fails with a message for the component's author.
pub fn inspect(wasm: &[u8]) -> Result<Inspection, ComponentRejected> {
    if wasm.is_empty() {
        return Err(ComponentRejected::Empty);
    }
    if ends_early(wasm) {
        return Err(ComponentRejected::CutShort);
    }
    match kind_of(wasm) {
        FileKind::Component => {}
        FileKind::CoreModule => return Err(ComponentRejected::CoreModule),
        FileKind::UnknownWasm => return Err(ComponentRejected::UnknownWasm),
        FileKind::Precompiled => return Err(ComponentRejected::Precompiled),
        FileKind::Other(what) => return Err(ComponentRejected::NotWasm(what)),
    }
    if nests_too_deep(wasm) {
        return Err(ComponentRejected::NestedTooDeep);
    }
    // An untrusted component may be the first to trigger a bug in the parser.
    let Ok(decoded) = catch_unwind(AssertUnwindSafe(|| decode(wasm))) else { return Ok(Inspection::default()) };
    match decoded {
        Ok(DecodedWasm::Component(resolve, world)) => Inspector::new(&resolve).inspect(&resolve.worlds[world]),
        Ok(DecodedWasm::WitPackage(..)) => Err(ComponentRejected::InterfaceOnly),
        Err(error) => {
            let reason = error.root_cause().to_string();
            // Only errors of the validator have an offset. Others may concern valid components that WIT cannot
            // express.
            if reason.contains("(at offset 0x") {
                Err(used_by(wasm).map_or(ComponentRejected::Malformed(reason), ComponentRejected::Proposals))
            } else {
                Ok(Inspection::default())
            }
        }
    }
}

/// Checks imports and exports, and collects mismatches.
struct Inspector<'a> {
    found: &'a Resolve,
    expected: &'static Expected,
    inspection: Inspection,
    misfits: Vec<Misfit>,
    /// Set if any interface of ours is exported, in any version.
    is_ours: bool,
}

impl<'a> Inspector<'a> {
    fn new(found: &'a Resolve) -> Self {
        let inspection = Inspection { understood: true, ..Inspection::default() };
        Self { found, expected: Expected::get(), inspection, misfits: Vec::new(), is_ours: false }
    }

    fn inspect(mut self, world: &'a World) -> Result<Inspection, ComponentRejected> {
        for (key, item) in &world.imports {
            self.import(key, item);
        }
        for (key, item) in &world.exports {
            self.export(key, item);
        }
        if !self.is_ours {
            let exports = world.exports.keys().map(|key| self.found.name_world_key(key)).collect();
            return Err(ComponentRejected::NothingOfOurs {
                exports,
                capabilities: self.expected.capabilities().collect(),
            });
        }
        if !self.misfits.is_empty() {
            return Err(ComponentRejected::Unfit(Misfits(self.misfits)));
        }
        Ok(self.inspection)
    }

    fn import(&mut self, key: &WorldKey, item: &'a WorldItem) {
        let name = self.found.name_world_key(key);
        match item {
            // A type needs no implementation.
            WorldItem::Type { .. } => {}
            WorldItem::Function(_) => {
                self.misfits.push(Misfit::Foreign { remedy: remedy_for(None), name: name.clone() });
                self.inspection.imports.push(name);
            }
            WorldItem::Interface { id, .. } => {
                let interface = &self.found.interfaces[*id];
                match self.release_of_ours(interface) {
                    Some(release) => self.import_of_ours(&name, interface, release),
                    None => self.foreign_import(&name, interface),
                }
                self.inspection.imports.push(name);
            }
        }
    }

    fn foreign_import(&mut self, name: &str, interface: &Interface) {
        let package = interface.package.map(|package| &self.found.packages[package].name);
        if !foreign::is_offered(package, interface.name.as_deref()) {
            self.misfits.push(Misfit::Foreign { name: name.to_owned(), remedy: remedy_for(package) });
        }
    }

    fn import_of_ours(&mut self, name: &str, found: &'a Interface, release: Release) {
        if !release.is_served() {
            self.misfits.push(Misfit::OtherVersion { name: name.to_owned(), verb: "imports" });
            return;
        }
        let expected = self.expected;
        let Some(offered) = found.name.as_deref().and_then(|name| expected.interface(name)) else {
            self.misfits.push(Misfit::NotOffered { what: format!("`{name}`"), needs: release.newer() });
            return;
        };
        for (function, found) in &found.functions {
            match offered.functions.get(function) {
                Some(offered) => self.compare(name, offered, found),
                None => {
                    let what = format!("the function `{function}` of `{name}`");
                    self.misfits.push(Misfit::NotOffered { what, needs: release.newer() });
                }
            }
        }
    }

    fn export(&mut self, key: &WorldKey, item: &'a WorldItem) {
        let name = self.found.name_world_key(key);
        let WorldItem::Interface { id, .. } = item else {
            self.inspection.unknown_exports.push(name);
            return;
        };
        let interface = &self.found.interfaces[*id];
        match self.release_of_ours(interface) {
            Some(release) => self.export_of_ours(name, interface, release),
            None => self.inspection.unknown_exports.push(name),
        }
    }

    fn export_of_ours(&mut self, name: String, found: &'a Interface, release: Release) {
        let expected = self.expected;
        let short = found.name.as_deref().unwrap_or_default();
        if !release.is_served() {
            self.is_ours = true;
            self.misfits.push(Misfit::OtherVersion { name, verb: "exports" });
            return;
        }
        let Some(asked) = expected.interface(short).filter(|_| expected.is_asked_of_plugins(short)) else {
            self.inspection.unknown_exports.push(name);
            return;
        };
        for (function, asked) in &asked.functions {
            match found.functions.get(function) {
                Some(found) => self.compare(&name, asked, found),
                None => self.misfits.push(Misfit::Missing { interface: name.clone(), function: function.clone() }),
            }
        }
        match short {
            "about" => self.inspection.about = true,
            "lifecycle" => self.inspection.lifecycle = true,
            _ => {
                self.is_ours = true;
                self.inspection.provides.push(short.to_owned());
            }
        }
    }

    fn compare(&mut self, interface: &str, expected: &Function, found: &Function) {
        if let Some(difference) = difference((self.expected.resolve(), expected), (self.found, found)) {
            let function = format!("{interface}#{}", expected.name);
            self.misfits.push(Misfit::Differs { function, difference });
        }
    }

    /// Returns the release of `insight:provider` that the interface belongs to; `None` for other packages.
    fn release_of_ours(&self, interface: &Interface) -> Option<Release> {
        let package = &self.found.packages[interface.package?].name;
        if (package.namespace.as_str(), package.name.as_str()) != expected::PACKAGE {
            return None;
        }
        let version = package.version.as_ref();
        Some(version.map_or(Release::Other, |version| match (version.major, version.pre.is_empty()) {
            (expected::MAJOR, true) => Release::Served { minor: version.minor },
            _ => Release::Other,
        }))
    }
}

/// A release of our interface.
#[derive(Clone, Copy)]
enum Release {
    /// A release of the major version that this host serves.
    Served { minor: u64 },
    /// Another major version, a draft, or no version.
    Other,
}

impl Release {
    fn is_served(self) -> bool {
        matches!(self, Self::Served { .. })
    }

    /// Returns the host version that this release needs, if it is newer than this host.
    fn newer(self) -> Option<String> {
        match self {
            Self::Served { minor } if minor > expected::MINOR => Some(format!("{}.{minor}", expected::MAJOR)),
            Self::Served { .. } | Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests;
