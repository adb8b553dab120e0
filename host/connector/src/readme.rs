//! `readme.md`, in the layout that certification asks for.

use std::fmt::Write;

use super::endpoint::EndpointAnswer;
use super::oauth::IdentityProvider;
use super::{Definition, words};

/// Builds the file from a definition whose [`About`](super::About) is complete.
pub(super) fn document(definition: &Definition) -> String {
    let Definition { about, endpoints, .. } = definition;
    let (title, credentials) = (text(&about.title), credentials(definition));
    let account = match definition.oauth.provider() {
        IdentityProvider::Entra => " in the organization's Microsoft Entra ID",
        IdentityProvider::Other { .. } => "",
    };
    let publisher = text(about.publisher.as_deref().unwrap_or_default());
    let description = text(&words::sentence(&about.description));
    let mut operations = String::new();
    for endpoint in endpoints.iter().filter(|endpoint| !matches!(endpoint.answer, EndpointAnswer::Connected)) {
        let (summary, description) = (text(&endpoint.summary), text(&endpoint.description));
        // Writing to a string cannot fail.
        let _ = write!(operations, "### {summary}\n\n`{}` – {description}\n\n", endpoint.id);
    }
    let email = text(about.contact.email.as_deref().unwrap_or_default());
    let contact = about.contact.name.as_deref().map(text).unwrap_or_default();
    format!(
        "# {title}\n\n{description}\n\n\
         ## Publisher: {publisher}\n\n\
         ## Prerequisites\n\n\
         - A licence of Microsoft 365 Copilot for Sales, for each seller.\n\
         - An account with {publisher}{account}, for each seller.\n\
         - An environment of Power Platform in which connectors may be made.\n\n\
         ## Supported Operations\n\n{operations}\
         ## Obtaining Credentials\n\n\
         {credentials}\n\n\
         ## Getting Started\n\n\
         Create a connection, sign in, and add the actions to Copilot for Sales in its settings.\n\n\
         ## Known Issues and Limitations\n\n\
         - Copilot for Sales waits five seconds for an answer.\n\
         - Of an email summary it shows the first insight alone.\n\n\
         ## Frequently Asked Questions\n\n\
         ### Whom do I ask?\n\n\
         {contact}, {email}\n\n\
         ## Deployment Instructions\n\n\
         `paconn create -s settings.json --secret SECRET`, with the secret of the connector's application registration.\n"
    )
}

/// Describes how a seller gets a connection.
pub(super) fn credentials(definition: &Definition) -> String {
    let Definition { location, about, oauth, .. } = definition;
    let url = location.url();
    match oauth.provider() {
        IdentityProvider::Entra => format!(
            "Sellers sign in with Microsoft Entra ID (OAuth 2.0); the connector calls {url} on their behalf, with \
             tokens for `{}`. The application registration of the connector needs a delegated permission for that of \
             the service.",
            oauth.resource(location)
        ),
        IdentityProvider::Other { authorization_url, .. } => format!(
            "Sellers sign in with their account of {} (OAuth 2.0) at {authorization_url}; the connector then calls \
             {url}.",
            text(about.publisher.as_deref().unwrap_or_default())
        ),
    }
}

/// Escapes a text so that Markdown renders it as plain text, without links.
pub(super) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!') {
            plain.push('\\');
        }
        plain.push(if c.is_control() { ' ' } else { c });
    }
    plain
}
