//! `insight-host new`: writes the project of a plugin.

mod name;
mod template;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CliError;
use crate::cli::output::{out, outln};
use contract::{Capability, ProviderIdError};
use net::os::like_any_folder;
use template::ProjectFile;

/// Create a plugin
///
/// Writes a project that builds: a plugin that answers the capabilities, with a test, settings and a
/// README, and a copy of the interface. The last part of PATH is the name of the plugin: 1 to 64
/// lower-case letters, digits and hyphens. What is there already is never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host new contoso-hub --lang rust
  insight-host new plugins/contoso-hub --lang ts --capability record-summary,chat

Capabilities: record-summary, record-details, key-sales-info, email-summary, email-draft, chat")]
pub(super) struct Arguments {
    /// Folder to create
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Language of the plugin
    #[arg(long, value_name = "LANGUAGE", value_parser = ["rust", "python", "js", "ts", "go", "c"])]
    lang: String,
    /// Capability that the plugin answers; several by commas, or by the option again
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "record-summary")]
    capability: Vec<Capability>,
}

/// A failure to create a plugin.
#[derive(Debug, thiserror::Error)]
pub(super) enum NewError {
    /// The path has no last part.
    #[error("`{}` does not end in a name; give the folder to create", .0.display())]
    NoName(PathBuf),
    /// The last part of the path names no provider.
    #[error(transparent)]
    Name(#[from] ProviderIdError),
    /// A file or folder of the project has the name.
    #[error("a plugin cannot be named `{0}`, as `{1}` is a part of its project; choose another name")]
    Taken(String, &'static str),
    /// Something is there already.
    #[error("{} exists; choose another name, or remove it", .0.display())]
    Exists(PathBuf),
    /// The system fails. Nothing is left behind.
    #[error("failed to create {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let Arguments { path, lang, capability } = arguments;
    let name = name::of(path)?;
    let files = template::project(lang, &name, capability)?;
    create(path, &files).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => NewError::Exists(path.clone()),
        _ => NewError::Write { path: path.clone(), source: error },
    })?;
    outln!("created {}\n\n  cd {}", path.display(), path.display());
    for command in commands(&files) {
        out!("  {command}\n");
    }
    Ok(())
}

/// Writes the project beside its place and renames it, so that it is there whole or not at all.
fn create(path: &Path, files: &[ProjectFile]) -> io::Result<()> {
    // Renaming replaces an empty folder and nothing else, if one appears from here on.
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    like_any_folder(&mut builder);
    let project = builder.prefix(".new-").tempdir_in(parent)?;
    for file in files {
        let place = project.path().join(&file.path);
        fs::create_dir_all(place.parent().unwrap_or(project.path()))?;
        fs::write(place, &file.content)?;
    }
    fs::rename(project.path(), path)?;
    // It is no longer there to be removed.
    let _moved = project.keep();
    Ok(())
}

/// Returns the commands in the README of the project: the lines of its first block.
fn commands(files: &[ProjectFile]) -> impl Iterator<Item = &str> {
    let readme = files.iter().find(|file| file.path == "README.md");
    let text = readme.and_then(|file| str::from_utf8(&file.content).ok()).unwrap_or_default();
    let block = text.lines().skip_while(|line| !line.starts_with("```sh")).skip(1);
    block.take_while(|line| !line.starts_with("```"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing() {
        let root = tempfile::tempdir().expect("there is room for a temporary folder");
        let files = ["README.md", "src/nul\0.rs"].map(|path| ProjectFile { path: path.into(), content: Vec::new() });

        let created = create(&root.path().join("hub"), &files);

        assert!(created.is_err());
        assert_eq!(fs::read_dir(root.path()).expect("it is there").count(), 0);
    }
}
