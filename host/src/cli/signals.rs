//! The signals of a host.
//!
//! SIGTERM and SIGINT stop it, and a second one ends it at once. SIGHUP reloads files, or stops a host that serves a
//! terminal, which sends it when it is closed, unless it was started with `nohup`. Other signals that would end a
//! process are logged and have no effect: they mean nothing here, and tools send them to a wrong process. SIGQUIT keeps
//! its effect, as the way to end a process that does not stop, and SIGPIPE is never delivered to programs in Rust.

use std::future::pending;
use std::ops::RangeInclusive;
use std::{fs, io};

use rustix::process::Signal as Number;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tracing::info;

use crate::cli::exit;
use crate::cli::output::errln;

/// Signals that end a process by default and have no meaning here. One of them, SIGXFSZ, would end a host whose file
/// reaches a limit of size; without it, the write fails.
const IGNORED: [(&str, Number); 9] = [
    ("SIGUSR1", Number::USR1),
    ("SIGUSR2", Number::USR2),
    ("SIGALRM", Number::ALARM),
    ("SIGVTALRM", Number::VTALARM),
    ("SIGPROF", Number::PROF),
    ("SIGIO", Number::IO),
    ("SIGPWR", Number::POWER),
    ("SIGXFSZ", Number::XFSZ),
    ("SIGSTKFLT", Number::STKFLT),
];

/// The real-time signals, which have no names. The last one, 64, cannot be received by tokio.
const REAL_TIME: RangeInclusive<i32> = 34..=63;

/// The effect of SIGHUP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hangup {
    /// Files are loaded again: settings and files that they name by `config::follow`, certificates and the audit log
    /// by `cli::host`.
    Reloads,
    /// The host stops: its terminal is gone.
    Stops,
}

/// The signals of a host. They are received from the creation on, and take effect when they are waited for.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    hangup_effect: Hangup,
    ignored: Vec<(String, Signal)>,
}

impl Signals {
    /// Receives signals from now on, on the answering threads.
    ///
    /// # Errors
    ///
    /// Fails if the system does not permit it.
    pub(super) fn receive(threads: &Runtime, hangup_effect: Hangup) -> io::Result<Self> {
        // To be asked before a handler is there.
        let hangup_effect = if is_ignored(Number::HUP) { Hangup::Reloads } else { hangup_effect };
        let _threads = threads.enter();
        let receive = |number| signal(SignalKind::from_raw(number));
        let ignored = IGNORED.map(|(name, number)| Ok((name.to_owned(), receive(number.as_raw())?)));
        // Some C libraries keep the first ones for themselves.
        let real_time = REAL_TIME.filter_map(|number| Some((format!("real-time {number}"), receive(number).ok()?)));
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            hangup_effect,
            ignored: ignored.into_iter().chain(real_time.map(Ok)).collect::<io::Result<_>>()?,
        })
    }

    /// Returns the stop and the reloads. Signals without an effect are logged by tasks of `beside`.
    pub(super) fn split(self, beside: &mut JoinSet<()>) -> (Stop, ReloadSignals) {
        let Self { terminate, interrupt, hangup, hangup_effect, ignored } = self;
        for (name, mut signal) in ignored {
            beside.spawn(async move {
                while signal.recv().await.is_some() {
                    info!(signal = %name, "signal without an effect");
                }
            });
        }
        let (stopping, reloading) = match hangup_effect {
            Hangup::Reloads => (None, Some(hangup)),
            Hangup::Stops => (Some(hangup), None),
        };
        (Stop { terminate, interrupt, hangup: stopping }, ReloadSignals(reloading))
    }
}

/// The signals that stop a host.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
    hangup: Option<Signal>,
}

impl Stop {
    /// Waits for the first signal. A second one then ends the process at once.
    pub(super) async fn wait(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            errln!("stopped without waiting for requests in flight");
            std::process::exit(exit::FAILURE.into());
        });
    }

    async fn next(&mut self) {
        let Self { terminate, interrupt, hangup } = self;
        let hung_up = async {
            match hangup {
                Some(hangup) => hangup.recv().await,
                None => pending().await,
            }
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hung_up => {}
        }
    }
}

/// The signals that reload files.
pub(super) struct ReloadSignals(Option<Signal>);

impl ReloadSignals {
    /// Waits for the next signal. Never ends if there is none.
    pub(super) async fn next(&mut self) {
        // The stream of a signal does not end.
        match &mut self.0 {
            Some(hangup) => _ = hangup.recv().await,
            None => pending().await,
        }
    }
}

/// Returns whether the process was started with this signal ignored.
fn is_ignored(signal: Number) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    let mask = mask.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_a_program_ignores_is_told_from_others() {
        // Every program in Rust ignores it.
        assert!(is_ignored(Number::PIPE));
        assert!(!is_ignored(Number::CHILD));
    }
}
