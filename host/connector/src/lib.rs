//! The connector that Power Platform takes: definitions of what the host answers, derived from the contract's table.
//!
//! What providers [offer](Offer) becomes a list of [endpoints](endpoint), which are written in two dialects: as OpenAPI
//! 2.0, the only one that Power Platform reads ([`Definition::swagger`]), and as OpenAPI 3.0.3 for everybody else
//! ([`Definition::openapi`]). A [folder](folder::write) holds the first with all that goes with it. Nothing here knows
//! of HTTP: who serves or saves a definition says where the host is.

mod about;
mod categories;
pub mod conform;
mod endpoint;
#[cfg(test)]
#[path = "../../contract/src/facts.rs"]
mod facts;
mod folder;
mod icon;
mod offer;
mod openapi;
mod properties;
mod readme;
mod schema;
mod settings;
mod swagger;
mod words;

pub use self::about::{About, Incomplete};
pub use self::endpoint::{Collision, EmailSummaries, TEST_CONNECTION};
pub use self::folder::{FolderError, write};
pub use self::offer::{Offer, Provider};
pub use self::settings::{OAuth, Settings, SettingsError};

use serde_json::Value;

use self::endpoint::{Endpoint, endpoints};

/// Where a host is for its callers. Never taken from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Host name, with a port if it is not 443.
    pub host: String,
    /// What stands before every route; empty for none.
    pub base_path: String,
}

impl Place {
    /// Where its routes begin, such as `https://api.contoso.com/insights`.
    fn url(&self) -> String {
        format!("https://{}{}", self.host, self.base_path)
    }
}

/// What a host answers, ready to be written down.
#[derive(Debug)]
pub struct Definition {
    place: Place,
    about: About,
    oauth: OAuth,
    endpoints: Vec<Endpoint>,
}

impl Definition {
    /// The definition of what `offer` holds.
    ///
    /// # Errors
    ///
    /// Fails if two of its operations would have one id; both are named.
    pub fn new(
        offer: &Offer,
        emails: EmailSummaries,
        place: Place,
        about: About,
        oauth: OAuth,
    ) -> Result<Self, Collision> {
        Ok(Self { place, about, oauth, endpoints: endpoints(offer, emails)? })
    }

    /// As OpenAPI 2.0, with the extensions of Power Platform.
    pub fn swagger(&self) -> Value {
        swagger::document(self)
    }

    /// As OpenAPI 3.0.3.
    pub fn openapi(&self) -> Value {
        openapi::document(self)
    }
}

#[cfg(test)]
mod tests;
