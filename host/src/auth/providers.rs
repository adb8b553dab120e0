//! The providers that a caller may ask.

use std::collections::BTreeSet;

use contract::ProviderId;

/// The providers that a caller may ask: all, unless the settings name some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Providers {
    /// Every provider, including those loaded later.
    #[default]
    All,
    /// These providers only.
    Only(BTreeSet<ProviderId>),
}

impl Providers {
    /// Returns whether the provider of this name may be asked.
    pub(crate) fn permit(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(id),
        }
    }

    /// The providers that both permit.
    pub(super) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, some) | (some, Self::All) => some.clone(),
            (Self::Only(one), Self::Only(other)) => Self::Only(one & other),
        }
    }
}

/// Converts the list of the settings. Without a list, all providers are permitted.
impl From<Option<BTreeSet<ProviderId>>> for Providers {
    fn from(named: Option<BTreeSet<ProviderId>>) -> Self {
        named.map_or(Self::All, Self::Only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(ids: &[&str]) -> Providers {
        Providers::Only(ids.iter().map(|id| id.parse().expect("a name")).collect())
    }

    #[test]
    fn all_are_permitted_unless_some_are_named() {
        assert!(Providers::from(None).permit("crm-notes"));
        assert!(only(&["crm-notes"]).permit("crm-notes"));
        assert!(!only(&["crm-notes"]).permit("contoso-hub"));
        assert!(!only(&[]).permit("contoso-hub"));
    }

    #[test]
    fn of_two_limits_both_hold() {
        assert_eq!(Providers::All.and(&only(&["a", "b"])), only(&["a", "b"]));
        assert_eq!(only(&["a", "b"]).and(&Providers::All), only(&["a", "b"]));
        assert_eq!(only(&["a", "b"]).and(&only(&["b", "c"])), only(&["b"]));
    }
}
