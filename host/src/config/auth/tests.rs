use super::*;
use crate::auth::ApiKey;

const TENANT: &str = "AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee";

fn table(text: &str) -> AuthTable {
    toml::from_str(text).expect("a table")
}

fn problems(text: &str) -> String {
    let mut problems = Problems::default();
    table(text).check(&mut problems);
    problems.0.join("\n")
}

/// The smallest table of an issuer that is one, and more of it.
fn issuer(more: &str) -> String {
    format!("[issuers.contoso]\ntenants = [\"{TENANT}\"]\napplication = \"app\"\nscopes = [\"Insights.Read\"]\n{more}")
}

#[test]
fn what_the_portal_shows_is_enough() {
    let text = issuer("");

    assert_eq!(problems(&text), "");
    let settings: Settings = table(&text).into();

    let [issuer] = &settings.issuers[..] else { panic!("there is one") };
    let tenant = TENANT.to_lowercase();
    assert_eq!(issuer.audiences, ["app", "api://app"]);
    assert_eq!(issuer.tenants, Some(BTreeSet::from([tenant.clone()])));
    let discovery = format!("https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration");
    assert_eq!(issuer.discovery_url.as_str(), discovery);
    assert!(!settings.anonymous);
}

#[test]
fn issuers_of_every_tenant_are_found_by_what_is_common_to_them() {
    let text = issuer("").replace(TENANT, "*");

    assert_eq!(problems(&text), "");
    let settings: Settings = table(&text).into();

    assert_eq!(settings.issuers[0].tenants, None);
    assert!(settings.issuers[0].discovery_url.as_str().contains("/organizations/v2.0/"));
}

#[test]
fn everything_wrong_is_named_at_once() {
    let text = "signing-keys-pause = \"1ms\"\nsigning-keys-stale = \"1s\"\n\
                [issuers.empty]\n\
                [issuers.wrong]\ntenants = [\"contoso.com\"]\niss = [\"contoso\"]\nproviders = []\n\
                jwks-url = \"http://contoso.com/keys\"\nclients = [{ id = \"a\", providers = [] }]\n\
                [issuers.unbound]\ntenants = [\"*\"]\niss = [\"https://login.example\"]\n\
                [api-keys.one]\nsha256 = \"ihk_hunter2\"\n";

    let problems = problems(text);

    for key in [
        "`auth.signing-keys-pause`",
        "`auth.signing-keys-stale`",
        "`auth.issuers.empty.tenants`",
        "`auth.issuers.empty.application`",
        "`auth.issuers.empty.scopes`",
        "`auth.issuers.wrong.tenants`",
        "`auth.issuers.wrong.iss`",
        "`auth.issuers.wrong.jwks-url`",
        "`auth.issuers.wrong.providers`",
        "`auth.issuers.wrong.clients[0].providers`",
        "`auth.issuers.unbound.iss`",
        "`auth.api-keys.one.sha256`",
    ] {
        assert!(problems.contains(key), "{key} in:\n{problems}");
    }
    assert!(!problems.contains("hunter2"), "{problems}");
}

#[test]
fn keys_come_unencrypted_from_this_machine_alone_unless_told_so() {
    let with = |url: &str, more: &str| problems(&issuer(&format!("jwks-url = \"{url}\"\n{more}")));

    assert_eq!(with("https://contoso.com/keys", ""), "");
    assert_eq!(with("http://127.0.0.1:1/keys", ""), "");
    assert_eq!(with("http://localhost:1/keys", ""), "");
    assert_eq!(with("http://contoso.com/keys", "plain-http = true"), "");
    assert!(with("http://contoso.com/keys", "").contains("jwks-url"));
    assert!(with("file:///keys", "plain-http = true").contains("jwks-url"));
}

#[test]
fn whoever_lets_everybody_in_cannot_limit_some() {
    let key = ApiKey::fresh().expect("chance").hash();
    let text = format!("anonymous = true\n[api-keys.one]\nsha256 = \"{key}\"\nproviders = [\"crm-notes\"]\n")
        + &issuer("clients = [{ id = \"a\", providers = [\"crm-notes\"] }]");

    let problems = problems(&text);

    assert!(problems.contains("`auth.api-keys.one.providers`"), "{problems}");
    assert!(problems.contains("`auth.issuers.contoso.providers`"), "{problems}");
}

#[test]
fn names_go_into_metrics_and_are_plain() {
    assert!(toml::from_str::<AuthTable>(&format!("[issuers.{:?}]", "Con toso")).is_err());
    assert!("a".repeat(65).parse::<CallerName>().is_err());
    assert!("reporting-2".parse::<CallerName>().is_ok());
}
