//! The audience for which clients request tokens of this host.

use super::form::Form;
use super::settings::IssuerSettings;

impl IssuerSettings {
    /// Returns whether it is Entra ID, whose tokens name tenants.
    pub(crate) fn is_entra(&self) -> bool {
        self.forms.iter().any(Form::has_tenants)
    }

    /// Returns the audience for which a client can request tokens: an Application ID URI.
    pub(crate) fn resource(&self) -> Option<&str> {
        self.audiences.iter().map(String::as_str).find(|audience| is_uri(audience))
    }

    /// Returns whether it accepts the application's ID as audience, which tokens of version 2.0 have.
    pub(crate) fn accepts_an_id(&self) -> bool {
        !self.audiences.iter().all(|audience| is_uri(audience))
    }
}

/// Returns the audience for which clients request tokens of Entra ID, unless its issuers have several or none.
pub(crate) fn only_resource<'a>(issuers: impl IntoIterator<Item = &'a IssuerSettings>) -> Option<&'a str> {
    let mut resources = issuers.into_iter().filter(|issuer| issuer.is_entra()).filter_map(IssuerSettings::resource);
    let first = resources.next()?;
    resources.all(|other| other == first).then_some(first)
}

fn is_uri(audience: &str) -> bool {
    audience.contains("://")
}
