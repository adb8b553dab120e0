//! `insight-host wit`: writes the interface to plugins for an author's tools.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use super::CliError;
use crate::cli::output::outln;
use engine::inspect::{PackageNameError, author_world, exportable_interfaces, importable_interfaces, interface_files};

/// The folder of the interface, below that of the world.
const INTERFACE: &str = "deps/insight-provider";

/// Write the interface to plugins
///
/// Writes the package `insight:provider` to DIR/deps/insight-provider, and a world of a plugin's exports
/// and imports to DIR/plugin.wit, from which the tools of each language make bindings. Run it again after
/// an update of the host: the interface is written anew, and files of yours in DIR are kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host wit --out wit
  insight-host wit --out wit --name contoso:hub --capability about,chat --import log
  componentize-py -d wit -w plugin bindings .")]
pub(super) struct Arguments {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Name of the plugin's package
    #[arg(long, value_name = "NAMESPACE:NAME", default_value = "my:plugin")]
    name: String,
    /// Interface that the plugin exports; several by commas, or by the option again [default: all but lifecycle]
    #[arg(long, value_name = "NAME", value_delimiter = ',', hide_default_value = true,
        value_parser = PossibleValuesParser::new(exportable_interfaces()))]
    capability: Vec<String>,
    /// Interface of the host that it imports, likewise [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',', hide_default_value = true,
        value_parser = PossibleValuesParser::new(importable_interfaces()))]
    import: Vec<String>,
}

/// A failure to write the interface.
#[derive(Debug, thiserror::Error)]
pub(super) enum WitError {
    /// The name is not one of a package.
    #[error("`--name`: {0}")]
    Name(#[from] PackageNameError),
    /// The folder of the interface leads elsewhere.
    #[error("{} is a link; remove it, or write to the folder that it leads to", .0.display())]
    Link(PathBuf),
    /// The system fails.
    #[error("failed to write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let chosen = |given: &[String], default: Vec<&str>| {
        if given.is_empty() { default.into_iter().map(str::to_owned).collect() } else { each_once(given) }
    };
    let all = exportable_interfaces().into_iter().filter(|name| *name != "lifecycle").collect();
    let exports: Vec<String> = chosen(&arguments.capability, all);
    let imports: Vec<String> = chosen(&arguments.import, importable_interfaces());
    let world = author_world(&arguments.name, &exports, &imports).map_err(WitError::from)?;

    let folder = arguments.out.join(INTERFACE);
    refresh(&folder)?;
    outln!("wrote {}", folder.display());
    let place = arguments.out.join("plugin.wit");
    match kept(&arguments.out).map_err(|source| WitError::Write { path: arguments.out.clone(), source })? {
        Some(own) => outln!("kept {}", own.display()),
        None => {
            write_new(&place, &world).map_err(|source| WitError::Write { path: place.clone(), source })?;
            outln!("wrote {}", place.display());
        }
    }
    Ok(())
}

/// Writes the files of the interface, and removes those of another version.
fn refresh(folder: &Path) -> Result<(), WitError> {
    let fails = |path: &Path| {
        let path = path.to_owned();
        move |source| WitError::Write { path, source }
    };
    if folder.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(WitError::Link(folder.to_owned()));
    }
    fs::create_dir_all(folder).map_err(fails(folder))?;
    for entry in fs::read_dir(folder).map_err(fails(folder))? {
        let path = entry.map_err(fails(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "wit") {
            fs::remove_file(&path).map_err(fails(&path))?;
        }
    }
    for (name, text) in interface_files() {
        let path = folder.join(name);
        write_new(&path, text).map_err(fails(&path))?;
    }
    Ok(())
}

/// Returns a file of the author's own in the folder, which has a package already.
fn kept(folder: &Path) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "wit") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Returns the names without repetitions: an interface that is exported twice is none of a world.
fn each_once(names: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, capability: &[&str]) {
        let names = |names: &[&str]| names.iter().copied().map(str::to_owned).collect();
        let arguments = Arguments {
            out: folder.to_owned(),
            name: "contoso:hub".to_owned(),
            capability: names(capability),
            import: names(&["log"]),
        };
        run(&arguments).expect("the folder can be written");
    }

    #[test]
    fn the_world_of_an_author_is_kept_and_the_interface_is_written_anew() {
        let root = tempfile::tempdir().expect("there is room for a temporary folder");
        let (world, stale) = (root.path().join("plugin.wit"), root.path().join(INTERFACE).join("old.wit"));
        write(root.path(), &["chat", "chat", "about"]);
        let first = fs::read_to_string(&world).expect("it is written");
        fs::write(&stale, "interface old {}").expect("it can be written");

        write(root.path(), &["record-summary"]);

        assert_eq!(first.matches("export").count(), 3, "{first}");
        assert_eq!(fs::read_to_string(&world).expect("it is kept"), first);
        assert!(!stale.exists());
        let written = fs::read_dir(root.path().join(INTERFACE)).expect("it is there").count();
        assert_eq!(written, interface_files().len());
    }

    #[test]
    fn a_link_in_place_of_the_interface_is_not_followed() {
        let root = tempfile::tempdir().expect("there is room for a temporary folder");
        let elsewhere = root.path().join("elsewhere");
        fs::create_dir_all(&elsewhere).expect("it can be created");
        fs::create_dir_all(root.path().join("deps")).expect("it can be created");
        std::os::unix::fs::symlink(&elsewhere, root.path().join(INTERFACE)).expect("it can be linked");

        assert!(matches!(refresh(&root.path().join(INTERFACE)), Err(WitError::Link(_))));
    }
}
