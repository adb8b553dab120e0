//! The interface in a project's `wit` folder, and the bindings that are generated from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use wit_bindgen_core::{Files, WorldGenerator};
use wit_parser::{Resolve, WorldId};

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
