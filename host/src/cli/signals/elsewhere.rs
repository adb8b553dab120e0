//! Signals of a host on Windows: Ctrl-C stops it, and a second one ends it at once. Nothing reloads files, which are
//! followed anyway.

use std::future::pending;
use std::io;

use tokio::runtime::Runtime;
use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};
use tokio::task::JoinSet;

use crate::cli::exit;
use crate::cli::output::errln;

/// The effect of SIGHUP, which is not sent here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hangup {
    /// Files are loaded again.
    Reloads,
    /// The host stops.
    Stops,
}

/// The events of a host's console.
pub(super) struct Signals(Stop);

impl Signals {
    /// Receives events from now on, on the answering threads.
    ///
    /// # Errors
    ///
    /// Fails if the system does not permit it.
    pub(super) fn receive(threads: &Runtime, _hangup_effect: Hangup) -> io::Result<Self> {
        let _threads = threads.enter();
        Ok(Self(Stop { interrupt: ctrl_c()?, break_: ctrl_break()?, close: ctrl_close()? }))
    }

    /// Returns the stop and the reloads.
    pub(super) fn split(self, _beside: &mut JoinSet<()>) -> (Stop, ReloadSignals) {
        (self.0, ReloadSignals)
    }
}

/// The events that stop a host.
pub(super) struct Stop {
    interrupt: CtrlC,
    break_: CtrlBreak,
    close: CtrlClose,
}

impl Stop {
    /// Waits for the first event. A second one then ends the process at once.
    pub(super) async fn wait(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            errln!("stopped without waiting for requests in flight");
            std::process::exit(exit::FAILURE.into());
        });
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.break_.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}

/// The signals that reload files. There are none.
pub(super) struct ReloadSignals;

impl ReloadSignals {
    /// Waits for ever.
    pub(super) async fn next(&mut self) {
        pending().await
    }
}
