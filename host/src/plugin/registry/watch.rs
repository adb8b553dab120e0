//! Hot reload: the single task that changes the catalog, on changes of the folder and on messages.
//!
//! Settings that concern plugins are applied here too. A plugin whose settings differ is rebuilt like on a
//! reload; its breaker and limits are rebuilt only if their own settings differ.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::command::{Asker, Impossible, OperatorCommand, OperatorRequest, RegistryMessage, Reloaded, tell};
use super::loading::{LoadEnd, Loading, Waiting};
use super::retry::Retries;
use super::saving::SaveRetry;
use super::source::{Found, LoadSource};
use super::{PluginRegistry, record};
use crate::plugin::folder::{ChangeKind, Snapshot, diff};
use crate::plugin::state::{Disabled, OperatorState, Pin, VersionId};
use crate::plugin::watch::changes;
use crate::plugin::{Catalog, LoadError, Plugin, Settings};
use contract::ProviderId;

/// The single task that changes a registry's catalog, as the folder changes.
pub struct Watch {
    pub(super) registry: Arc<PluginRegistry>,
    pub(super) seen: Snapshot,
    pub(super) loading: Loading,
    pub(super) messages: mpsc::Receiver<RegistryMessage>,
    /// Set if versions are served that are not saved yet.
    pub(super) has_news: bool,
    /// Set while no plugin is served and none is being loaded.
    pub(super) serves_nothing: bool,
    pub(super) retries: Retries,
    pub(super) save_retry: SaveRetry,
}

impl Watch {
    /// Follows the folder for as long as it is polled.
    pub async fn run(mut self) {
        let mut changes = changes(self.registry.folder.clone(), self.seen.clone());
        loop {
            tokio::select! {
                now = changes.next() => self.take_up(Snapshot::clone(&now)),
                Some(ended) = self.loading.next() => self.finish(ended).await,
                Some(message) = self.messages.recv() => self.listen(message).await,
                id = self.retries.next() => self.load_anew(id),
                () = self.save_retry.due() => self.save().await,
            }
            self.note_emptiness();
        }
    }

    pub(super) fn take_up(&mut self, now: Snapshot) {
        for problem in now.problems.iter().filter(|problem| !self.seen.problems.contains(problem)) {
            warn!(%problem, "{}", problem.event());
        }
        self.registry.problems.store(Arc::new(now.problems.clone()));
        for change in diff(&self.seen, &now) {
            self.retries.end(&change.provider);
            if change.kind != ChangeKind::Gone {
                self.load_anew(change.provider);
                continue;
            }
            let under_way = self.loading.cancel(&change.provider);
            self.registry.remove(change.provider);
            tell(under_way.map(Waiting::everybody).unwrap_or_default(), &Reloaded::Gone);
        }
        self.seen = now;
    }

    pub(super) async fn listen(&mut self, message: RegistryMessage) {
        match message {
            RegistryMessage::Request(request) => self.carry_out(request).await,
            RegistryMessage::Reread(plugins) => {
                for id in plugins {
                    // Follows a load in progress, which may have read the file before.
                    let (command, by) = (OperatorCommand::Again, String::new());
                    self.carry_out(OperatorRequest { id, command, by, askers: Vec::new() }).await;
                }
            }
            RegistryMessage::Restate { settings, asker } => {
                self.restate(*settings);
                // A caller that has disconnected needs no result.
                let _ = asker.send(());
            }
            RegistryMessage::SaveAll(asker) => {
                if self.has_news || self.registry.unsaved().is_some() {
                    self.save().await;
                }
                let _ = asker.send(());
            }
        }
    }

    fn restate(&mut self, settings: Settings) {
        let before = self.registry.loader.restate(settings);
        let now = self.registry.loader.settings();
        if before.order != now.order {
            let catalog = Catalog::clone(&self.registry.catalog.load());
            self.registry.catalog.store(Arc::new(catalog.in_order(&now.order)));
        }
        let differing: Vec<_> = self.seen.providers.keys().filter(|id| now.differs_for(&before, id)).cloned().collect();
        for id in differing {
            self.load_anew(id);
        }
    }

    /// Loads a plugin that has changed, in place of a load in progress, which may have read the earlier files.
    pub(super) fn load_anew(&mut self, id: ProviderId) {
        match self.loading.cancel(&id) {
            // An order applies to the new files as well.
            Some(waiting) => self.loading.begin(&self.registry, id, waiting),
            None => self.load(id, Vec::new()),
        }
    }

    /// Loads the version of a plugin that is to be served. No load of it may be in progress.
    fn load(&mut self, id: ProviderId, askers: Vec<Asker>) {
        let operator_state = self.registry.operator_state();
        if operator_state.disabled.contains_key(&id) {
            return tell(askers, &Reloaded::Disabled);
        }
        let source = operator_state
            .pinned
            .get(&id)
            .map_or(LoadSource::Folder { is_ordered: false }, |pin| LoadSource::Pinned(pin.clone()));
        self.begin_load(id, source, askers);
    }

    fn begin_load(&mut self, id: ProviderId, source: LoadSource, askers: Vec<Asker>) {
        self.loading.begin(
            &self.registry,
            id,
            Waiting { source, since: Instant::now(), askers, followers: Vec::new() },
        );
    }

    pub(super) async fn finish(&mut self, LoadEnd { id, since, found, waiting }: LoadEnd) {
        let Waiting { source, askers, followers, .. } = waiting;
        // The version in the folder is still to be loaded, if a rollback fails.
        let retry = match (&found, &source) {
            (Err(_), LoadSource::ToPin(_)) => None,
            _ => self.plan_retry(&id, &found),
        };
        let reloaded = match (found, source) {
            (Ok(found), source) => {
                self.settle(&id, source, &found).await;
                self.serve(&id, found.plugin, since)
            }
            (Err(error), LoadSource::ToPin(_)) => self.registry.stay(&id, error),
            (Err(error), LoadSource::Folder { .. } | LoadSource::Pinned(_)) => {
                self.registry.refuse(id.clone(), since, error, retry)
            }
        };
        tell(askers, &reloaded);
        // Each waits for the end of the one before it.
        for request in followers {
            self.carry_out(request).await;
        }
        if self.has_news && self.loading.is_idle() {
            self.save().await;
        }
    }

    /// Plans to load a plugin again if its load failed by a fault that may pass, or its files are not kept. Returns the time.
    fn plan_retry(&mut self, id: &ProviderId, found: &Result<Found, LoadError>) -> Option<Timestamp> {
        if !found.as_ref().map_or_else(LoadError::may_pass, |found| found.is_unkept) {
            self.retries.end(id);
            return None;
        }
        let pause = self.retries.plan(id, Instant::now().into());
        info!(plugin = %id, ?pause, "plugin to be loaded again: the failure may be the host's");
        Timestamp::now().checked_add(pause).ok()
    }

    fn serve(&self, id: &ProviderId, plugin: Option<Plugin>, since: Instant) -> Reloaded {
        match plugin {
            Some(plugin) => self.registry.put(plugin, since),
            None => self.registry.keep(id, since),
        }
    }

    /// Updates the operator state for the source of a plugin that is about to be served.
    ///
    /// An order is saved before its answer. The list of kept versions is saved later: a crash in between
    /// costs a rollback target, and no more.
    async fn settle(&mut self, id: &ProviderId, source: LoadSource, found: &Found) {
        let operator_state = self.registry.operator_state();
        let is_of_folder = matches!(source, LoadSource::Folder { .. });
        if is_of_folder && operator_state.is_settled(id, found.kept.as_ref()) {
            // As for each plugin of a start: the state of all is copied for none.
            return;
        }
        let mut operator_state = OperatorState::clone(&operator_state);
        match source {
            LoadSource::Folder { .. } => {
                let was_pinned = operator_state.pinned.remove(id).is_some();
                if let Some(kept) = &found.kept {
                    self.has_news |= self.registry.state.note(&mut operator_state, id, kept.clone());
                }
                if was_pinned {
                    self.apply(operator_state).await;
                    return record::unpinned(id);
                }
            }
            LoadSource::Pinned(_) => {
                let Some(pin) = operator_state.pinned.get_mut(id) else { return };
                let passed_over = [Some(pin.version), pin.instead_of];
                let newer_waits = found.in_folder.is_some() && !passed_over.contains(&found.in_folder);
                if newer_waits && !pin.newer_waits {
                    record::newer_waits(id, pin.version);
                }
                pin.newer_waits = newer_waits;
            }
            LoadSource::ToPin(pin) => {
                let pin = Pin { instead_of: found.in_folder, ..pin };
                let (version, by) = (pin.version, pin.by.clone());
                operator_state.pinned.insert(id.clone(), pin);
                self.apply(operator_state).await;
                return record::pinned(id, version, &by);
            }
        }
        self.registry.operator_state.store(Arc::new(operator_state));
    }

    async fn carry_out(&mut self, request: OperatorRequest) {
        if request.command == OperatorCommand::Disable {
            return self.disable(request).await;
        }
        // The load in progress may have read the files before the caller changed them.
        let Some(request) = self.loading.follow(request) else { return };
        let OperatorRequest { id, command, by, askers } = request;
        let is_disabled = self.registry.operator_state().disabled.contains_key(&id);
        if command == OperatorCommand::Enable && is_disabled {
            return self.enable(id, &by, askers).await;
        }
        if !self.seen.providers.contains_key(&id) {
            return tell(askers, &Reloaded::Gone);
        }
        match command {
            OperatorCommand::Again | OperatorCommand::Enable => self.load(id, askers),
            OperatorCommand::Reload | OperatorCommand::RollBack { .. } if is_disabled => {
                tell(askers, &Reloaded::Impossible(Impossible::Disabled));
            }
            OperatorCommand::Reload => self.begin_load(id, LoadSource::Folder { is_ordered: true }, askers),
            OperatorCommand::RollBack { to } => match self.version_before(&id, to.as_deref()) {
                Ok(version) => {
                    let pin = Pin { version, instead_of: None, at: Timestamp::now(), by, newer_waits: false };
                    self.begin_load(id, LoadSource::ToPin(pin), askers);
                }
                Err(impossible) => tell(askers, &Reloaded::Impossible(impossible)),
            },
            OperatorCommand::Disable => unreachable!("it is carried out at once, above"),
        }
    }

    /// Returns the version to roll back to.
    fn version_before(&self, id: &ProviderId, to: Option<&str>) -> Result<VersionId, Impossible> {
        let (operator_state, catalog) = (self.registry.operator_state(), self.registry.catalog());
        let current = catalog.provider(id.as_str()).map(|plugin| plugin.version());
        let Some(digits) = to else {
            return operator_state.before(id, current).map(|kept| kept.id).ok_or(Impossible::NothingBefore);
        };
        let found = operator_state.beginning(id, digits, current);
        let Some(first) = found.first() else { return Err(Impossible::NotKept(digits.to_owned())) };
        if found.iter().any(|other| other.id.component != first.id.component) {
            return Err(Impossible::Ambiguous(digits.to_owned()));
        }
        Ok(first.id)
    }

    /// Stops serving a plugin, and notifies callers of other messages.
    async fn disable(&mut self, OperatorRequest { id, by, askers, .. }: OperatorRequest) {
        let mut operator_state = OperatorState::clone(&self.registry.operator_state());
        if operator_state.disabled.contains_key(&id) {
            return tell(askers, &Reloaded::Unchanged);
        }
        if !self.seen.providers.contains_key(&id) {
            return tell(askers, &Reloaded::Gone);
        }
        operator_state.disabled.insert(id.clone(), Disabled { at: Timestamp::now(), by: by.clone() });
        let others = self.loading.cancel(&id).map(Waiting::everybody).unwrap_or_default();
        // Before the order is saved: the disk may hang.
        self.registry.withdraw(&id);
        self.apply(operator_state).await;
        record::disabled(&id, &by);
        tell(askers.into_iter().chain(others).collect(), &Reloaded::Disabled);
    }

    async fn enable(&mut self, id: ProviderId, by: &str, askers: Vec<Asker>) {
        let mut operator_state = OperatorState::clone(&self.registry.operator_state());
        operator_state.disabled.remove(&id);
        self.apply(operator_state).await;
        record::enabled(&id, by);
        if !self.seen.providers.contains_key(&id) {
            return tell(askers, &Reloaded::Gone);
        }
        self.load(id, askers);
    }
}
