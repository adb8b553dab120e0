//! Issuers other than Entra ID, and claims in the forms that issuers write them in.

use serde_json::{Value, json};

use super::{ask, host_with, issuer};
use insight_tests::issuer::{Issuer, from_now};

/// The settings of an issuer without tenants, whose tokens are signed with the keys of `issuer`.
fn without_tenants(issuer: &Issuer) -> String {
    let keys = issuer.name().split("/1111").next().map(|origin| format!("{origin}/keys")).expect("it has a tenant");
    format!(
        "[auth]\nca-file = {:?}\n[auth.issuers.keycloak]\niss = [\"https://id.example/realms/sales\"]\n\
         jwks-url = \"{keys}\"\napplication = \"insights\"\nscopes = [\"Insights.Read\"]\n",
        issuer.ca_file()
    )
}

/// Claims as Keycloak writes them, with those of `other` replaced; null removes a claim.
fn claims(issuer: &Issuer, other: &Value) -> Value {
    let mut all = json!({
        "iss": "https://id.example/realms/sales", "tid": null, "oid": null, "nbf": null, "scp": null,
        "scope": "profile Insights.Read", "sub": "auth0|7",
    });
    for (name, value) in other.as_object().expect("members") {
        all[name] = value.clone();
    }
    issuer.claims(&all)
}

#[test]
fn an_issuer_without_tenants_stands_for_the_tenant_of_its_users() {
    let (issuer, key) = issuer();
    let host = host_with(&without_tenants(&issuer));
    let ask = |other: Value| ask(&host, &key.sign(&claims(&issuer, &other)));

    for other in [
        json!({}),
        json!({ "scope": null, "scp": ["Insights.Read"] }),
        json!({ "nbf": from_now(0), "tid": "99999999-2222-3333-4444-555555555555" }),
    ] {
        let answer = ask(other.clone());

        assert_eq!(answer.status, 200, "{other}: {}", answer.body);
        assert_eq!(answer.items()[0]["additionalProperties"]["caller"], "auth0|7 of keycloak", "{other}");
    }
    assert_eq!(ask(json!({ "scope": "profile" })).status, 403);
    assert_eq!(ask(json!({ "nbf": from_now(400) })).status, 401);
}

#[test]
fn claims_that_are_not_needed_are_not_judged() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", ""));

    for other in [
        json!({ "roles": "Other" }),
        json!({ "roles": {} }),
        json!({ "scp": null, "roles": "Insights.Read.All" }),
        json!({ "iat": from_now(0) as f64 + 0.25 }),
        json!({ "iat": "today" }),
        json!({ "sub": 7, "appid": [] }),
        json!({ "nbf": from_now(0) as f64 + 0.5, "exp": from_now(60) as f64 + 0.5 }),
    ] {
        assert_eq!(ask(&host, &key.sign(&issuer.claims(&other))).status, 200, "{other}");
    }
}
