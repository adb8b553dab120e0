//! The offer of providers: the profile of each, and the capabilities and skills that it answers.

use std::collections::BTreeSet;

use contract::{Capability, Profile, Skill};

/// The providers of a connector, merged or one alone.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The providers, in their order.
    pub providers: Vec<Provider>,
    /// True if one provider's own routes are offered rather than the merged ones.
    pub is_alone: bool,
}

/// The parts of a provider that a connector shows.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The id, which is the name of its component.
    pub id: String,
    /// The description that it gives of itself.
    pub profile: Option<Profile>,
    /// The capabilities that it answers.
    pub capabilities: BTreeSet<Capability>,
    /// The chat skills that it lists.
    pub skills: Vec<Skill>,
}

impl Offer {
    /// Creates the merged offer of all `providers`.
    pub fn merged(providers: impl IntoIterator<Item = Provider>) -> Self {
        Self { providers: providers.into_iter().collect(), is_alone: false }
    }

    /// Creates the offer of `provider` alone.
    #[must_use]
    pub fn alone(provider: Provider) -> Self {
        Self { providers: vec![provider], is_alone: true }
    }

    /// Leaves out the chat skills, and returns how many there were.
    pub fn leave_out_skills(&mut self) -> usize {
        self.providers.iter_mut().map(|provider| std::mem::take(&mut provider.skills).len()).sum()
    }

    /// Returns whether a provider answers `capability`.
    pub(super) fn answers(&self, capability: Capability) -> bool {
        self.providers.iter().any(|provider| provider.capabilities.contains(&capability))
    }

    /// Returns the prefix of its routes.
    pub(super) fn prefix(&self) -> String {
        match self.providers.first() {
            Some(provider) if self.is_alone => format!("/api/providers/{}", provider.id),
            Some(_) | None => "/api".to_owned(),
        }
    }

    /// Returns the only provider, if there is exactly one.
    pub(super) fn only(&self) -> Option<&Provider> {
        match self.providers.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }
}

impl Provider {
    /// Returns its name for people: its title, else its id.
    pub fn title(&self) -> &str {
        let title = self.profile.as_ref().map(|profile| profile.title.as_str());
        title.filter(|title| !title.is_empty()).unwrap_or(&self.id)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use contract::{ParameterKind, SkillParameter};

    /// Creates the merged offer of `providers`.
    pub(crate) fn offer(providers: &[Provider]) -> Offer {
        Offer { providers: providers.to_vec(), is_alone: false }
    }

    /// Creates a provider without a profile, with these `capabilities`, and `skills` of one required parameter each.
    pub(crate) fn provider(id: &str, capabilities: &[&str], skills: &[&str]) -> Provider {
        let skill = |name: &&str| Skill {
            name: (*name).to_owned(),
            title: format!("Chat about {name}"),
            description: format!("Answers what {name} is"),
            parameters: vec![SkillParameter {
                name: "accountName".to_owned(),
                description: "Name of the account".to_owned(),
                kind: ParameterKind::Text,
                required: true,
                choices: Vec::new(),
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
