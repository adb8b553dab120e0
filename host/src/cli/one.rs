//! A single plugin, loaded outside a host for `call` and `check`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;

use super::CliError;
use super::host::{self, HostError};
use crate::config::Config;
use crate::plugin::{LoadError, Plugin, Query};
use admission::CallerKey;
use contract::{Ask, Caller, Context, Deadline, ProviderId, ProviderIdError, languages};
use engine::{CallEnd, Runtime, Settings};

/// Concurrent calls of a command, which makes one after the other.
const CALLS: u32 = 1;

/// A failure to load the component of a command.
#[derive(Debug, thiserror::Error)]
pub(super) enum ComponentError {
    /// The name of the file is no provider id.
    #[error(transparent)]
    Name(#[from] ProviderIdError),
    /// The name of the file does not end as a component's does.
    #[error("{} is not a component; its name must end in .wasm", .0.display())]
    NotWasm(PathBuf),
    /// The component, or the settings beside it, cannot be served.
    #[error(transparent)]
    Load(Box<LoadError>),
}

/// A loaded plugin, and the runtime it is loaded in.
pub(super) struct One {
    runtime: Arc<Runtime>,
    plugin: Plugin,
}

impl One {
    /// Loads the component in `file`, with the settings beside it.
    pub(super) async fn load(file: &Path, config: Config) -> Result<Self, CliError> {
        let config = Config { runtime: Settings { calls_at_once: CALLS, ..config.runtime }, ..config };
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let id = ProviderId::try_from(id).map_err(ComponentError::from)?;
        if file.extension().is_none_or(|extension| extension != "wasm") {
            return Err(ComponentError::NotWasm(file.to_owned()).into());
        }
        let loader = host::loader(&config)?;
        let dir = match file.parent() {
            Some(dir) if dir != Path::new("") => dir,
            _ => Path::new("."),
        };
        let progress = progress(format!("loading {id}: a large component takes seconds to compile"));
        let loaded = loader.load_from(dir, &id).await;
        progress.finish_and_clear();
        let plugin = loaded.map_err(|error| ComponentError::Load(Box::new(error)))?;
        Ok(Self { runtime: Arc::clone(loader.runtime()), plugin })
    }

    pub(super) fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Calls the plugin once, as a request would.
    pub(super) async fn ask(&self, ask: Ask, accept_language: Option<&str>, caller: Option<Caller>) -> CallEnd {
        let context = Context { caller, ..Context::of_no_request(languages(accept_language.map(str::as_bytes))) };
        let window = ask.window();
        let deadline = Deadline::within(Duration::from_secs(5));
        let (ask, context, caller) = (Arc::new(ask), Arc::new(context), CallerKey::Host);
        let query = Query { ask, held: None, context, caller, window, deadline };
        self.plugin.ask_here(&self.runtime, &query).await
    }
}

/// Shows progress on a terminal, and nothing elsewhere.
fn progress(message: String) -> ProgressBar {
    let progress = ProgressBar::new_spinner().with_message(message);
    progress.enable_steady_tick(Duration::from_millis(100));
    progress
}

/// Runs `work` to its end, on the current thread.
pub(super) fn wait_for<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(HostError::System)?;
    threads.block_on(work)
}
