//! A plugin's description of itself, from its trial.

use std::sync::Arc;

use contract::{Profile, Repairs, Skill, SkillTool};

/// A plugin's description of itself.
#[derive(Clone)]
pub(super) struct Description {
    pub(super) profile: Option<Profile>,
    /// The title shown above its answers: the profile's, else its id.
    pub(super) partner: Arc<str>,
    pub(super) skills: Vec<Skill>,
    /// The tools of the skills.
    pub(super) tools: Arc<[SkillTool]>,
    /// Repairs that the description needed.
    pub(super) repairs: Repairs,
}
