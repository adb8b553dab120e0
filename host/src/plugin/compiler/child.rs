//! The child's side: it limits itself, compiles what it reads, and writes what comes of it.

use std::fmt;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use bytesize::ByteSize;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use rustix::thread::set_no_new_privs;
use serde::{Deserialize, Serialize};

/// Exit code of a child that refuses the component, and says why on standard error.
pub(super) const REFUSED: u8 = 2;

/// Exit code of a child that cannot limit itself, read or write (`EX_IOERR`).
const BROKEN: u8 = 74;

/// Files the child may have open: its three pipes, and what libraries look up in `/proc`.
const FILES: u64 = 32;

/// How far the child stands back behind threads that answer.
const NICENESS: i32 = 10;

/// What a child may use. Its text is one argument on the child's command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildLimits {
    /// Processor time over all threads, in seconds.
    seconds: u64,
    /// Address space, in bytes.
    memory: u64,
}

impl ChildLimits {
    /// `time` is rounded up to the second.
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

/// What a child that refuses writes to standard error.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) refusal: String,
}

/// Does the child's work: limits this process, reads a component from standard input, puts it to `compile`, and writes
/// what that returns to standard output. `compile` refuses in words for the component's author.
///
/// Returns what the process must exit with. To be called once, before the process has other threads.
pub(crate) fn run_child(limits: &ChildLimits, compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>) -> ExitCode {
    match work(limits, compile) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(refusal)) => {
            let refused = serde_json::to_string(&Refused { refusal }).expect("text is valid JSON");
            eprintln!("{refused}");
            ExitCode::from(REFUSED)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(BROKEN)
        }
    }
}

/// Returns the refusal, if `compile` refuses.
fn work(
    limits: &ChildLimits,
    compile: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
) -> std::io::Result<Option<String>> {
    limit_this_process(limits)?;
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

/// Takes from this process, for good, what compiling does not need.
fn limit_this_process(limits: &ChildLimits) -> std::io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // At its soft limit a process dies of a signal that tells what of; at its hard limit of one that does not.
    let seconds = Rlimit { current: Some(limits.seconds), maximum: Some(limits.seconds + 1) };
    setrlimit(Resource::Cpu, seconds)?;
    setrlimit(Resource::As, at_most(limits.memory))?;
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::Fsize, at_most(0))?;
    setrlimit(Resource::Nofile, at_most(FILES))?;
    set_no_new_privs(true)?;
    // What a child does late is still done; what a seller waits for is not.
    nice(NICENESS)?;
    Ok(())
}

/// Ends this process when nobody reads its answer any more.
///
/// A signal at the parent's death (`PR_SET_PDEATHSIG`) would not do: it comes when the *thread* ends that started the
/// child, and the host's threads come and go.
fn end_with_the_host() {
    thread::spawn(|| {
        let stdout = std::io::stdout();
        // No event is asked for. An error is told regardless, and for a pipe means that its reader is gone.
        let mut pipes = [PollFd::new(&stdout, PollFlags::empty())];
        while poll(&mut pipes, None).is_err() {}
        std::process::exit(BROKEN.into());
    });
}
