//! The form of a compilation, and how its parts pass through the pipes of the child.
//!
//! Usually a component goes in, and its artifact comes out. An incremental compilation also takes the functions of an
//! earlier one, before the component, and returns those for the next, after the artifact. A child may thus return any
//! functions, as it may return any artifact: both are for the plugin that it compiles for, and for no other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use engine::{CompileMode, Compiled};
use net::to_usize;

/// Bytes of the length of an artifact.
const LENGTH: usize = size_of::<u64>();

/// The form of a compilation. Its text is one argument on the child's command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompileForm {
    source_lines: bool,
    /// The bytes of functions before the component, if the compilation is incremental.
    functions: Option<u64>,
}

impl CompileForm {
    pub(super) fn of(mode: &CompileMode) -> Self {
        let functions = mode.functions.as_ref().map(|functions| functions.len() as u64);
        Self { source_lines: mode.source_lines, functions }
    }

    /// Returns whether an author waits for the result: nobody else compiles incrementally.
    pub(crate) fn is_awaited(self) -> bool {
        self.functions.is_some()
    }

    /// Compiles, in the child, what it reads. `compile` gets the component. Returns what the child writes.
    ///
    /// # Errors
    ///
    /// Fails if `compile` fails.
    pub(crate) fn compile(
        self,
        input: &[u8],
        compile: impl FnOnce(&[u8], CompileMode) -> Result<Compiled, String>,
    ) -> Result<Vec<u8>, String> {
        let before = to_usize(self.functions.unwrap_or_default()).min(input.len());
        let (functions, component) = input.split_at(before);
        let functions = self.functions.map(|_| functions.to_vec());
        let is_incremental = functions.is_some();
        let Compiled { artifact, functions } =
            compile(component, CompileMode { source_lines: self.source_lines, functions })?;
        if !is_incremental {
            return Ok(artifact);
        }
        let length = (artifact.len() as u64).to_le_bytes();
        Ok([length.as_slice(), &artifact, functions.as_deref().unwrap_or_default()].concat())
    }

    /// Returns the most bytes that a child writes, whose artifact and functions each have `most` at most.
    pub(super) fn output_size(self, most: u64) -> u64 {
        if self.functions.is_some() { most.saturating_mul(2).saturating_add(LENGTH as u64) } else { most }
    }

    /// Separates what the child has written; none if it has written something else.
    pub(super) fn read(self, mut output: Vec<u8>) -> Option<Compiled> {
        if self.functions.is_none() {
            return Some(Compiled { artifact: output, functions: None });
        }
        let (length, rest) = output.split_first_chunk::<LENGTH>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= rest.len())?;
        let functions = output.split_off(LENGTH + length);
        output.drain(..LENGTH);
        Some(Compiled { artifact: output, functions: Some(functions).filter(|functions| !functions.is_empty()) })
    }
}

impl fmt::Display for CompileForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for CompileForm {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_go_in_before_the_component_and_come_out_after_the_artifact() {
        let form = CompileForm::of(&CompileMode { source_lines: true, functions: Some(b"before".to_vec()) });
        assert_eq!(form.to_string().parse::<CompileForm>().expect("it is valid"), form);

        let written = form.compile(b"beforecomponent", |component, mode| {
            assert_eq!((component, mode.functions.as_deref()), (&b"component"[..], Some(&b"before"[..])));
            assert!(mode.source_lines);
            Ok(Compiled { artifact: b"artifact".to_vec(), functions: Some(b"after".to_vec()) })
        });

        let read = form.read(written.expect("it compiles")).expect("it is complete");
        assert_eq!((read.artifact, read.functions), (b"artifact".to_vec(), Some(b"after".to_vec())));
    }

    #[test]
    fn what_is_no_output_of_a_child_is_none() {
        let form = CompileForm::of(&CompileMode { source_lines: false, functions: Some(Vec::new()) });

        assert!(form.read(b"short".to_vec()).is_none());
        assert!(form.read(u64::MAX.to_le_bytes().to_vec()).is_none());
    }
}
