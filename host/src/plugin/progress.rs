//! StatusTable in progress: the step of each, for operators and for the start of the host.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::ProviderId;

/// A step of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LoadStep {
    /// Its files are read, or waited for while they are being written.
    Reading,
    /// It waits for its turn to be compiled.
    Waiting,
    /// It is being compiled.
    Compiling,
    /// Its compiled form is linked.
    Linking,
    /// It describes itself, or waits for its turn to do so.
    Trial,
}

/// The status of a load in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadStatus {
    /// The current step.
    pub(crate) step: LoadStep,
    /// The time at which its files were noticed, or the first of several changes in a row.
    pub(crate) since: Instant,
    /// Set if the cache lacks its compiled form.
    is_uncached: bool,
    /// Distinguishes this load from others of the plugin.
    number: u64,
}

/// The loads in progress. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct LoadProgress(Arc<watch::Sender<StatusTable>>);

#[derive(Debug, Default)]
struct StatusTable {
    by_plugin: BTreeMap<ProviderId, LoadStatus>,
    begun: u64,
    found_in_cache: u64,
}

/// Reports the steps of one load. Reports of a load that has ended change nothing.
#[derive(Clone, Debug)]
pub(super) struct StepReporter {
    progress: LoadProgress,
    plugin: ProviderId,
    number: u64,
}

impl LoadProgress {
    /// Returns the status of each load, by plugin.
    pub(super) fn statuses(&self) -> BTreeMap<ProviderId, LoadStatus> {
        self.0.borrow().by_plugin.clone()
    }

    /// Records that a load of `plugin` has begun, in place of an earlier one.
    pub(super) fn begin(&self, plugin: &ProviderId, since: Instant) -> StepReporter {
        let mut number = 0;
        self.0.send_modify(|loads| {
            loads.begun += 1;
            number = loads.begun;
            let status = LoadStatus { step: LoadStep::Reading, since, is_uncached: false, number };
            loads.by_plugin.insert(plugin.clone(), status);
        });
        StepReporter { progress: self.clone(), plugin: plugin.clone(), number }
    }

    /// Records that the load of `plugin` has ended.
    pub(super) fn end(&self, plugin: &ProviderId) {
        self.0.send_modify(|loads| _ = loads.by_plugin.remove(plugin));
    }

    /// Waits until all plugins with a compiled form in the cache are loaded; never ends if there are none.
    pub(super) async fn cached_are_loaded(&self) {
        let is_over =
            |loads: &StatusTable| loads.found_in_cache > 0 && loads.by_plugin.values().all(|load| load.is_uncached);
        // It fails only without a sender, which this holds.
        let _ = self.0.subscribe().wait_for(is_over).await;
    }
}

impl StepReporter {
    /// Creates a reporter of a load that nobody follows.
    pub(super) fn unheard(plugin: &ProviderId) -> Self {
        LoadProgress::default().begin(plugin, Instant::now())
    }

    /// Reports the beginning of a step.
    pub(super) fn begin(&self, step: LoadStep) {
        self.change(|load| load.step = step);
    }

    /// Reports that the cache lacks the compiled form.
    pub(super) fn is_uncached(&self) {
        self.change(|load| load.is_uncached = true);
    }

    /// Reports that the cache had the compiled form.
    pub(super) fn is_cached(&self) {
        self.progress.0.send_modify(|loads| loads.found_in_cache += 1);
    }

    fn change(&self, change: impl FnOnce(&mut LoadStatus)) {
        self.progress.0.send_if_modified(|loads| {
            let load = loads.by_plugin.get_mut(&self.plugin).filter(|load| load.number == self.number);
            load.map(change).is_some()
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn id(name: &str) -> ProviderId {
        name.parse().expect("lower-case kebab")
    }

    #[test]
    fn a_load_that_was_superseded_reports_nothing() {
        let progress = LoadProgress::default();
        let old = progress.begin(&id("hub"), Instant::now());
        let new = progress.begin(&id("hub"), Instant::now());

        new.begin(LoadStep::Compiling);
        old.begin(LoadStep::Trial);

        assert_eq!(progress.statuses()[&id("hub")].step, LoadStep::Compiling);
    }

    #[test]
    fn the_start_waits_for_files_that_may_be_cached_and_not_for_those_that_are_compiled() {
        let progress = LoadProgress::default();
        let may_start = || progress.cached_are_loaded().now_or_never().is_some();
        let [slow, quick] = ["slow", "quick"].map(|name| progress.begin(&id(name), Instant::now()));
        slow.is_uncached();
        assert!(!may_start(), "one is being read");

        quick.is_cached();
        assert!(!may_start(), "one is not loaded yet");
        progress.end(&id("quick"));

        assert!(may_start());
    }

    #[test]
    fn the_start_of_a_host_without_a_cache_waits_for_all() {
        let progress = LoadProgress::default();
        progress.begin(&id("slow"), Instant::now()).is_uncached();

        assert!(progress.cached_are_loaded().now_or_never().is_none());
    }
}
