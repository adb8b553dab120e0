use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::auth::{ClientSettings, Form};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const OTHER: &str = "99999999-2222-3333-4444-555555555555";

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Settings of Entra ID with one tenant and one application.
fn entra() -> IssuerSettings {
    IssuerSettings {
        name: "contoso".to_owned(),
        forms: ["https://login.example/{tenant}/v2.0", "https://sts.example/{tenant}/"].map(Form::new).to_vec(),
        tenants: Some(set(&[TENANT])),
        audiences: vec!["api://app".to_owned(), "app".to_owned()],
        scopes: set(&["Insights.Read"]),
        roles: set(&["Insights.Read.All"]),
        clients: Vec::new(),
        providers: Providers::All,
        jwks_url: None,
        discovery_url: "https://login.example/".parse().expect("a URL"),
        plain_http: false,
    }
}

/// Claims of a valid token, with those of `other` replaced; null removes a claim.
fn claims(other: &Value) -> Claims {
    let mut claims = json!({
        "iss": format!("https://login.example/{TENANT}/v2.0"), "aud": "app", "tid": TENANT,
        "oid": "user", "azp": "Client-1", "scp": "Mail.Read Insights.Read",
    });
    let claims_of = claims.as_object_mut().expect("members");
    for (name, value) in other.as_object().expect("members") {
        claims_of.insert(name.clone(), value.clone());
    }
    claims_of.retain(|_, value| !value.is_null());
    serde_json::from_value(claims).expect("claims")
}

#[test]
fn tokens_of_both_versions_name_tenant_and_user() {
    let first =
        json!({ "iss": format!("https://sts.example/{TENANT}/"), "aud": "api://app", "azp": null, "appid": "a" });

    for claims in [claims(&json!({})), claims(&first)] {
        let identity = entra().identify(&claims).expect("it is good");

        assert_eq!(
            identity.caller,
            Caller::User(User { tenant_id: TENANT.to_owned(), user_id: "user".to_owned(), user_name: None })
        );
    }
}

#[test]
fn a_token_that_names_no_user_names_its_tenant_all_the_same() {
    let identity = entra().identify(&claims(&json!({ "oid": null }))).expect("it is good");

    assert_eq!(identity.caller, Caller::Tenant(TENANT.to_owned()));
}

#[test]
fn what_is_wrong_with_a_token_has_a_name() {
    let other_tenant = json!({ "iss": format!("https://login.example/{OTHER}/v2.0"), "tid": OTHER });
    for (other, why) in [
        (json!({ "iss": "https://evil.example/" }), CallerRejected::Issuer),
        // Another tenant's issuer cannot claim our tenant.
        (json!({ "iss": format!("https://login.example/{OTHER}/v2.0") }), CallerRejected::Issuer),
        (json!({ "tid": OTHER }), CallerRejected::Issuer),
        (json!({ "tid": null }), CallerRejected::Issuer),
        (other_tenant, CallerRejected::Tenant),
        (json!({ "aud": "api://other" }), CallerRejected::Audience),
        (json!({ "aud": [] }), CallerRejected::Audience),
        (json!({ "scp": "Insights.ReadWrite" }), CallerRejected::Scope),
        (json!({ "scp": null }), CallerRejected::Scope),
        (json!({ "scp": null, "roles": ["Insights"] }), CallerRejected::Scope),
        (json!({ "oid": "a\nb" }), CallerRejected::Malformed),
    ] {
        assert_eq!(entra().identify(&claims(&other)).err(), Some(why), "{other}");
    }
}

#[test]
fn an_applications_role_stands_for_a_users_scope() {
    let of_application = claims(&json!({ "scp": null, "roles": ["Insights.Read.All"] }));

    assert!(entra().identify(&of_application).is_ok());
}

#[test]
fn every_tenant_is_allowed_if_none_is_listed() {
    let other = claims(&json!({ "iss": format!("https://login.example/{OTHER}/v2.0"), "tid": OTHER }));

    assert!(IssuerSettings { tenants: None, ..entra() }.identify(&other).is_ok());
}

#[test]
fn applications_that_are_not_named_may_not_ask_and_those_that_are_may_ask_theirs() {
    let only = |ids: &[&str]| Providers::Only(ids.iter().map(|id| id.parse().expect("a name")).collect());
    let client = ClientSettings { id: "client-1".to_owned(), providers: only(&["hub", "notes"]) };
    let entra = IssuerSettings { clients: vec![client], providers: only(&["notes", "care"]), ..entra() };

    let identity = entra.identify(&claims(&json!({}))).expect("it is named");

    assert_eq!(identity.providers, only(&["notes"]));
    for other in [json!({ "azp": "client-2" }), json!({ "azp": null })] {
        assert_eq!(entra.identify(&claims(&other)).err(), Some(CallerRejected::Client));
    }
}

#[test]
fn callers_are_told_apart_by_tenant_and_user() {
    let any = IssuerSettings { tenants: None, ..entra() };
    let number = |other: &Value| any.identify(&claims(other)).expect("it is good").number;

    assert_eq!(number(&json!({})), number(&json!({ "azp": "another" })));
    assert_ne!(number(&json!({})), number(&json!({ "oid": "other" })));
    let elsewhere = json!({ "iss": format!("https://login.example/{OTHER}/v2.0"), "tid": OTHER });
    assert_ne!(number(&json!({})), number(&elsewhere));
}

#[test]
fn roles_open_the_door_for_no_user_and_for_no_token_that_names_no_application() {
    let of_user = json!({ "scp": "Mail.Read", "roles": ["Insights.Read.All"] });
    let for_a_browser = json!({ "scp": null, "azp": null, "roles": ["Insights.Read.All"] });

    for other in [of_user, for_a_browser] {
        assert!(matches!(entra().identify(&claims(&other)), Err(CallerRejected::Scope)), "{other}");
    }
}

/// Settings of an issuer without tenants, and claims of its tokens with those of `other` replaced.
fn other_issuer(tenants: Option<&[&str]>) -> IssuerSettings {
    IssuerSettings {
        name: "keycloak".to_owned(),
        forms: vec![Form::new("https://id.example/realms/sales")],
        tenants: tenants.map(set),
        ..entra()
    }
}

fn other_claims(other: &Value) -> Claims {
    let mut all = json!({
        "iss": "https://id.example/realms/sales", "tid": null, "oid": null, "sub": "auth0|7", "scp": null,
        "scope": "profile Insights.Read",
    });
    for (name, value) in other.as_object().expect("members") {
        all[name] = value.clone();
    }
    claims(&all)
}

#[test]
fn an_issuer_without_tenants_is_the_tenant_of_its_users() {
    let named =
        |id: &str| Caller::User(User { tenant_id: "keycloak".to_owned(), user_id: id.to_owned(), user_name: None });
    for tenants in [None, Some(&[TENANT][..])] {
        let caller = |other: &Value| other_issuer(tenants).identify(&other_claims(other)).expect("it is good").caller;

        assert_eq!(caller(&json!({})), named("auth0|7"));
        assert_eq!(caller(&json!({ "scope": null, "scp": ["Insights.Read"] })), named("auth0|7"));
        assert_eq!(caller(&json!({ "sub": "Some One" })), Caller::Tenant("keycloak".to_owned()));
    }
}

#[test]
fn an_issuer_without_tenants_claims_none_that_its_settings_do_not_list() {
    let tenant = |tenants: Option<&[&str]>, tid: &Value| {
        let identity = other_issuer(tenants).identify(&other_claims(&json!({ "tid": tid })));
        identity.map(|identity| match identity.caller {
            Caller::User(user) => user.tenant_id,
            Caller::Tenant(name) | Caller::ApiKey(name) => name,
        })
    };

    assert_eq!(tenant(None, &json!(TENANT)), Ok("keycloak".to_owned()));
    assert_eq!(tenant(Some(&[TENANT]), &json!(TENANT)), Ok(TENANT.to_owned()));
    for other in [json!(OTHER), json!("contoso"), json!(5)] {
        assert_eq!(tenant(Some(&[TENANT]), &other), Err(CallerRejected::Tenant), "{other}");
    }
}
