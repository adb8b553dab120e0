//! A folder of components, served at a loopback address during the test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::{Arguments, judge};
use crate::cli::CliError;
use crate::cli::host::{self, HostError, ListenUrl, answering_threads};
use crate::cli::signals::{Hangup, Signals};
use crate::config::Effective;
use crate::plugin::StartWait;
use connector::conform::Report;

/// Serves the components in `plugins`, tests them over HTTP, and stops the host.
pub(super) fn judge_folder(arguments: &Arguments, plugins: &Path) -> Result<Report, CliError> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let sources = arguments.settings.sources();
    let sources = sources
        .with_flag("conform", "http.listen", Some(any_port))
        .with_flag("conform", "admin.listen", Some(any_port))
        // A host without a public name serves no definition.
        .with_flag("conform", "http.public-name", Some("localhost"))
        // Cards that this host would leave out are judged, too.
        .with_flag("conform", "limits.card", Some(engine::MAXIMA.card))
        // This host must leave no state behind.
        .with_flag("conform", "state.directory", Some("off"));
    let mut effective = Effective::read(&sources)?;
    host::keep_entries_apart(&mut effective.config);

    let (tell, told) = oneshot::channel::<ListenUrl>();
    let ready = async |url, _: &_, _| {
        let _ = tell.send(url);
    };
    let threads = answering_threads()?;
    let signals = Signals::receive(&threads, Hangup::Stops).map_err(HostError::System)?;
    let outcome = threads.block_on(async {
        let judging = async {
            // A host that fails to start ends with an error of its own, below.
            let Ok(url) = told.await else { return std::future::pending().await };
            judge(arguments, Some(&url.to_string()), Arc::default()).await
        };
        tokio::select! {
            report = judging => report.map_err(CliError::from),
            ended = host::run(effective, sources, plugins, StartWait::All, signals, None, ready) => {
                Err(ended.err().map_or(CliError::Interrupted, CliError::from))
            }
        }
    });
    threads.shutdown_background();
    outcome
}
