//! The signals of a host.
//!
//! SIGTERM and SIGINT stop it, and a second one ends it at once. SIGHUP reloads files, or stops a host that serves a
//! terminal, which sends it when it is closed, unless it was started with `nohup`. Other signals that would end a
//! process are logged and have no effect: they mean nothing here, and tools send them to a wrong process. SIGQUIT keeps
//! its effect, as the way to end a process that does not stop, and SIGPIPE is never delivered to programs in Rust.

#[cfg_attr(not(target_os = "linux"), path = "signals/meaningless/elsewhere.rs")]
mod meaningless;

use std::future::pending;
use std::io;

use rustix::process::Signal as Number;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tracing::info;

use self::meaningless::{is_ignored, meaningless};
use crate::cli::exit;
use crate::cli::output::errln;

/// A signal that means nothing to a host.
pub(super) struct MeaninglessSignal {
    name: String,
    number: i32,
    /// Set for those that the system may not give away.
    is_real_time: bool,
}

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
        let mut ignored = Vec::new();
        for MeaninglessSignal { name, number, is_real_time } in meaningless() {
            match receive(number) {
                Ok(signal) => ignored.push((name, signal)),
                // Some C libraries keep the first ones for themselves.
                Err(_) if is_real_time => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            hangup_effect,
            ignored,
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
