//! The sign-in of a connector's users: Entra ID, or another provider of OAuth 2.0.

use std::borrow::Cow;

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::PublicUrl;

/// The sign-in address of Entra ID.
const LOGIN: &str = "https://login.microsoftonline.com";

/// A maker's statements about sign-in. None holds a secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OAuth {
    /// Application (client) ID of the host's registration in Entra ID, for which tokens are issued.
    pub application: Option<Uuid>,
    /// Application ID URI of the same, if it is not `api://` and the ID; without either it is the host's address.
    pub resource: Option<String>,
    /// Client ID of the connector's own registration. It may be typed into the portal as well.
    pub client_id: Option<String>,
    /// Directory (tenant) ID whose users sign in; without it those of every organization do.
    pub tenant: Option<Uuid>,
    /// Name of the scope that is requested.
    pub scope: Option<String>,
    /// URL at which users sign in, if not with Entra ID.
    pub authorization_url: Option<String>,
    /// URL at which tokens are issued, if not by Entra ID.
    pub token_url: Option<String>,
    /// URL at which tokens are renewed, if it is not `token_url`.
    pub refresh_url: Option<String>,
}

/// The provider with which users sign in.
#[derive(Clone, Copy, Debug)]
pub(super) enum IdentityProvider<'a> {
    /// Entra ID, which acts on behalf of the signed-in user.
    Entra,
    /// Another provider of OAuth 2.0, by its endpoints.
    Other { authorization_url: &'a str, token_url: &'a str, refresh_url: &'a str },
}

impl OAuth {
    /// Returns the audience for which tokens of Entra ID are requested; `None` for another provider, which decides alone.
    ///
    /// Tokens of version 1.0 have it as `aud`. Those of version 2.0 have the [application](Self::application) there.
    pub fn audience(&self, location: &PublicUrl) -> Option<String> {
        match self.provider() {
            IdentityProvider::Entra => Some(self.resource(location)),
            IdentityProvider::Other { .. } => None,
        }
    }

    /// Returns whether neither an application nor a resource is stated, so that tokens are for the host's address.
    pub fn is_without_audience(&self) -> bool {
        self.application.is_none() && self.resource.is_none()
    }

    /// Returns whether users sign in with Entra ID.
    pub fn is_of_entra(&self) -> bool {
        matches!(self.provider(), IdentityProvider::Entra)
    }

    /// Returns the provider with which users sign in.
    pub(super) fn provider(&self) -> IdentityProvider<'_> {
        if [&self.authorization_url, &self.token_url, &self.refresh_url].iter().all(|url| url.is_none()) {
            return IdentityProvider::Entra;
        }
        let token_url = self.token_url.as_deref().unwrap_or_default();
        IdentityProvider::Other {
            authorization_url: self.authorization_url.as_deref().unwrap_or_default(),
            token_url,
            refresh_url: self.refresh_url.as_deref().unwrap_or(token_url),
        }
    }

    /// Returns each key that keeps users from signing in, with the change to make.
    pub(super) fn problems(&self) -> Vec<String> {
        match self.provider() {
            IdentityProvider::Entra => self.problems_of_entra(),
            IdentityProvider::Other { .. } => self.problems_of_other(),
        }
    }

    fn problems_of_entra(&self) -> Vec<String> {
        let is_id = |id: &String| Uuid::parse_str(id).is_ok();
        let client = self.client_id.as_ref().filter(|id| !is_id(id));
        let client = client.map(|_| "`oauth.client-id` must be an application (client) ID of Entra ID".to_owned());
        let resource = self.resource.as_ref().filter(|resource| Url::parse(resource).is_err());
        let resource = resource.map(|_| "`oauth.resource` must be an Application ID URI, such as `api://…`".to_owned());
        client.into_iter().chain(resource).collect()
    }

    fn problems_of_other(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let urls = [
            ("oauth.authorization-url", &self.authorization_url, true),
            ("oauth.token-url", &self.token_url, true),
            ("oauth.refresh-url", &self.refresh_url, false),
        ];
        for (key, url, is_required) in urls {
            match url {
                None if is_required => problems.push(format!("`{key}`: the provider's URL, as it is not Entra ID")),
                Some(url) if !Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host()) => {
                    problems.push(format!("`{key}` must be an https URL"));
                }
                None | Some(_) => {}
            }
        }
        let of_entra = [
            ("oauth.application", self.application.is_some()),
            ("oauth.resource", self.resource.is_some()),
            ("oauth.tenant", self.tenant.is_some()),
        ];
        for (key, _) in of_entra.into_iter().filter(|(_, is_stated)| *is_stated) {
            problems.push(format!("`{key}` is of Entra ID alone; leave it out, or the URLs of another provider"));
        }
        problems
    }

    /// Returns the audience of tokens.
    pub(super) fn resource(&self, location: &PublicUrl) -> String {
        match (&self.resource, self.application) {
            (Some(resource), _) => resource.trim_end_matches('/').to_owned(),
            (None, Some(application)) => format!("api://{application}"),
            (None, None) => format!("https://{}", location.host),
        }
    }

    /// Returns the scopes that are requested: that of Entra ID has the audience in front.
    pub(super) fn scopes(&self, location: &PublicUrl) -> Vec<String> {
        match self.provider() {
            IdentityProvider::Entra => {
                vec![format!("{}/{}", self.resource(location), self.scope.as_deref().unwrap_or(".default"))]
            }
            IdentityProvider::Other { .. } => {
                self.scope.iter().flat_map(|scopes| scopes.split_whitespace()).map(str::to_owned).collect()
            }
        }
    }

    /// Returns the tenant whose users may sign in.
    pub(super) fn tenant(&self) -> String {
        self.tenant.map_or_else(|| "common".to_owned(), |tenant| tenant.to_string())
    }

    /// Returns the sign-in address of Entra ID.
    pub(super) const fn login_url() -> &'static str {
        LOGIN
    }

    pub(super) fn authorization_url(&self) -> Cow<'_, str> {
        match self.provider() {
            IdentityProvider::Entra => format!("{LOGIN}/{}/oauth2/v2.0/authorize", self.tenant()).into(),
            IdentityProvider::Other { authorization_url, .. } => authorization_url.into(),
        }
    }

    pub(super) fn token_url(&self) -> Cow<'_, str> {
        match self.provider() {
            IdentityProvider::Entra => format!("{LOGIN}/{}/oauth2/v2.0/token", self.tenant()).into(),
            IdentityProvider::Other { token_url, .. } => token_url.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location() -> PublicUrl {
        PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() }
    }

    fn oauth(text: &str) -> OAuth {
        toml::from_str(text).expect("it is valid")
    }

    #[test]
    fn tokens_are_for_the_application_else_for_the_host() {
        let application = "66666666-7777-8888-9999-aaaaaaaaaaaa";
        let stated = oauth(&format!("application = \"{application}\""));

        assert_eq!(stated.scopes(&location()), [format!("api://{application}/.default")]);
        assert_eq!(OAuth::default().audience(&location()).as_deref(), Some("https://api.contoso.com"));
    }

    #[test]
    fn another_provider_is_stated_by_its_urls() {
        let other = oauth(
            "authorization-url = \"https://id.contoso.com/authorize\"\ntoken-url = \"https://id.contoso.com/token\"\n\
             scope = \"copilot offline_access\"\nclient-id = \"FJ8aTHhXL1WN\"",
        );

        assert_eq!(other.problems(), [""; 0]);
        assert_eq!(other.scopes(&location()), ["copilot", "offline_access"]);
        assert_eq!(other.audience(&location()), None);
        assert_eq!(other.token_url(), "https://id.contoso.com/token");
        let IdentityProvider::Other { refresh_url, .. } = other.provider() else { panic!("it is not Entra ID") };
        assert_eq!(refresh_url, "https://id.contoso.com/token");
    }

    #[test]
    fn what_keeps_users_from_signing_in_is_named_by_its_key() {
        for (text, key) in [
            ("client-id = \"FJ8aTHhXL1WN\"", "oauth.client-id"),
            ("resource = \"contoso\"", "oauth.resource"),
            ("token-url = \"https://id.contoso.com/token\"", "oauth.authorization-url"),
            ("authorization-url = \"https://id.contoso.com/\"", "oauth.token-url"),
            ("authorization-url = \"https://a.example/\"\ntoken-url = \"http://a.example/\"", "oauth.token-url"),
            (
                "authorization-url = \"https://a.example/\"\ntoken-url = \"https://a.example/\"\nresource = \"api://a\"",
                "oauth.resource",
            ),
        ] {
            let problems = oauth(text).problems();
            assert!(
                matches!(problems.as_slice(), [only] if only.contains(&format!("`{key}`"))),
                "{text}: {problems:?}"
            );
        }
    }
}
