//! The folder with an agent's package: its files, the archive to upload, and a guide.

use std::io;
use std::path::{Path, PathBuf};

use super::image::PictureError;
use super::{AgentPackage, instructions, readme};
use crate::{Collision, Incomplete, export, zip};
use net::outfile::{OutfileError, Overwrite};

/// The record of what was written, by which the next export knows its files again.
const RECORD: &str = ".insight-host-agent.json";

/// The reason why an agent cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AgentFolderError {
    /// Required metadata is missing.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// Two tools would have one name.
    #[error(transparent)]
    Collision(#[from] Collision),
    /// The host is not one that Copilot reaches.
    #[error("the host name `{host}` {broken}; `--host-name` names the host as Copilot reaches it")]
    HostName {
        /// The host name.
        host: String,
        /// The rule that it breaks.
        broken: String,
    },
    /// An icon is not suitable.
    #[error("the icon {whose} is not suitable; `icon` and `outline-icon` in agent.toml name others")]
    Icon {
        /// The provider or file.
        whose: String,
        /// The reason.
        #[source]
        source: PictureError,
    },
    /// An icon cannot be read.
    #[error("failed to read the icon {}", path.display())]
    ReadIcon {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file is not to be written, or cannot be.
    #[error(transparent)]
    Write(#[from] OutfileError),
}

/// Writes the package into the folder `out`, and returns the paths of its files.
///
/// # Errors
///
/// Fails with the file that is not to be written, or cannot be. Files that are not of an earlier export, or were
/// changed since, are only replaced if `overwrite` says so.
pub fn write(package: &AgentPackage, out: &Path, overwrite: Overwrite) -> Result<Vec<PathBuf>, AgentFolderError> {
    let mut files = package.files();
    let archive = format!("{}-agent.zip", package.name);
    let archived = zip::archive(&files);
    files.push(("README.md".to_owned(), readme::document(package, &archive).into_bytes()));
    files.push(("instructions.txt".to_owned(), instructions::text(package).into_bytes()));
    files.push((archive, archived));
    Ok(export::write(out, RECORD, &files, &[], overwrite)?)
}
