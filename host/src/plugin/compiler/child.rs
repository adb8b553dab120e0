//! The child process: limits itself, compiles its input, and writes the result.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;
use std::{fmt, panic};

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

use super::confine::confine;
use super::process::{end_with_the_host, limit_this_process};
use net::panic_report::PanicReport;
use net::scheduling::give_way_a_little;

/// The exit code of a child that rejects the component, and writes the reason to standard error.
pub(super) const REFUSED: u8 = 2;

/// The exit code of a child that cannot limit itself, read or write (`EX_IOERR`).
pub(super) const BROKEN: u8 = 74;

/// The beginning of a line on standard error that names a barrier that is lacking.
pub(super) const UNCONFINED: &str = "unconfined: ";

/// The child's niceness, below the priority of the answering threads.
const NICENESS: i32 = 10;

/// Limits of a child. Their text is one argument on the child's command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildLimits {
    /// Processor time over all threads, in seconds.
    pub(super) seconds: u64,
    /// Address space, in bytes.
    pub(super) memory: u64,
}

impl ChildLimits {
    /// Creates limits. `time` is rounded up to the second.
    pub(super) fn new(time: Duration, memory: ByteSize) -> Self {
        let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
        Self { seconds, memory: memory.as_u64() }
    }
}

impl fmt::Display for ChildLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for ChildLimits {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// The rejection that a child writes to standard error.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChildRefusal {
    pub(super) refusal: String,
}

/// Runs the child: limits this process, reads a component from standard input, passes it to `compile`, and
/// writes the result to standard output. `compile` fails with a message for the component's author.
///
/// A child that is not urgent has less priority than the threads of the host. Returns the exit code of the process. Must
/// be called once, before the process has other threads.
pub(crate) fn run_child(
    limits: &ChildLimits,
    is_urgent: bool,
    compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
) -> ExitCode {
    take_panics();
    match work(limits, is_urgent, compile) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(refusal)) => {
            let refused = serde_json::to_string(&ChildRefusal { refusal }).expect("text is valid JSON");
            let _lost = writeln!(io::stderr(), "{refused}");
            ExitCode::from(REFUSED)
        }
        Err(error) => {
            let _lost = writeln!(io::stderr(), "{error}");
            ExitCode::from(BROKEN)
        }
    }
}

/// Reports panics in words for the component's author, who can do nothing with paths of the machine that built the
/// compiler.
fn take_panics() {
    panic::set_hook(Box::new(|panic| {
        let PanicReport { message, place } = PanicReport::of(panic);
        let _lost = writeln!(io::stderr(), "a bug of the compiler, please report it: {message} ({place})");
    }));
}

/// Returns the message, if `compile` rejects the component.
fn work(
    limits: &ChildLimits,
    is_urgent: bool,
    compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
) -> std::io::Result<Option<String>> {
    limit_this_process(limits)?;
    if !is_urgent {
        // A late compilation is still of use; a late answer is not.
        give_way_a_little(NICENESS);
    }
    for barrier in confine() {
        writeln!(io::stderr(), "{UNCONFINED}{}", barrier.name())?;
    }
    end_with_the_host();
    let mut component = Vec::new();
    std::io::stdin().lock().read_to_end(&mut component)?;
    let artifact = match compile(&component) {
        Ok(artifact) => artifact,
        Err(refusal) => return Ok(Some(refusal)),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(&artifact)?;
    out.flush()?;
    Ok(None)
}
