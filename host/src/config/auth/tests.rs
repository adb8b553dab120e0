use super::*;
use crate::auth::ApiKey;
use crate::config::Config;

const TENANT: &str = "AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee";

/// Reads a file that begins with the table `[auth]`.
fn read(text: &str) -> Result<Settings, String> {
    Config::parse(&format!("[auth]\n{text}")).map(|config| config.auth)
}

fn problems(text: &str) -> String {
    read(text).err().unwrap_or_default()
}

/// The smallest table of an issuer that is one, and more of it.
fn issuer(more: &str) -> String {
    format!(
        "[auth.issuers.contoso]\ntenants = [\"{TENANT}\"]\napplication = \"app\"\nscopes = [\"Insights.Read\"]\n{more}"
    )
}

#[test]
fn what_the_portal_shows_is_enough() {
    let text = issuer("");

    let settings = read(&text).expect("it is valid");

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

    let settings = read(&text).expect("it is valid");

    assert_eq!(settings.issuers[0].tenants, None);
    assert!(settings.issuers[0].discovery_url.as_str().contains("/organizations/v2.0/"));
}

#[test]
fn an_issuer_without_tenants_lists_none() {
    let table = |name: &str, more: &str| {
        format!("[auth.issuers.{name}]\napplication = \"app\"\nscopes = [\"Insights.Read\"]\n{more}")
    };
    let iss = "iss = [\"https://id.example/realms/sales\"]\n";

    let settings = read(&table("keycloak", iss)).expect("it is valid");

    let [issuer] = &settings.issuers[..] else { panic!("there is one") };
    assert_eq!(issuer.tenants, None);
    let discovery = "https://id.example/realms/sales/.well-known/openid-configuration";
    assert_eq!(issuer.discovery_url.as_str(), discovery);
    assert!(problems(&table("entra", "iss = [\"https://sts.windows.net/one/\"]")).contains("tenants"));
    assert!(problems(&table(&TENANT.to_lowercase(), iss)).contains("another name"));
}

#[test]
fn everything_wrong_is_named_at_once() {
    let text = "signing-keys-pause = \"1ms\"\nsigning-keys-stale = \"1s\"\n\
                [auth.issuers.empty]\n\
                [auth.issuers.wrong]\ntenants = [\"contoso.com\"]\niss = [\"contoso\"]\nproviders = []\n\
                jwks-url = \"http://contoso.com/keys\"\nclients = [{ id = \"a\", providers = [] }]\n\
                [auth.issuers.unbound]\ntenants = [\"*\"]\niss = [\"https://login.example\"]\n\
                [auth.api-keys.one]\nsha256 = \"ihk_hunter2\"\n";

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
    let text = format!("anonymous = true\n[auth.api-keys.one]\nsha256 = \"{key}\"\nproviders = [\"crm-notes\"]\n")
        + &issuer("clients = [{ id = \"a\", providers = [\"crm-notes\"] }]");

    let problems = problems(&text);

    assert!(problems.contains("`auth.api-keys.one.providers`"), "{problems}");
    assert!(problems.contains("`auth.issuers.contoso.providers`"), "{problems}");
}

#[test]
fn names_go_into_metrics_and_are_plain() {
    assert!(problems("[auth.issuers.\"Con toso\"]").contains("a name has 1 to 64"));
    assert!("a".repeat(65).parse::<CallerName>().is_err());
    assert!("reporting-2".parse::<CallerName>().is_ok());
}
