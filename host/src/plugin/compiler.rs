//! Compiling a component in a limited child process.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;
use std::fmt;

use bytesize::ByteSize;

/// How components are compiled.
#[derive(Clone, Debug)]
pub struct CompileSettings {
    /// The program that compiles when called as `PROGRAM compile LIMITS`; by default this executable.
    pub program: Option<PathBuf>,
    /// The largest component. By default 64 MiB.
    pub component_size: ByteSize,
    /// Wall-clock and CPU time for one component. By default 120 s.
    pub time: Duration,
    /// Address space of the child. By default 2 GiB.
    pub memory: ByteSize,
    /// The largest compiled form. By default 512 MiB.
    pub artifact_size: ByteSize,
    /// How many compile at once. By default 2.
    pub at_once: usize,
}
impl Default for CompileSettings { fn default() -> Self { todo!() } }

/// Compiles components, each in a child of its own.
#[derive(Debug)]
pub struct Compiler {}

impl Compiler {
    /// A compiler with these settings.
    pub fn new(settings: CompileSettings) -> Self { todo!() }
    /// Compiles `component`.
    pub async fn compile(&self, component: &[u8]) -> Result<Vec<u8>, CompileError> { todo!() }
}

/// A component was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// It was refused, in words for its author.
    #[error("{0}")]
    Refused(String),
}

/// What the child may use; one argument of its command line, so clap can parse it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildLimits {}
impl fmt::Display for ChildLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { todo!() }
}
impl FromStr for ChildLimits {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> { todo!() }
}

/// The child: limits itself, reads a component from standard input, puts it to `compile` and writes the artifact.
/// `compile` refuses in words for the component's author.
pub fn run_child(limits: &ChildLimits, compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>) -> ExitCode { todo!() }
