//! Interprets the end of a compile child.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use super::CompileForm;
use super::CompileSettings;
use super::child::{ChildRefusal, REFUSED, UNCONFINED};
use super::process::is_out_of_time;
use bytesize::ByteSize;
use contract::Printable;
use engine::Compiled;

/// A component was not compiled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompileError {
    /// The component is not a plugin for this host. The message for its author has one sentence or several
    /// lines.
    #[error("{0}")]
    Refused(String),
    /// The component is too large.
    #[error("the component has {size}, more than the {limit} of the limit `compile.component-size`")]
    ComponentTooLarge {
        /// Its size.
        size: ByteSize,
        /// The limit.
        limit: ByteSize,
    },
    /// Its compiled form is too large.
    #[error("the compiled component takes more than {limit}: is it meant to be this large?")]
    ArtifactTooLarge {
        /// The limit.
        limit: ByteSize,
    },
    /// Compiling took too long.
    #[error("compiling took more than {limit:?}: is the component meant to be this large? (limit `compile.time`)")]
    TooSlow {
        /// The limit.
        limit: Duration,
        /// Set if the child has computed for most of that time, and did not just wait for a processor.
        was_busy: bool,
    },
    /// Compiling took too much memory.
    #[error(
        "compiling took more than {limit} of memory: does the component have a huge function? (limit `compile.memory`)"
    )]
    OutOfMemory {
        /// The limit.
        limit: ByteSize,
    },
    /// The child ended unexpectedly.
    #[error("the compiler crashed ({status}){}{said}", if said.is_empty() { "" } else { ": " })]
    Crashed {
        /// Its exit status.
        status: ExitStatus,
        /// The end of its standard error, escaped.
        said: String,
    },
    /// The child could not be started: a fault of the host's.
    #[error("the compiler {} could not be started", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}

impl CompileError {
    /// Returns whether another attempt with the same limits may end otherwise: the system may have killed the child, or
    /// had no processor or thread for it.
    pub(in crate::plugin) fn may_pass(&self) -> bool {
        match self {
            Self::Crashed { .. } | Self::NotStarted { .. } => true,
            Self::TooSlow { was_busy, .. } => !was_busy,
            Self::Refused(_)
            | Self::ComponentTooLarge { .. }
            | Self::ArtifactTooLarge { .. }
            | Self::OutOfMemory { .. } => false,
        }
    }
}

/// The remains of a child that ended.
pub(super) struct ChildEnd {
    pub(super) status: ExitStatus,
    /// Its standard output: at most one byte more than it may have.
    pub(super) output: Vec<u8>,
    /// Its standard error.
    pub(super) said: Vec<u8>,
}

impl ChildEnd {
    /// Returns the artifact, or the reason there is none.
    pub(super) fn verdict(self, settings: &CompileSettings, form: CompileForm) -> Result<Compiled, CompileError> {
        if self.output.len() as u64 > form.output_size(settings.artifact_size.as_u64()) {
            return Err(CompileError::ArtifactTooLarge { limit: settings.artifact_size });
        }
        if self.status.success() && !self.output.is_empty() {
            let incomplete = CompileError::Crashed { status: self.status, said: "its output is incomplete".to_owned() };
            let compiled = form.read(self.output).ok_or(incomplete)?;
            let parts = [Some(&compiled.artifact), compiled.functions.as_ref()];
            if parts.into_iter().flatten().any(|part| part.len() as u64 > settings.artifact_size.as_u64()) {
                return Err(CompileError::ArtifactTooLarge { limit: settings.artifact_size });
            }
            return Ok(compiled);
        }
        if let Some(refusal) = self.refusal() {
            return Err(CompileError::Refused(refusal));
        }
        if is_out_of_time(self.status) {
            return Err(CompileError::TooSlow { limit: settings.time, was_busy: true });
        }
        let said = self.complaint();
        if is_out_of_memory(&said) {
            return Err(CompileError::OutOfMemory { limit: settings.memory });
        }
        Err(CompileError::Crashed { status: self.status, said: last_words(&said) })
    }

    /// Returns the barriers around the child that are lacking.
    pub(super) fn lacking(&self) -> Vec<String> {
        let said = String::from_utf8_lossy(&self.said);
        said.lines()
            .filter_map(|line| line.strip_prefix(UNCONFINED).map(|barrier| Printable(barrier).to_string()))
            .collect()
    }

    /// Returns its standard error, without what it says of its confinement.
    fn complaint(&self) -> String {
        let said = String::from_utf8_lossy(&self.said);
        said.split_inclusive('\n').filter(|line| !line.starts_with(UNCONFINED)).collect()
    }

    /// Returns the rejection, with line breaks kept and other control characters escaped.
    fn refusal(&self) -> Option<String> {
        if self.status.code() != Some(REFUSED.into()) {
            return None;
        }
        // Libraries may have written warnings before it.
        let last_line = self.said.trim_ascii_end().rsplit(|&byte| byte == b'\n').next()?;
        let ChildRefusal { refusal } = serde_json::from_slice(last_line).ok()?;
        let lines: Vec<_> = refusal.lines().map(|line| Printable(line).to_string()).collect();
        Some(lines.join("\n"))
    }
}

/// Returns whether the text is an error of Rust's allocator or of a failed `mmap`.
fn is_out_of_memory(said: &str) -> bool {
    said.contains("memory allocation of") || said.contains("Cannot allocate memory")
}

/// Returns the end of the text, in one line.
fn last_words(said: &str) -> String {
    const MOST: usize = 500;
    let said = said.trim();
    let start = said.char_indices().rev().nth(MOST).map_or(0, |(start, _)| start);
    Printable(&said[start..].replace('\n', " ")).to_string()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_a_child_says_of_its_barriers_is_no_part_of_its_complaint() {
        let said = b"unconfined: landlock\nout of luck\n".to_vec();
        let end = ChildEnd { status: ExitStatus::from_raw(6), output: Vec::new(), said };

        assert_eq!(end.lacking(), ["landlock"]);
        let error = end.verdict(&CompileSettings::default(), CompileForm::default()).expect_err("it has no artifact");
        assert!(matches!(&error, CompileError::Crashed { said, .. } if said == "out of luck"), "{error}");
    }
}
