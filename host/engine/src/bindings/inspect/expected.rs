//! The released interface that components are compared with.

use std::sync::LazyLock;

use wit_parser::{Interface, PackageId, Resolve, SourceMap, WorldId, WorldKey};

/// Namespace and name of our package.
pub(super) const PACKAGE: (&str, &str) = ("insight", "provider");

/// Major version that this host serves.
pub(super) const MAJOR: u64 = 1;

/// The newest minor version of it that this host serves.
pub(super) const MINOR: u64 = 0;

/// Includes the text of the interface: a file for each interface and one for the worlds.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../../../wit/1.0/", $name)))),*]
    };
}

/// The files of the interface.
pub(super) static FILES: [(&str, &str); 15] = files![
    "about.wit",
    "chat.wit",
    "config.wit",
    "email-draft.wit",
    "email-summary.wit",
    "http-client.wit",
    "insight-types.wit",
    "key-sales-info.wit",
    "key-value.wit",
    "lifecycle.wit",
    "log.wit",
    "provider.wit",
    "record-details.wit",
    "record-summary.wit",
    "secrets.wit",
];

/// Our interface, parsed.
pub(super) struct Expected {
    resolve: Resolve,
    package: PackageId,
}

impl Expected {
    /// Returns the interface, which is parsed at the first call.
    pub(super) fn get() -> &'static Self {
        static EXPECTED: LazyLock<Expected> = LazyLock::new(Expected::parse);
        &EXPECTED
    }

    fn parse() -> Self {
        let mut files = SourceMap::default();
        for (name, text) in FILES {
            files.push_str(name, text);
        }
        let package = files.parse().map_err(|(_, error)| error).expect("the released interface is valid");
        let mut resolve = Resolve::default();
        let package = resolve.push_group(package).expect("the released interface is complete");
        Self { resolve, package }
    }

    pub(super) fn resolve(&self) -> &Resolve {
        &self.resolve
    }

    /// Returns the interface with this name.
    pub(super) fn interface(&self, name: &str) -> Option<&Interface> {
        let id = *self.resolve.packages[self.package].interfaces.get(name)?;
        Some(&self.resolve.interfaces[id])
    }

    /// Returns the names of the capabilities' interfaces, which are all exports of the world `provider`.
    pub(super) fn capabilities(&self) -> impl Iterator<Item = &str> {
        let provider = self.resolve.packages[self.package].worlds.get("provider");
        self.exports(*provider.expect("the released interface has that world"))
    }

    /// Returns the names of the host's interfaces, which are all imports of the world `imports` that have functions.
    pub(super) fn imports(&self) -> impl Iterator<Item = &str> {
        let imports = self.resolve.packages[self.package].worlds.get("imports");
        let world = *imports.expect("the released interface has that world");
        self.resolve.worlds[world].imports.keys().filter_map(|key| match key {
            WorldKey::Interface(id) => {
                let interface = &self.resolve.interfaces[*id];
                interface.name.as_deref().filter(|_| !interface.functions.is_empty())
            }
            WorldKey::Name(_) => None,
        })
    }

    /// Returns whether plugins export the interface with this name. They import the others.
    pub(super) fn is_asked_of_plugins(&self, name: &str) -> bool {
        let mut worlds = self.resolve.packages[self.package].worlds.values();
        worlds.any(|&world| self.exports(world).any(|export| export == name))
    }

    fn exports(&self, world: WorldId) -> impl Iterator<Item = &str> {
        self.resolve.worlds[world].exports.keys().filter_map(|key| match key {
            WorldKey::Interface(id) => self.resolve.interfaces[*id].name.as_deref(),
            WorldKey::Name(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_released_text_is_of_the_version_that_is_served() {
        let expected = Expected::get();

        let name = &expected.resolve.packages[expected.package].name;

        assert_eq!((name.namespace.as_str(), name.name.as_str()), PACKAGE);
        let version = name.version.as_ref().expect("it has a version");
        assert_eq!((version.major, version.minor), (MAJOR, MINOR));
    }

    #[test]
    fn no_file_of_the_release_is_left_out() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/1.0");
        let mut released: Vec<_> = std::fs::read_dir(folder)
            .expect("the interface lies beside the host")
            .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("its name is text"))
            .filter(|name| name.ends_with(".wit"))
            .collect();
        released.sort();

        assert_eq!(released, FILES.map(|(name, _)| name));
    }

    #[test]
    fn six_capabilities_and_two_more_interfaces_are_asked_of_plugins() {
        let expected = Expected::get();

        assert_eq!(expected.capabilities().count(), 6);
        assert!(expected.is_asked_of_plugins("chat") && expected.is_asked_of_plugins("about"));
        assert!(!expected.is_asked_of_plugins("log") && !expected.is_asked_of_plugins("insight-types"));
    }
}
