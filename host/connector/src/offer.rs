//! What providers offer: of each, what it says of itself and which questions it answers.

use std::collections::BTreeSet;

use contract::{Capability, Profile, Skill};

/// Some providers, all merged or one alone.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The providers, in their order.
    pub providers: Vec<Provider>,
    /// Whether it is one provider's own routes that are offered, rather than all merged.
    pub is_alone: bool,
}

/// A provider, as far as a connector shows it.
#[derive(Clone, Debug)]
pub struct Provider {
    pub id: String,
    pub profile: Option<Profile>,
    pub capabilities: BTreeSet<Capability>,
    pub skills: Vec<Skill>,
}

impl Offer {
    /// The capabilities of all `providers` together.
    pub fn merged(providers: impl IntoIterator<Item = Provider>) -> Self {
        Self { providers: providers.into_iter().collect(), is_alone: false }
    }

    /// The capabilities of `provider` by itself.
    #[must_use]
    pub fn alone(provider: Provider) -> Self {
        Self { providers: vec![provider], is_alone: true }
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
    pub fn title(&self) -> &str {
        let title = self.profile.as_ref().map(|profile| profile.title.as_str());
        title.filter(|title| !title.is_empty()).unwrap_or(&self.id)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use contract::{ParameterKind, SkillParameter};

    /// All of `providers` merged.
    pub(crate) fn offer(providers: &[Provider]) -> Offer {
        Offer { providers: providers.to_vec(), is_alone: false }
    }

    /// A provider without a profile that answers `capabilities` and has `skills` of one required parameter each.
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
