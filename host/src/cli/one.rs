//! A single plugin, loaded outside a host for `call` and `check`.
//!
//! Beside the cache of compiled components, which any number of processes share, it touches no file of a running host with
//! the same settings: key-value entries are kept in memory, and no port, audit log or operator state is opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use indicatif::ProgressBar;

use super::CliError;
use super::host::{self, HostError};
use super::settings::SettingsArgument;
use crate::config::{AuthorFiles, Config};
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
    /// The time at which every question of the command arrives, as the plugin sees it: pages of an answer that tells the
    /// time must fit each other.
    received_at: SystemTime,
}

impl One {
    /// Loads the component in `file`, with the settings beside it.
    pub(super) async fn load(file: &Path, config: Config) -> Result<Self, CliError> {
        let runtime = Settings { calls_at_once: CALLS, source_lines: true, ..config.runtime };
        let mut config = Config { runtime, ..config };
        host::keep_entries_apart(&mut config);
        let id = provider_id(file)?;
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
        Ok(Self { runtime: Arc::clone(loader.runtime()), plugin, received_at: SystemTime::now() })
    }

    pub(super) fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Calls the plugin once, as a request would.
    pub(super) async fn ask(&self, ask: Ask, accept_language: Option<&str>, caller: Option<Caller>) -> CallEnd {
        let context = Context::of_no_request(languages(accept_language.map(str::as_bytes)));
        let context = Context { caller, received_at: self.received_at.into(), ..context };
        let window = ask.window();
        let deadline = Deadline::within(Duration::from_secs(5));
        let (ask, context, caller) = (Arc::new(ask), Arc::new(context), CallerKey::Host);
        let query = Query { ask, held: None, context, caller, window, deadline };
        self.plugin.ask_here(&self.runtime, &query).await
    }
}

/// The settings of a command that loads one plugin.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct OneSettings {
    #[command(flatten)]
    operator: SettingsArgument,
    /// Author's settings for development, with which wishes are granted [default: NAME.dev.toml beside FILE]
    #[arg(long, value_name = "FILE", value_parser = existing_file)]
    dev_settings: Option<PathBuf>,
}

impl OneSettings {
    /// Reads and validates the settings for the component in `file`.
    ///
    /// If there are settings for development, the plugin is its author's and is granted what it wishes.
    pub(super) fn read(&self, file: &Path) -> Result<Config, CliError> {
        let id = provider_id(file)?;
        let beside = || Some(file.with_extension("dev.toml")).filter(|file| file.is_file());
        let mut author = AuthorFiles::default();
        if let Some(development) = self.dev_settings.clone().or_else(beside) {
            author.add_at(&id, file.with_extension("toml"), development);
        }
        Ok(Config::read(&self.operator.sources().with_author(author))?)
    }
}

fn existing_file(path: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(path);
    if path.is_file() { Ok(path) } else { Err("there is no such file") }
}

fn provider_id(file: &Path) -> Result<ProviderId, ComponentError> {
    Ok(ProviderId::try_from(file.file_stem().unwrap_or_default().to_string_lossy().into_owned())?)
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
