//! What providers offer: of each, what it says of itself and which questions it answers.

use std::collections::BTreeSet;

use crate::contract::{Capability, Profile, Skill};
use crate::plugin::Plugin;

/// Some providers, all merged or one alone.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// The providers, in their order.
    pub(crate) providers: Vec<Provider>,
    /// Whether it is one provider's own routes that are offered, rather than all merged.
    pub(crate) is_alone: bool,
}

/// A provider, as far as a connector shows it.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) id: String,
    pub(crate) profile: Option<Profile>,
    pub(crate) capabilities: BTreeSet<Capability>,
    pub(crate) skills: Vec<Skill>,
}

impl Offer {
    /// What all of `plugins` answer together.
    pub(crate) fn merged<'a>(plugins: impl IntoIterator<Item = &'a Plugin>) -> Self {
        Self { providers: plugins.into_iter().map(Provider::from).collect(), is_alone: false }
    }

    /// What `plugin` answers by itself.
    pub(crate) fn alone(plugin: &Plugin) -> Self {
        Self { providers: vec![plugin.into()], is_alone: true }
    }

    /// Whether somebody answers `capability`.
    pub(super) fn answers(&self, capability: Capability) -> bool {
        self.providers.iter().any(|provider| provider.capabilities.contains(&capability))
    }

    /// What the routes of its questions begin with.
    pub(super) fn prefix(&self) -> String {
        match self.providers.first() {
            Some(provider) if self.is_alone => format!("/api/providers/{}", provider.id),
            Some(_) | None => "/api".to_owned(),
        }
    }

    /// The only provider, if there is just one.
    pub(super) fn only(&self) -> Option<&Provider> {
        match self.providers.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }
}

impl Provider {
    /// What people call it: its title, else its id.
    pub(crate) fn title(&self) -> &str {
        let title = self.profile.as_ref().map(|profile| profile.title.as_str());
        title.filter(|title| !title.is_empty()).unwrap_or(&self.id)
    }
}

impl From<&Plugin> for Provider {
    fn from(plugin: &Plugin) -> Self {
        Self {
            id: plugin.id().to_string(),
            profile: plugin.profile().cloned(),
            capabilities: plugin.capabilities(),
            skills: plugin.skills().to_vec(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::contract::{ParameterKind, SkillParameter};

    /// All of `providers` merged.
    pub(in crate::connector) fn offer(providers: &[Provider]) -> Offer {
        Offer { providers: providers.to_vec(), is_alone: false }
    }

    /// A provider without a profile that answers `capabilities` and has `skills` of one required parameter each.
    pub(in crate::connector) fn provider(id: &str, capabilities: &[&str], skills: &[&str]) -> Provider {
        let skill = |name: &&str| Skill {
            name: (*name).to_owned(),
            title: format!("Chat about {name}"),
            description: format!("Answers what {name} is"),
            parameters: vec![SkillParameter {
                name: "accountName".to_owned(),
                description: "Name of the account".to_owned(),
                kind: ParameterKind::Text,
                required: true,
            }],
        };
        Provider {
            id: id.to_owned(),
            profile: None,
            capabilities: capabilities.iter().map(|name| name.parse().expect("a capability")).collect(),
            skills: skills.iter().map(skill).collect(),
        }
    }
}
