//! What `call` and `check` have in common: one plugin, loaded outside a host.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;

use super::host::{self, HostError};
use super::{CliError, chain};
use crate::config::Config;
use crate::plugin::{Plugin, Query};
use contract::Deadline;
use contract::ProviderId;
use contract::{Ask, Caller, Context, languages};
use engine::{CallEnd, Runtime, Settings};

/// Calls at once, of a command that makes one after the other.
const CALLS: u32 = 1;

/// A loaded plugin and the runtime it is loaded for.
pub(super) struct One {
    runtime: Arc<Runtime>,
    plugin: Plugin,
}

impl One {
    /// Loads the component in `file`, with the settings beside it.
    pub(super) async fn load(file: &Path, config: Config) -> Result<Self, CliError> {
        let config = Config { runtime: Settings { calls_at_once: CALLS, ..config.runtime }, ..config };
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let id = ProviderId::try_from(id).map_err(|error| CliError::Contract(chain(&error)))?;
        if file.extension().is_none_or(|extension| extension != "wasm") {
            return Err(CliError::Contract(format!("{} is no component; its name must end in .wasm", file.display())));
        }
        let loader = host::loader(&config)?;
        let dir = match file.parent() {
            Some(dir) if dir != Path::new("") => dir,
            _ => Path::new("."),
        };
        let progress = progress(format!("loading {id}: a large component takes seconds to compile"));
        let loaded = loader.load_from(dir, &id).await;
        progress.finish_and_clear();
        let plugin = loaded.map_err(|error| CliError::Contract(chain(&error)))?;
        Ok(Self { runtime: Arc::clone(loader.runtime()), plugin })
    }

    pub(super) fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Puts one question to it, as a request would.
    pub(super) async fn ask(&self, ask: Ask, accept_language: Option<&str>, caller: Option<Caller>) -> CallEnd {
        let context = Context { caller, ..Context::of_no_request(languages(accept_language.map(str::as_bytes))) };
        let window = ask.window();
        let deadline = Deadline::within(Duration::from_secs(5));
        let inquiry = Query { ask: Arc::new(ask), context: Arc::new(context), window, deadline };
        self.plugin.ask_here(&self.runtime, &inquiry).await
    }
}

/// Shows on a terminal that something goes on; elsewhere nothing.
fn progress(message: String) -> ProgressBar {
    let progress = ProgressBar::new_spinner().with_message(message);
    progress.enable_steady_tick(Duration::from_millis(100));
    progress
}

/// The threads that such a command waits on.
pub(super) fn wait_for<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(HostError::System)?;
    threads.block_on(work)
}
