//! Turns bytes on disk into a checked plugin that is ready to be called.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytesize::ByteSize;
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tracing::{debug, info, warn};

use super::cache::{Cache, CacheKey, Digest};
use super::compiler::{CompileError, Compiler};
use super::folder::{Contents, Folder, ReadError};
use super::settings::{AuthorSettings, AuthorSettingsError};
use super::state::{KeptError, StateFolder, VersionId};
use super::{Description, Plugin, ProviderId, Settings};
use admission::{Admission, PluginAdmission};
use contract::{Skill, SkillError};
use egress::{Egress, GrantError};
use engine::{Limits, LinkError, Program, Runtime};
use net::telemetry::LogBudget;

/// Bytes per second of the host's own lines about a plugin's calls: 40 or more.
const LINES_RATE: ByteSize = ByteSize::kib(16);

/// Bytes of such lines that may be logged at once.
const LINES_BURST: ByteSize = ByteSize::kib(256);

/// Creates plugins from files.
#[derive(Clone)]
pub struct Loader {
    runtime: Arc<Runtime>,
    compiler: Arc<Compiler>,
    cache: Option<Arc<Cache>>,
    fingerprint: Arc<str>,
    /// Shared by all clones; a load takes a snapshot of them once.
    settings: Arc<ArcSwap<Settings>>,
    outside: Arc<Egress>,
    gates: Arc<Admission>,
}

/// A plugin cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[error("failed to load plugin `{plugin}` from {}", path.display())]
pub struct LoadError {
    plugin: ProviderId,
    path: PathBuf,
    #[source]
    kind: LoadErrorKind,
}

#[derive(Debug, thiserror::Error)]
enum LoadErrorKind {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Kept(#[from] KeptError),
    #[error(transparent)]
    Settings(#[from] AuthorSettingsError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("the component does not fit this host: {0}")]
    Link(#[from] LinkError),
    #[error("the component failed its trial: {0}")]
    Trial(String),
    #[error("the chat skills of the component are invalid")]
    Skills(#[from] SkillError),
    #[error("something that the settings grant is unavailable")]
    Reach(#[from] GrantError),
}

impl LoadError {
    /// Creates the error of a component and its author's settings, which are at `paths`.
    fn new(plugin: &ProviderId, [component, settings]: [PathBuf; 2], kind: LoadErrorKind) -> Self {
        let path = if matches!(kind, LoadErrorKind::Settings(_)) { settings } else { component };
        Self { plugin: plugin.clone(), path, kind }
    }

    /// Returns the reason in a word. It quotes no file, so it may be stored for long.
    pub(super) fn reason(&self) -> &'static str {
        match self.kind {
            LoadErrorKind::Read(_) => "unreadable",
            LoadErrorKind::Kept(_) => "not-kept",
            LoadErrorKind::Settings(_) => "author-settings",
            LoadErrorKind::Compile(_) => "does-not-compile",
            LoadErrorKind::Link(_) => "does-not-fit",
            LoadErrorKind::Trial(_) => "trial-failed",
            LoadErrorKind::Skills(_) => "skills",
            LoadErrorKind::Reach(_) => "reach",
        }
    }
}

/// The result of a load.
pub(super) struct Loaded {
    /// The plugin; `None` if it is unchanged.
    pub(super) plugin: Option<Plugin>,
    /// The files that it was built from.
    pub(super) contents: Arc<Contents>,
}

impl Loader {
    /// Creates a loader for `runtime`. Without a cache, every start compiles again.
    pub fn new(
        runtime: Arc<Runtime>,
        compiler: Compiler,
        cache: Option<Cache>,
        settings: Settings,
        outside: Egress,
    ) -> Self {
        Self {
            fingerprint: runtime.fingerprint().into(),
            gates: Arc::new(Admission::new(Arc::clone(runtime.capacity()))),
            runtime,
            compiler: Arc::new(compiler),
            cache: cache.map(Arc::new),
            settings: Arc::new(ArcSwap::from_pointee(settings)),
            outside: Arc::new(outside),
        }
    }

    /// Returns the host's egress.
    pub(crate) fn outside(&self) -> &Egress {
        &self.outside
    }

    /// Returns the operator's settings.
    pub(super) fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    /// Replaces the settings for loads that begin from now on. Returns the earlier ones.
    pub(super) fn restate(&self, settings: Settings) -> Arc<Settings> {
        self.settings.swap(Arc::new(settings))
    }

    /// Returns the folder at `dir`, with the compiler's limit on components.
    pub(super) fn folder(&self, dir: impl Into<PathBuf>) -> Folder {
        Folder::new(dir).with_component_size(self.compiler.component_size())
    }

    /// Returns the runtime that plugins are loaded for.
    pub(crate) fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// Loads the plugin `id` from the folder `dir`.
    ///
    /// # Errors
    ///
    /// Fails with a message for the author or the operator.
    pub async fn load_from(&self, dir: &Path, id: &ProviderId) -> Result<Plugin, LoadError> {
        let loaded = self.load(&self.folder(dir), id, None).await?;
        Ok(loaded.plugin.expect("there is none before it to be the same as"))
    }

    /// Loads a plugin from `folder`; returns none if it equals `current`. If only its settings differ, its
    /// component is not compiled again.
    ///
    /// # Errors
    ///
    /// Fails with a message for the author or the operator.
    pub(super) async fn load(
        &self,
        folder: &Folder,
        id: &ProviderId,
        current: Option<Arc<Plugin>>,
    ) -> Result<Loaded, LoadError> {
        let paths = [folder.component_path(id), folder.settings_path(id)];
        let loaded = async {
            let contents = folder.read(id).await?;
            self.make(id, Arc::new(contents), &paths[1], current.as_deref()).await
        };
        loaded.await.map_err(|kind| LoadError::new(id, paths, kind))
    }

    /// Loads a version that was served before, like [`load`](Self::load) does with the folder.
    ///
    /// # Errors
    ///
    /// Fails if its kept files are damaged or missing, or if it can no longer be loaded.
    pub(super) async fn load_kept(
        &self,
        state: &Arc<StateFolder>,
        version: VersionId,
        id: &ProviderId,
        current: Option<Arc<Plugin>>,
    ) -> Result<Loaded, LoadError> {
        let paths = [state.component_path(version), state.settings_path(version)];
        let loaded = async {
            let state = Arc::clone(state);
            let contents = blocking(move || state.contents(version)).await?;
            self.make(id, Arc::new(contents), &paths[1], current.as_deref()).await
        };
        loaded.await.map_err(|kind| LoadError::new(id, paths, kind))
    }

    async fn make(
        &self,
        id: &ProviderId,
        contents: Arc<Contents>,
        settings_path: &Path,
        current: Option<&Plugin>,
    ) -> Result<Loaded, LoadErrorKind> {
        let settings = match &contents.settings {
            Some(text) => AuthorSettings::parse(text, settings_path)?,
            None => AuthorSettings::default(),
        };
        let hashed = Arc::clone(&contents);
        let version = blocking(move || VersionId::of(&hashed)).await;
        let digest = version.component;
        let stated = self.settings();
        let (outside, name, grants) = (Arc::clone(&self.outside), id.clone(), stated.of(id).grants.clone());
        let egress = blocking(move || outside.egress(name.as_str(), &grants)).await?;
        let limits = stated.limits(id, settings.limits);
        let config = Arc::new(stated.config(id, &settings.config));
        let same = current.filter(|plugin| plugin.digest == digest);
        let program = match same {
            Some(plugin) => Arc::clone(&plugin.program),
            None => Arc::new(self.program(&contents.component, digest).await?),
        };
        let description = match same.filter(|plugin| plugin.settings == settings && plugin.config == config) {
            Some(plugin) => {
                // The value of a secret may have changed, which settings only name.
                let reaches_the_same = Arc::ptr_eq(&plugin.egress, &egress);
                let is_bounded_alike = plugin.limits == limits
                    && plugin.wait_terms == stated.wait_terms(id)
                    && plugin.plugin_admission.is(&self.plugin_admission(&stated, id, digest));
                if reaches_the_same && is_bounded_alike {
                    return Ok(Loaded { plugin: None, contents });
                }
                // Its description is the same. Without a new trial, the plugin cannot hold on to a revoked
                // grant by failing one.
                plugin.description.clone()
            }
            None => self.describe(id, &program, limits, &config).await?,
        };
        let plugin = Plugin {
            description,
            id: id.clone(),
            name: id.as_str().into(),
            digest,
            version,
            program,
            settings,
            config,
            egress,
            plugin_admission: self.plugin_admission(&stated, id, digest),
            limits,
            calls: current.map(|plugin| Arc::clone(&plugin.calls)).unwrap_or_default(),
            pace: same.map(|plugin| Arc::clone(&plugin.pace)).unwrap_or_default(),
            wait_terms: stated.wait_terms(id),
            log_budget: LogBudget::new(LINES_RATE, LINES_BURST),
            loaded_at: Timestamp::now(),
        };
        Ok(Loaded { plugin: Some(plugin), contents })
    }

    /// Returns the description of the plugin `id`, from a trial.
    async fn describe(
        &self,
        id: &ProviderId,
        program: &Arc<Program>,
        limits: Limits,
        config: &Arc<BTreeMap<String, String>>,
    ) -> Result<Description, LoadErrorKind> {
        let said = program.describe(&self.runtime, id.as_str().into(), limits, Arc::clone(config)).await;
        let said = said.map_err(LoadErrorKind::Trial)?;
        if !said.repairs.is_empty() {
            warn!(plugin = %id, repairs = %said.repairs, "the plugin's description of itself was repaired");
        }
        let title = said.profile.as_ref().map(|profile| profile.title.as_str()).filter(|title| !title.is_empty());
        Ok(Description {
            partner: title.unwrap_or(id.as_str()).into(),
            profile: said.profile,
            skills: Skill::check(said.skills)?,
            repairs: said.repairs,
        })
    }

    /// Returns the admission control of the plugin `id` in this version.
    fn plugin_admission(&self, stated: &Settings, id: &ProviderId, digest: Digest) -> PluginAdmission {
        self.gates.plugin_admission(id.as_str(), &digest.to_string(), stated.load, stated.of(id).load)
    }

    /// Returns the compiled form of `component`, from the cache or the compile child, linked.
    async fn program(&self, component: &[u8], digest: Digest) -> Result<Program, LoadErrorKind> {
        let key = CacheKey::of(digest, &self.fingerprint);
        if let Some(program) = self.cached(key.clone()).await {
            return Ok(program);
        }
        let (short, size) = (digest.short(), ByteSize::b(component.len() as u64));
        info!(digest = short, %size, "compiling a component that is not in the cache");
        let compiled = self.compiler.compile(component).await?;
        let (runtime, cache) = (Arc::clone(&self.runtime), self.cache.clone());
        blocking(move || {
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: these bytes came through a pipe from a child of our own binary, which ran
            // nothing but `runtime::compile`.
            let program = unsafe { runtime.link(&compiled) }?;
            if let Some(Err(error)) = cache.map(|cache| cache.store(&key, &compiled)) {
                warn!(error = &error as &dyn std::error::Error, "the compiled component is not cached");
            }
            Ok(program)
        })
        .await
    }

    async fn cached(&self, key: CacheKey) -> Option<Program> {
        let (runtime, cache) = (Arc::clone(&self.runtime), Arc::clone(self.cache.as_ref()?));
        blocking(move || {
            let compiled = cache.load(&key)?;
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: the cache returns only what it stored, which its key in a file that is ours
            // alone proves; and we store only what `runtime::compile` returned.
            let linked = unsafe { runtime.link(&compiled) };
            linked.inspect_err(|error| debug!(%error, "the cached component does not fit; compiling it again")).ok()
        })
        .await
    }
}

/// Runs blocking work on a thread for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.expect("the work does not panic, and is not cancelled")
}
