//! The files of a package, read within bounds from a folder or an archive.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::super::Rule;
use super::unzip;

/// The most files of a package, bytes of one, and bytes of all of them.
pub(super) const MOST_FILES: usize = 500;
pub(super) const LARGEST_FILE: u64 = 8 << 20;
pub(super) const LARGEST_PACKAGE: u64 = 32 << 20;

/// The most bytes of an archive.
const LARGEST_ARCHIVE: u64 = 16 << 20;

/// The greatest depth of folders that is looked into.
const DEEPEST: usize = 8;

/// The beginning of an archive with files, and of one without.
const ARCHIVES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The files of a package, by their paths.
#[derive(Clone, Debug, Default)]
pub struct AgentFiles {
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// What is wrong with the package as such: the rule, the file and the flaw.
    pub(super) flaws: Vec<(Rule, String, String)>,
    is_archive: bool,
}

/// The reason why a package cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AgentFilesError {
    /// The system fails.
    #[error("failed to read {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// It is neither a folder nor an archive.
    #[error("{} is neither a folder nor a ZIP archive", .0.display())]
    Neither(PathBuf),
}

impl AgentFiles {
    /// Reads the package at `path`, a folder or an archive. Links are not followed.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or is neither. What is wrong inside is left to the check.
    pub fn read(path: &Path) -> Result<Self, AgentFilesError> {
        let failed = |source| AgentFilesError::Io { path: path.to_owned(), source };
        if fs::metadata(path).map_err(failed)?.is_dir() {
            let mut files = Self::default();
            files.read_folder(path, "", 0).map_err(failed)?;
            return Ok(files);
        }
        let mut bytes = Vec::new();
        File::open(path).and_then(|file| file.take(LARGEST_ARCHIVE + 1).read_to_end(&mut bytes)).map_err(failed)?;
        if !ARCHIVES.iter().any(|begin| bytes.starts_with(begin)) {
            return Err(AgentFilesError::Neither(path.to_owned()));
        }
        Ok(Self::of_archive(&bytes))
    }

    /// Reads the package in an archive.
    pub fn of_archive(bytes: &[u8]) -> Self {
        let mut files = Self { is_archive: true, ..Self::default() };
        if bytes.len() as u64 > LARGEST_ARCHIVE {
            files.flaw(Rule::PackageOversized, "", format!("it has more than {} MiB", LARGEST_ARCHIVE >> 20));
        } else {
            unzip::read(bytes, &mut files);
        }
        files
    }

    /// Collects the files of a package that is about to be archived.
    pub fn of_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut all = Self { is_archive: true, ..Self::default() };
        for (path, content) in files {
            all.add(&path, content);
        }
        all
    }

    pub(super) fn flaw(&mut self, rule: Rule, file: &str, what: impl Into<String>) {
        self.flaws.push((rule, file.to_owned(), what.into()));
    }

    /// Adds a file, unless its path is not plain or is taken.
    pub(super) fn add(&mut self, path: &str, content: Vec<u8>) {
        if !is_plain(path) {
            return self.flaw(Rule::PackagePath, path, "its path is not plain");
        }
        let taken = self.files.keys().find(|other| other.eq_ignore_ascii_case(path)).cloned();
        match taken {
            Some(other) => self.flaw(Rule::PackageRepeats, path, format!("there is `{other}` as well")),
            None => {
                self.files.insert(path.to_owned(), content);
            }
        }
    }

    /// Returns whether the package is an archive, in which everything belongs to it.
    pub(super) const fn is_archive(&self) -> bool {
        self.is_archive
    }

    /// Returns the bytes of all files.
    pub(super) fn size(&self) -> u64 {
        self.files.values().map(|content| content.len() as u64).sum()
    }

    fn read_folder(&mut self, dir: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(dir)?.take(MOST_FILES + 1).collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Records and settings of tools.
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if self.files.len() == MOST_FILES {
                self.flaw(Rule::PackageOversized, "", format!("it has more than {MOST_FILES} files"));
                return Ok(());
            }
            let kind = entry.file_type()?;
            if kind.is_symlink() {
                self.flaw(Rule::PackagePath, &path, "it is a link");
            } else if kind.is_dir() && depth == DEEPEST {
                self.flaw(Rule::PackageOversized, &path, format!("it is more than {DEEPEST} folders deep"));
            } else if kind.is_dir() {
                self.read_folder(&entry.path(), &format!("{path}/"), depth + 1)?;
            } else if kind.is_file() && matters(&name) {
                self.read_file(&entry, &path)?;
            }
        }
        Ok(())
    }

    fn read_file(&mut self, entry: &fs::DirEntry, path: &str) -> io::Result<()> {
        let mut content = Vec::new();
        File::open(entry.path())?.take(LARGEST_FILE + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST_FILE || self.size() + content.len() as u64 > LARGEST_PACKAGE {
            self.flaw(Rule::PackageOversized, path, "it is too large to be read");
        } else {
            self.add(path, content);
        }
        Ok(())
    }
}

/// Returns whether a file of a folder can be one of a package.
fn matters(name: &str) -> bool {
    let kind = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(kind.as_str(), "json" | "png" | "yaml" | "yml" | "txt")
}

/// Returns whether a path is relative, stays in the package and has no unusual characters.
pub(super) fn is_plain(path: &str) -> bool {
    let is_name = |name: &str| {
        !matches!(name, "" | "." | "..") && !name.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
    };
    path.len() <= 512 && path.split('/').all(is_name)
}
