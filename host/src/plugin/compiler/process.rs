//! The child as a process of Linux: set apart from the host, limited, and watched.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;
use std::{fs, io, thread};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use rustix::thread::set_no_new_privs;
use tokio::process::Command;

use super::child::{BROKEN, ChildLimits};

/// The most open files of the child: its three pipes, and files that libraries read in `/proc`.
const FILES: u64 = 32;

/// The fields of `/proc/PID/stat` between the process's name and its processor time.
const FIELDS_BEFORE: usize = 11;

/// Returns the program of a host. Unlike the path of our executable, this leads to it even after an update has replaced the
/// file.
pub(super) fn own_program() -> PathBuf {
    "/proc/self/exe".into()
}

/// Makes a child that will not get the signals of a terminal: an interrupt typed there is for the host, which then ends its
/// children itself.
pub(super) fn set_apart(command: &mut Command) {
    command.process_group(0);
}

/// Limits this process permanently to the needs of compiling.
pub(super) fn limit_this_process(limits: &ChildLimits) -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // The soft limit ends the process with a signal that identifies the resource; the hard limit does not.
    let seconds = Rlimit { current: Some(limits.seconds), maximum: Some(limits.seconds + 1) };
    setrlimit(Resource::Cpu, seconds)?;
    setrlimit(Resource::As, at_most(limits.memory))?;
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::Fsize, at_most(0))?;
    setrlimit(Resource::Nofile, at_most(FILES))?;
    set_no_new_privs(true)?;
    Ok(())
}

/// Ends this process when its output has no reader any more.
///
/// A signal at the parent's death (`PR_SET_PDEATHSIG`) would not do: it is sent when the *thread* ends that
/// started the child, and the host's threads come and go.
pub(super) fn end_with_the_host() {
    thread::spawn(|| {
        let stdout = io::stdout();
        // No event is requested. An error is reported regardless, and for a pipe means that its reader has
        // closed it.
        let mut pipes = [PollFd::new(&stdout, PollFlags::empty())];
        while poll(&mut pipes, None).is_err() {}
        std::process::exit(BROKEN.into());
    });
}

/// Returns whether a child was ended as it had used up its processor time.
pub(super) fn is_out_of_time(status: ExitStatus) -> bool {
    status.signal() == Some(Signal::XCPU.as_raw())
}

/// Returns the time for which the process has computed, over all its threads; `None` if the system does not tell.
pub(super) fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in parentheses, and may hold any character.
    let (_, fields) = stat.rsplit_once(") ")?;
    let times = fields.split(' ').skip(FIELDS_BEFORE).take(2);
    let ticks: u64 = times.map(|ticks| ticks.parse::<u64>().ok()).sum::<Option<u64>>()?;
    let per_second = rustix::param::clock_ticks_per_second();
    Some(Duration::from_millis(ticks.saturating_mul(1_000) / per_second))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_process_that_computes_spends_time() {
        let own = || processor_time(std::process::id()).expect("this system tells");
        let before = own();
        let begun = Instant::now();

        while own() < before + Duration::from_millis(30) {
            assert!(begun.elapsed() < Duration::from_secs(60), "it computes all the while");
        }
    }

    #[test]
    fn a_process_that_is_not_there_has_none() {
        assert_eq!(processor_time(u32::MAX), None);
    }
}
