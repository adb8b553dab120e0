//! The connector for Power Platform: API definitions of the host's operations, derived from the contract's table.
//!
//! The capabilities and skills that providers [offer](Offer) become one list of endpoints (`endpoint`), which is written
//! in two dialects: as OpenAPI 2.0, the only one that Power Platform reads ([`Definition::swagger`]), and as OpenAPI
//! 3.0.3 for all other readers ([`Definition::openapi`]). A [folder](folder::write) holds the first with the other
//! files of a connector. This module knows nothing of HTTP: its callers state the host's name, which comes from the
//! settings and never from a request.
//!
//! The texts that the agent matches on are copied from the table alone. The connector's definition is for a reader that
//! tells operations apart by their descriptions, so it holds one version of email summary and gives `crmType` its two
//! values. The OpenAPI document is for readers that take it literally, so it has every operation that is served, and
//! restricts only what the host rejects.

mod about;
pub mod agent;
mod categories;
mod certification;
pub mod conform;
mod endpoint;
mod export;
#[cfg(test)]
#[path = "../../contract/src/facts.rs"]
mod facts;
mod folder;
mod icon;
mod oauth;
mod offer;
mod openapi;
mod operation_ids;
mod properties;
mod readme;
mod schema;
mod settings;
mod solution;
mod swagger;
mod words;
mod zip;

pub use self::about::About;
pub use self::endpoint::{Collision, EmailSummaries, TEST_CONNECTION};
pub use self::folder::{FolderError, write};
pub use self::oauth::OAuth;
pub use self::offer::{Offer, Provider};
pub use self::operation_ids::{OperationIds, reserved_operation_ids, skill_operation_ids};
pub use self::settings::{Settings, SettingsError};

use serde_json::Value;

use self::endpoint::{Endpoint, endpoints};

/// The public location of a host. Never taken from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// The host name, with a port if it is not 443.
    pub host: String,
    /// The prefix of every route; empty for none.
    pub base_path: String,
}

impl PublicUrl {
    /// Returns the base URL of its routes, such as `https://api.contoso.com/insights`.
    fn url(&self) -> String {
        format!("https://{}{}", self.host, self.base_path)
    }
}

/// The statements that keep a connector or an agent from being published: each line names a key of its settings file to
/// set or change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {what} would be rejected; set or change these keys in {what}.toml (`--settings`):\n  {}",
    .problems.join("\n  ")
)]
pub struct Incomplete {
    what: &'static str,
    problems: Vec<String>,
}

impl Incomplete {
    const fn of_connector(problems: Vec<String>) -> Self {
        Self { what: "connector", problems }
    }

    const fn of_agent(problems: Vec<String>) -> Self {
        Self { what: "agent", problems }
    }
}

/// A definition of a host's operations, ready to be written in either dialect.
#[derive(Debug)]
pub struct Definition {
    location: PublicUrl,
    about: About,
    oauth: OAuth,
    ids: OperationIds,
    endpoints: Vec<Endpoint>,
}

impl Definition {
    /// Creates the definition of the operations in `offer`.
    ///
    /// # Errors
    ///
    /// Fails if two of its operations would have one id; both are named.
    pub fn new(
        offer: &Offer,
        emails: EmailSummaries,
        location: PublicUrl,
        about: About,
        oauth: OAuth,
        ids: OperationIds,
    ) -> Result<Self, Collision> {
        Ok(Self { location, about, oauth, ids, endpoints: endpoints(offer, emails, ids)? })
    }

    /// Checks that the connector can be published.
    ///
    /// # Errors
    ///
    /// Fails with every key that is missing or that certification would reject, or with a host name that nobody reaches.
    pub fn check(&self) -> Result<(), FolderError> {
        let mut problems = self.about.problems();
        problems.extend(self.oauth.problems());
        if !problems.is_empty() {
            return Err(Incomplete::of_connector(problems).into());
        }
        let host = &self.location.host;
        let broken = certification::host(host);
        broken.map_or(Ok(()), |broken| Err(FolderError::HostName { host: host.clone(), broken }))
    }

    /// Returns what the maker still has to do by hand, as far as a statement would spare it.
    pub fn warnings(&self) -> Vec<String> {
        let no_client = "`oauth.client-id` is not stated in connector.toml: nobody can sign in until the client ID of the \
                         connector's registration is entered in the portal, under Security";
        self.oauth.client_id.is_none().then(|| no_client.to_owned()).into_iter().collect()
    }

    /// Writes it as OpenAPI 2.0, with the extensions of Power Platform.
    pub fn swagger(&self) -> Value {
        swagger::document(self)
    }

    /// Writes it as OpenAPI 3.0.3.
    pub fn openapi(&self) -> Value {
        openapi::document(self)
    }
}

#[cfg(test)]
mod tests;
