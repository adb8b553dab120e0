//! Calls of `futex`, by which threads sleep and wake each other, counted by `strace`.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::Bench;
use crate::load::{self, Question};
use crate::schedule::Load;
use crate::server::Server;

/// Returns the calls per request of a server at one connection, unless the machine has no `strace` or forbids it.
///
/// # Errors
///
/// Fails if a request does.
pub(super) fn per_request(bench: &Bench<'_>, server: &Server, questions: &[Question]) -> Result<Option<f64>, String> {
    let file = bench.artifacts.scratch.join("futexes.txt");
    let Some(counter) = Counter::begin(server.pid(), file).map_err(|error| format!("strace: {error}"))? else {
        return Ok(None);
    };
    let answered = load::put(questions, Load::Saturating, 1, bench.time)?;
    let calls = counter.end().map_err(|error| format!("strace: {error}"))?;
    Ok(Some(calls as f64 / answered.latencies.count().max(1) as f64))
}

/// A running `strace`.
struct Counter {
    child: Child,
    /// Kept open, as `strace` ends if it cannot write.
    _said: BufReader<ChildStderr>,
    file: PathBuf,
}

impl Counter {
    /// Begins to count. Returns nothing if this is not possible here.
    fn begin(pid: u32, file: PathBuf) -> io::Result<Option<Self>> {
        let mut command = Command::new("strace");
        command.args(["-f", "-c", "-e", "trace=futex", "-p", &pid.to_string(), "-o"]).arg(&file);
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = match spawned {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            spawned => spawned?,
        };
        let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut line = String::new();
        said.read_line(&mut line)?;
        let counter = Self { child, _said: said, file };
        Ok(line.contains(" attached").then_some(counter))
    }

    /// Ends, and returns the number of calls.
    fn end(mut self) -> io::Result<u64> {
        kill_process(Pid::from_child(&self.child), Signal::INT)?;
        self.child.wait()?;
        Ok(calls_in(&fs::read_to_string(&self.file)?))
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // It has usually ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the number of calls in a summary, whose columns are share, seconds, time per call, calls, errors and name.
fn calls_in(summary: &str) -> u64 {
    let line = summary.lines().find(|line| line.ends_with(" futex"));
    line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_with_and_without_errors_among_them() {
        let head = "% time     seconds  usecs/call     calls    errors syscall\n------ ----------- -----------\n";

        assert_eq!(calls_in(&format!("{head}100.00    0.012345          12      1028        12 futex\n")), 1_028);
        assert_eq!(calls_in(&format!("{head}100.00    0.012345          12         3           futex\n")), 3);
        assert_eq!(calls_in(head), 0);
    }
}
