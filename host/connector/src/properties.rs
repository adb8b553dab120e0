//! `apiProperties.json`: how Power Platform connects, and how the connector looks.

use serde_json::{Value, json};

use super::Definition;

/// Where people come back to after they have signed in. Power Platform puts a path of the connector's own in its place.
const REDIRECT: &str = "https://global.consent.azure-apim.net/redirect";

/// The file, of a definition whose [`About`](super::About) is complete.
pub(super) fn document(definition: &Definition) -> Value {
    let Definition { place, about, oauth, .. } = definition;
    let resource = oauth.resource(place);
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
