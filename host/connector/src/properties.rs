//! `apiProperties.json`: the authentication that Power Platform uses, and the appearance of the connector.

use serde_json::{Map, Value, json};

use super::oauth::IdentityProvider;
use super::{Definition, OAuth};

/// The redirect URL after sign-in. Power Platform replaces it with a URL of the connector's own.
const REDIRECT: &str = "https://global.consent.azure-apim.net/redirect";

/// Builds the file from a definition that was [checked](Definition::check).
pub(super) fn document(definition: &Definition) -> Value {
    json!({
        "properties": {
            "connectionParameters": connection_parameters(definition),
            "iconBrandColor": definition.about.brand_color,
            "capabilities": ["actions"],
            "policyTemplateInstances": [],
            "publisher": definition.about.publisher,
            "stackOwner": definition.about.publisher,
        },
    })
}

/// Returns the parameters of a connection: the token, and for Entra ID the tenant.
pub(super) fn connection_parameters(definition: &Definition) -> Map<String, Value> {
    let mut settings = match definition.oauth.provider() {
        IdentityProvider::Entra => of_entra(definition),
        IdentityProvider::Other { authorization_url, token_url, refresh_url } => json!({
            "identityProvider": "oauth2",
            "scopes": definition.oauth.scopes(&definition.location),
            "redirectMode": "GlobalPerConnector",
            "redirectUrl": REDIRECT,
            "properties": { "IsFirstParty": "False", "IsOnbehalfofLoginSupported": false },
            "customParameters": {
                "authorizationUrl": { "value": authorization_url },
                "tokenUrl": { "value": token_url },
                "refreshUrl": { "value": refresh_url },
            },
        }),
    };
    if let Some(client) = &definition.oauth.client_id {
        settings["clientId"] = json!(client);
    }
    let mut parameters = Map::new();
    parameters.insert("token".to_owned(), json!({ "type": "oauthSetting", "oAuthSettings": settings }));
    if matches!(definition.oauth.provider(), IdentityProvider::Entra) {
        let tenant = json!({
            "type": "string",
            "metadata": { "sourceType": "AzureActiveDirectoryTenant" },
            "uiDefinition": { "constraints": { "required": "false", "hidden": "true" } },
        });
        parameters.insert("token:TenantId".to_owned(), tenant);
    }
    parameters
}

fn of_entra(definition: &Definition) -> Value {
    let Definition { location, oauth, .. } = definition;
    let resource = oauth.resource(location);
    json!({
        "identityProvider": "aad",
        "scopes": [],
        "redirectMode": "GlobalPerConnector",
        "redirectUrl": REDIRECT,
        "properties": {
            "IsFirstParty": "False",
            "AzureActiveDirectoryResourceId": resource,
            "IsOnbehalfofLoginSupported": true,
        },
        "customParameters": {
            "loginUri": { "value": OAuth::login_url() },
            "tenantId": { "value": oauth.tenant() },
            "resourceUri": { "value": resource },
            "enableOnbehalfOfLogin": { "value": "true" },
        },
    })
}
