//! Turns bytes on disk into a checked plugin that is ready to be called.
//!
//! Whatever takes time that a plugin can determine runs on threads for blocking work: parsing, hashing, linking.

mod beginnings;
mod error;
mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytesize::ByteSize;
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::warn;

use self::beginnings::Beginnings;
pub use self::error::LoadError;
use self::error::LoadErrorKind;
use super::cache::{Cache, Digest};
use super::compiler::Compiler;
use super::development::Development;
use super::folder::{Contents, Folder};
use super::progress::{LoadStep, StepReporter};
use super::settings::AuthorSettings;
use super::state::{StateFolder, VersionId};
use super::turns::Turns;
use super::{Description, Plugin, ProviderId, Settings};
use admission::{Admission, PluginAdmission};
use contract::{Skill, SkillError, SkillTool};
use egress::Egress;
use engine::{Limits, Program, Runtime};
use net::telemetry::LogBudget;

/// Concurrent trials: as many as the engine has spare sandboxes for.
const TRIALS: usize = 8;

/// The time after which a trial is long. Most take milliseconds.
const LONG_TRIAL: Duration = Duration::from_millis(500);

/// Pauses, in milliseconds, before a trial for which the host had no memory or sandbox is repeated. After these, the load fails and is
/// repeated as a whole.
const TRIAL_PAUSES: [u64; 5] = [50, 100, 200, 400, 800];

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
    trials: Arc<Turns>,
    beginnings: Beginnings,
    /// Set if an author develops plugins with this host.
    development: Option<Development>,
}

/// The plugin to load.
pub(super) struct LoadRequest {
    pub(super) id: ProviderId,
    /// The version that is served now.
    pub(super) current: Option<Arc<Plugin>>,
    /// Set if a version of it was served before. It then comes before others.
    pub(super) is_known: bool,
    /// Set if its component is compiled even if the compiler has rejected it before.
    pub(super) retries: bool,
    pub(super) steps: StepReporter,
}

/// The result of a load.
pub(super) struct Loaded {
    /// The plugin; `None` if it is unchanged.
    pub(super) plugin: Option<Plugin>,
    /// The files that it was built from.
    pub(super) contents: Arc<Contents>,
    /// The version that these files are.
    pub(super) version: VersionId,
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
            trials: Arc::new(Turns::new(TRIALS, LONG_TRIAL)),
            beginnings: Beginnings::new(),
            development: None,
        }
    }

    /// Loads plugins for the author who develops them.
    #[must_use]
    pub(crate) fn for_author(mut self, development: Option<Development>) -> Self {
        self.development = development;
        self
    }

    /// Returns the host's egress.
    pub(crate) fn outside(&self) -> &Arc<Egress> {
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
        let steps = StepReporter::unheard(id);
        let request = LoadRequest { id: id.clone(), current: None, is_known: false, retries: true, steps };
        let loaded = self.load(&self.folder(dir), &request).await?;
        Ok(loaded.plugin.expect("there is none before it to be the same as"))
    }

    /// Loads a plugin from `folder`; returns none if it equals the current one. If only its settings differ, its
    /// component is not compiled again.
    ///
    /// # Errors
    ///
    /// Fails with a message for the author or the operator.
    pub(super) async fn load(&self, folder: &Folder, request: &LoadRequest) -> Result<Loaded, LoadError> {
        let id = &request.id;
        let paths = [folder.component_path(id), folder.settings_path(id)];
        let loaded = async {
            let contents = folder.read(id).await?;
            self.make(request, Arc::new(contents), &paths[1]).await
        };
        self.beginnings.run(loaded).await.map_err(|kind| LoadError::new(id, paths, kind))
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
        request: &LoadRequest,
    ) -> Result<Loaded, LoadError> {
        let paths = [state.component_path(version), state.settings_path(version)];
        let loaded = async {
            let state = Arc::clone(state);
            let contents = blocking(move || state.contents(version)).await?;
            self.make(request, Arc::new(contents), &paths[1]).await
        };
        self.beginnings.run(loaded).await.map_err(|kind| LoadError::new(&request.id, paths, kind))
    }

    async fn make(
        &self,
        request: &LoadRequest,
        contents: Arc<Contents>,
        settings_path: &Path,
    ) -> Result<Loaded, LoadErrorKind> {
        let (id, current) = (&request.id, request.current.as_deref());
        let (settings, version) = examined(&contents, settings_path).await?;
        let digest = version.component;
        let stated = self.settings();
        let (outside, name, grants) = (Arc::clone(&self.outside), id.clone(), stated.of(id).grants.clone());
        let egress = blocking(move || outside.egress(name.as_str(), &grants)).await?;
        let limits = stated.limits(id, settings.limits);
        let config = Arc::new(stated.config(id, &settings.config));
        let same = current.filter(|plugin| plugin.digest == digest);
        let program = match same {
            Some(plugin) => Arc::clone(&plugin.program),
            None => Arc::new(self.program(request, &contents, digest).await?),
        };
        let description = match same.filter(|plugin| plugin.settings == settings && plugin.config == config) {
            Some(plugin) => {
                // The value of a secret may have changed, which settings only name.
                let reaches_the_same = Arc::ptr_eq(&plugin.egress, &egress);
                let is_bounded_alike = plugin.limits == limits
                    && plugin.wait_terms == stated.wait_terms(id)
                    && plugin.time_zone == stated.time_zone(id)
                    && plugin.plugin_admission.is(&self.plugin_admission(&stated, id, digest));
                if reaches_the_same && is_bounded_alike {
                    return Ok(Loaded { plugin: None, contents, version });
                }
                // Its description is the same. Without a new trial, the plugin cannot hold on to a revoked
                // grant by failing one.
                plugin.description.clone()
            }
            None => self.describe(request, &program, limits, &config).await?,
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
            time_zone: stated.time_zone(id),
            log_budget: LogBudget::new(LINES_RATE, LINES_BURST),
            observer: self.development.as_ref().map(|development| Arc::clone(&development.observer)),
            loaded_at: Timestamp::now(),
        };
        Ok(Loaded { plugin: Some(plugin), contents, version })
    }

    /// Returns the description of a plugin, from a trial.
    async fn describe(
        &self,
        request: &LoadRequest,
        program: &Arc<Program>,
        limits: Limits,
        config: &Arc<BTreeMap<String, String>>,
    ) -> Result<Description, LoadErrorKind> {
        let id = &request.id;
        request.steps.begin(LoadStep::Trial);
        let mut pauses = TRIAL_PAUSES.into_iter().map(Duration::from_millis);
        let said = loop {
            let turn = self.trials.take(&request.claim(0)).await;
            let said = program.describe(&self.runtime, id.as_str().into(), limits, Arc::clone(config)).await;
            drop(turn);
            match said {
                // Other trials or calls hold the memory or the sandboxes.
                Err(error) if error.may_pass() => match pauses.next() {
                    Some(pause) => sleep(pause).await,
                    None => return Err(LoadErrorKind::Trial(error)),
                },
                said => break said.map_err(LoadErrorKind::Trial)?,
            }
        };
        if !said.repairs.is_empty() {
            warn!(plugin = %id, repairs = %said.repairs, "the plugin's description of itself was repaired");
        }
        let title = said.profile.as_ref().map(|profile| profile.title.as_str()).filter(|title| !title.is_empty());
        let provider = id.clone();
        let check = move || {
            let skills = Skill::check(said.skills)?;
            let tools = SkillTool::all(&provider, &skills);
            Ok::<_, SkillError>((skills, tools))
        };
        let partner = title.unwrap_or(id.as_str()).into();
        let (skills, tools) = blocking(check).await?;
        if tools.len() < skills.len() {
            warn!(plugin = %id, "skills whose names are too long for tools are not served to models");
        }
        Ok(Description { partner, profile: said.profile, skills, tools: tools.into(), repairs: said.repairs })
    }

    /// Returns the admission control of the plugin `id` in this version.
    fn plugin_admission(&self, stated: &Settings, id: &ProviderId, digest: Digest) -> PluginAdmission {
        self.gates.plugin_admission(id.as_str(), &digest.to_string(), stated.load, stated.of(id).load)
    }
}

/// Returns the author's settings in `contents`, and their version.
async fn examined(
    contents: &Arc<Contents>,
    settings_path: &Path,
) -> Result<(AuthorSettings, VersionId), LoadErrorKind> {
    let (contents, path) = (Arc::clone(contents), settings_path.to_owned());
    let examine = move || {
        let settings = contents.settings.as_deref().map(|text| AuthorSettings::parse(text, &path)).transpose()?;
        Ok((settings.unwrap_or_default(), VersionId::of(&contents)))
    };
    blocking(examine).await
}

/// Runs blocking work on a thread for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.expect("the work does not panic, and is not cancelled")
}
