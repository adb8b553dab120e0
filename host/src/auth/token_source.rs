//! The source of tokens for this host, as clients without one learn it.

use super::settings::IssuerSettings;

/// The tenant of Entra ID that signs in users of all tenants.
const EVERY_TENANT: &str = "organizations";

/// The authorization servers whose tokens are accepted, and the scopes to request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenSource {
    /// The issuers, as the URLs that their metadata lies below.
    pub(crate) servers: Vec<String>,
    /// The scopes, in the form in which clients request them.
    pub(crate) scopes: Vec<String>,
}

impl TokenSource {
    /// The source by the settings of `issuers`. `None` if there is no issuer.
    pub(super) fn of<'a>(issuers: impl IntoIterator<Item = &'a IssuerSettings>) -> Option<Self> {
        let mut source = Self::default();
        for issuer in issuers {
            for server in issuer.servers() {
                add(&mut source.servers, server);
            }
            let prefix = issuer.resource().filter(|_| issuer.is_entra()).map(|resource| format!("{resource}/"));
            for scope in &issuer.scopes {
                add(&mut source.scopes, format!("{}{scope}", prefix.as_deref().unwrap_or_default()));
            }
        }
        (!source.servers.is_empty()).then_some(source)
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

impl IssuerSettings {
    /// Its URLs: of its first form, one for each tenant.
    fn servers(&self) -> Vec<String> {
        let Some(form) = self.forms.first() else { return Vec::new() };
        match &self.tenants {
            Some(tenants) if form.names_tenant() => tenants.iter().map(|tenant| form.of(tenant)).collect(),
            _ => vec![form.of(EVERY_TENANT)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn source(text: &str) -> Option<TokenSource> {
        let config = Config::parse(text).expect("it is valid");
        TokenSource::of(&config.auth.issuers)
    }

    #[test]
    fn a_client_of_entra_id_learns_tenants_and_whole_scopes() {
        let source = source(
            "[auth.issuers.contoso]\ntenants = [\"11111111-2222-3333-4444-555555555555\"]\napplication = \"app\"\n\
             scopes = [\"Insights.Read\"]",
        );

        let source = source.expect("there is an issuer");
        assert_eq!(source.servers, ["https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"]);
        assert_eq!(source.scopes, ["api://app/Insights.Read"]);
    }

    #[test]
    fn a_client_of_all_tenants_or_of_another_issuer_learns_one_url() {
        let all = source("[auth.issuers.all]\ntenants = [\"*\"]\napplication = \"app\"\nscopes = [\"A\"]");
        let other = source(
            "[auth.issuers.keycloak]\niss = [\"https://id.contoso.com/realms/sales\"]\napplication = \"app\"\n\
             scopes = [\"Insights.Read\"]",
        );

        assert_eq!(
            all.map(|source| source.servers),
            Some(vec!["https://login.microsoftonline.com/organizations/v2.0".to_owned()])
        );
        let other = other.expect("there is an issuer");
        assert_eq!(other.servers, ["https://id.contoso.com/realms/sales"]);
        assert_eq!(other.scopes, ["Insights.Read"]);
    }

    #[test]
    fn without_an_issuer_there_is_no_source() {
        assert_eq!(source(""), None);
    }
}
