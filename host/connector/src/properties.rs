//! `apiProperties.json`: the authentication that Power Platform uses, and the appearance of the connector.

use serde_json::{Value, json};

use super::Definition;

/// The redirect URL after sign-in. Power Platform replaces it with a URL of the connector's own.
const REDIRECT: &str = "https://global.consent.azure-apim.net/redirect";

/// Builds the file from a definition whose [`About`](super::About) is complete.
pub(super) fn document(definition: &Definition) -> Value {
    let Definition { location, about, oauth, .. } = definition;
    let resource = oauth.resource(location);
    let mut settings = json!({
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
            "loginUri": { "value": oauth.login_url() },
            "tenantId": { "value": oauth.tenant() },
            "resourceUri": { "value": resource },
            "enableOnbehalfOfLogin": { "value": "true" },
        },
    });
    if let Some(client) = oauth.client_id {
        settings["clientId"] = json!(client.to_string());
    }
    json!({
        "properties": {
            "connectionParameters": {
                "token": { "type": "oauthSetting", "oAuthSettings": settings },
                "token:TenantId": {
                    "type": "string",
                    "metadata": { "sourceType": "AzureActiveDirectoryTenant" },
                    "uiDefinition": { "constraints": { "required": "false", "hidden": "true" } },
                },
            },
            "iconBrandColor": about.brand_color,
            "capabilities": ["actions"],
            "policyTemplateInstances": [],
            "publisher": about.publisher,
            "stackOwner": about.publisher,
        },
    })
}
