//! A host that serves no plugin answers every question with 404. The log says so, once, and when that is over.

use tracing::{info, warn};

use super::Watch;
use crate::plugin::ProblemKind;

impl Watch {
    /// Logs that no plugin is served any more, or that one is again. Does nothing while loads are in progress.
    pub(super) fn note_emptiness(&mut self) {
        let is_served = self.registry.catalog().plugins().next().is_some();
        if !is_served && !self.loading.is_idle() {
            return;
        }
        let was_empty = std::mem::replace(&mut self.serves_nothing, !is_served);
        match (was_empty, is_served) {
            (false, false) => {
                let folder = self.registry.folder.path().display();
                let (refused, disabled) =
                    (self.registry.refused().len(), self.registry.operator_state().disabled.len());
                let is_ignored = |problem: &&crate::plugin::FolderProblem| problem.kind == ProblemKind::Ignored;
                let ignored = self.registry.problems().iter().filter(is_ignored).count();
                warn!(%folder, refused, disabled, ignored, "no plugin is served: every question is answered with 404");
            }
            (true, true) => info!("a plugin is served again"),
            (true, false) | (false, true) => {}
        }
    }
}
