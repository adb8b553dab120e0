//! The interface in a project's `wit` folder, and the bindings that are generated from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use wit_bindgen_core::{Files, WorldGenerator};
use wit_component::WitPrinter;
use wit_parser::{Resolve, World, WorldId, WorldItem, WorldKey};

use super::{BuildError, tool};
use net::outfile::OutfileError;

/// The world of a plugin, as templates name it.
const WORLD: &str = "plugin";

/// The folder with the interface.
const FOLDER: &str = "wit";

/// What a plugin exports and imports.
pub(super) struct PluginInterface {
    resolve: Resolve,
    world: WorldId,
}

impl PluginInterface {
    /// Reads the interface of `project`. Its world is `plugin`, or else the only one.
    pub(super) fn read(project: &Path) -> Result<Self, BuildError> {
        let path = project.join(FOLDER);
        if !path.is_dir() {
            let missing = format!("there is no folder `{FOLDER}` in {}", project.display());
            return Err(tool::missing(missing, format!("run `insight-host wit --out {}`", path.display())));
        }
        let mut resolve = Resolve::default();
        let world = resolve.push_dir(&path).and_then(|(package, _)| {
            resolve.select_world(&[package], Some(WORLD)).or_else(|_| resolve.select_world(&[package], None))
        });
        match world {
            Ok(world) => Ok(Self { resolve, world }),
            Err(error) => Err(BuildError::Wit { path, source: error.into() }),
        }
    }

    /// Returns the world's name.
    pub(super) fn world(&self) -> &str {
        &self.resolve.worlds[self.world].name
    }

    /// Returns the namespace of the world's package, in which a project is named that has no manifest.
    pub(super) fn namespace(&self) -> Option<&str> {
        let package = self.resolve.worlds[self.world].package?;
        Some(&self.resolve.packages[package].name.namespace)
    }

    /// Returns what a core module says of its interface.
    pub(super) fn parts(&self) -> (&Resolve, WorldId) {
        (&self.resolve, self.world)
    }

    /// Leaves out of the world the interfaces that it imports and a plugin does not use. `used` are modules that its code
    /// imports, such as `insight:provider/log@1.0.0`. Interfaces of types alone stay, as others name them.
    pub(super) fn importing(mut self, used: &BTreeSet<String>) -> Self {
        let Self { resolve, world } = &mut self;
        let mut imports = resolve.worlds[*world].imports.clone();
        imports.retain(|_, item| {
            let WorldItem::Interface { id, .. } = item else { return true };
            let name = resolve.id_of(*id).unwrap_or_default();
            let unversioned = name.split('@').next().unwrap_or_default();
            resolve.interfaces[*id].functions.is_empty() || used.contains(&name) || used.contains(unversioned)
        });
        resolve.worlds[*world].imports = imports;
        self
    }

    /// Returns the interfaces that the world exports, and those that only other worlds do, by their names.
    pub(super) fn exported_and_others(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let exports = |world: &World| -> BTreeSet<String> {
            let keys = world.exports.keys().filter(|key| matches!(key, WorldKey::Interface(_)));
            keys.map(|key| self.resolve.name_world_key(key)).collect()
        };
        let own = exports(&self.resolve.worlds[self.world]);
        let all: BTreeSet<String> = self.resolve.worlds.iter().flat_map(|(_, world)| exports(world)).collect();
        let others = all.difference(&own).cloned().collect();
        (own, others)
    }

    /// Returns the interface as one file of WIT.
    pub(super) fn text(&self) -> Result<String, BuildError> {
        let own = self.resolve.worlds[self.world].package;
        let others: Vec<_> = self.resolve.packages.iter().map(|(id, _)| id).filter(|id| Some(*id) != own).collect();
        let mut printer = WitPrinter::default();
        let printed = match own {
            Some(package) => printer.print(&self.resolve, package, &others),
            None => Ok(()),
        };
        match printed {
            Ok(()) => Ok(printer.output.to_string()),
            Err(error) => Err(BuildError::Wit { path: PathBuf::from(FOLDER), source: error.into() }),
        }
    }

    /// Generates bindings: a path for each file, and its content.
    pub(super) fn generate(
        &self,
        mut generator: Box<dyn WorldGenerator>,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, BuildError> {
        let mut files = Files::default();
        // Generators number the types anew, which is not what a component then says of itself.
        let mut resolve = self.resolve.clone();
        match generator.generate(&mut resolve, self.world, &mut files) {
            Ok(()) => Ok(files.iter().map(|(name, content)| (PathBuf::from(name), content.to_owned())).collect()),
            Err(error) => Err(BuildError::Wit { path: PathBuf::from(FOLDER), source: error.into() }),
        }
    }
}

/// Makes `folder` hold these files and no others. Files that are so already are not written, for those who watch them.
pub(super) fn write(folder: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<(), BuildError> {
    let fails = |source| OutfileError::Io { path: folder.to_owned(), source };
    let mut kept = BTreeSet::new();
    for (name, content) in files {
        let path = folder.join(name);
        if fs::read(&path).ok().as_ref() != Some(content) {
            fs::create_dir_all(path.parent().unwrap_or(folder))
                .and_then(|()| fs::write(&path, content))
                .map_err(fails)?;
        }
        kept.insert(path);
    }
    Ok(remove_others(folder, &kept).map_err(fails)?)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if kept.contains(&path) {
            continue;
        }
        // A link is removed, and what it leads to stays.
        let is_folder = fs::symlink_metadata(&path)?.is_dir();
        match (is_folder, kept.iter().any(|kept| kept.starts_with(&path))) {
            (true, true) => remove_others(&path, kept)?,
            (true, false) => fs::remove_dir_all(&path)?,
            (false, _) => fs::remove_file(&path)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content: &str) -> (PathBuf, Vec<u8>) {
        (PathBuf::from(name), content.as_bytes().to_owned())
    }

    #[test]
    fn a_world_imports_what_its_plugin_uses_and_stays_readable() {
        let root = tempfile::tempdir().expect("there is room");
        let wit = root.path().join(FOLDER);
        let world = "world plugin { import b:host/log@1.0.0; import b:host/clock@1.0.0; export b:host/about@1.0.0; }";
        let host = "package b:host@1.0.0; interface types { record text { it: string } } \
                    interface log { use types.{text}; write: func(it: text); } interface clock { now: func() -> u64; } \
                    interface about { use types.{text}; describe: func() -> text; }";
        fs::create_dir_all(wit.join("deps/host")).expect("there is room");
        fs::write(wit.join("plugin.wit"), format!("package a:plugin; {world}")).expect("there is room");
        fs::write(wit.join("deps/host/host.wit"), host).expect("there is room");
        let used = BTreeSet::from(["b:host/log@1.0.0".to_owned()]);

        let text = PluginInterface::read(root.path()).expect("it is valid").importing(&used).text().expect("it is WIT");

        let again = tempfile::tempdir().expect("there is room");
        fs::create_dir(again.path().join(FOLDER)).expect("there is room");
        fs::write(again.path().join(FOLDER).join("plugin.wit"), &text).expect("there is room");
        let read = PluginInterface::read(again.path()).expect("it is valid");
        let (resolve, world) = read.parts();
        let names: Vec<_> = resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
        assert_eq!(names, ["b:host/types@1.0.0", "b:host/log@1.0.0"], "{text}");
        assert_eq!(resolve.worlds[world].exports.len(), 1, "{text}");
    }

    #[test]
    fn a_folder_of_bindings_holds_what_was_generated_last_and_nothing_else() {
        let root = tempfile::tempdir().expect("there is room");
        let folder = root.path().join("bindings");
        write(&folder, &[file("chat/chat.go", "1"), file("about/about.go", "1"), file("old/old.go", "1")])
            .expect("the folder is ours");
        let untouched = fs::metadata(folder.join("about/about.go")).and_then(|it| it.modified()).expect("it is there");

        write(&folder, &[file("chat/new.go", "2"), file("about/about.go", "1")]).expect("the folder is ours");

        assert!(folder.join("chat/new.go").is_file());
        assert!(!folder.join("chat/chat.go").exists());
        assert!(!folder.join("old").exists());
        let after = fs::metadata(folder.join("about/about.go")).and_then(|it| it.modified()).expect("it is there");
        assert_eq!(after, untouched);
    }
}
