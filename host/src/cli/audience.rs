//! The agreement of an exported connector with this host: the tokens that the one requests, the other accepts.

use crate::auth::{IssuerSettings, only_resource};
use connector::{OAuth, PublicUrl};

/// Completes the statements about sign-in: without an audience, tokens are requested for the only one that the issuers of
/// Entra ID accept and that can be requested.
pub(super) fn complete(mut oauth: OAuth, issuers: &[IssuerSettings]) -> OAuth {
    if oauth.is_without_audience() && oauth.is_of_entra() {
        oauth.resource = only_resource(issuers).map(str::to_owned);
    }
    oauth
}

/// Returns each reason why `issuers` would reject tokens of the connector at `location`, with the change to make.
pub(super) fn disagreements(oauth: &OAuth, location: &PublicUrl, issuers: &[IssuerSettings]) -> Vec<String> {
    let requested = oauth.audience(location);
    let is_entra = requested.is_some();
    let audiences: Vec<String> =
        requested.into_iter().chain(oauth.application.map(|id| id.to_string()).filter(|_| is_entra)).collect();
    let asked: Vec<&IssuerSettings> = if is_entra { entra(issuers).collect() } else { issuers.iter().collect() };
    if asked.is_empty() {
        return vec![
            "the connector's users sign in with Entra ID, and `[auth.issuers]` has no issuer of it".to_owned(),
        ];
    }
    let accepts = |issuer: &&IssuerSettings| audiences.iter().all(|audience| issuer.audiences.contains(audience));
    let accepting: Vec<&IssuerSettings> = asked.iter().copied().filter(accepts).collect();
    if accepting.is_empty() {
        return asked.iter().flat_map(|issuer| rejected(&audiences, issuer)).collect();
    }
    let scope = oauth.scope.as_ref().filter(|scopes| !accepting.iter().any(|issuer| permits(issuer, scopes)));
    let client = oauth.client_id.as_ref().filter(|id| !accepting.iter().any(|issuer| knows(issuer, id)));
    let scope = scope.map(|scope| {
        let names = names(&accepting);
        format!("the scope `{scope}` (`oauth.scope` in connector.toml) is not among `scopes` of {names}; add it there")
    });
    let client = client.map(|id| {
        let names = names(&accepting);
        format!(
            "the client `{id}` (`oauth.client-id` in connector.toml) is not among `clients` of {names}; add it there"
        )
    });
    scope.into_iter().chain(client).collect()
}

/// Describes which tokens an exported connector of this host requests, and what to add if the host would reject them.
/// Without issuers there is nothing to say.
pub(super) fn describe(host: Option<&str>, issuers: &[IssuerSettings]) -> Vec<String> {
    if entra(issuers).next().is_none() {
        return Vec::new();
    }
    let location = PublicUrl { host: host.unwrap_or("HOST-NAME").to_owned(), base_path: String::new() };
    let oauth = complete(OAuth::default(), issuers);
    let audience = oauth.audience(&location).unwrap_or_default();
    let mut lines = disagreements(&oauth, &location, issuers);
    if lines.is_empty() {
        lines.push(format!(
            "a connector exported with these settings requests tokens for `{audience}`, which the host accepts"
        ));
    }
    for issuer in entra(issuers).filter(|issuer| !issuer.accepts_an_id()) {
        lines.push(format!(
            "{} accepts no token of version 2.0, whose audience is the application's ID: set `application` there",
            name(issuer)
        ));
    }
    lines
}

fn entra(issuers: &[IssuerSettings]) -> impl Iterator<Item = &IssuerSettings> {
    issuers.iter().filter(|issuer| issuer.is_entra())
}

/// Returns a reason for each of `audiences` that `issuer` rejects.
fn rejected(audiences: &[String], issuer: &IssuerSettings) -> Vec<String> {
    let others = audiences.iter().filter(|audience| !issuer.audiences.contains(audience));
    let reason = |audience: &String| {
        let instead = issuer.resource().map(|uri| format!(", or set `oauth.resource` in connector.toml to `{uri}`"));
        format!(
            "the connector requests tokens for `{audience}`, which {} rejects: add it to `audiences` there{}",
            name(issuer),
            instead.unwrap_or_default()
        )
    };
    others.map(reason).collect()
}

fn permits(issuer: &IssuerSettings, scopes: &str) -> bool {
    issuer.scopes.is_empty() || scopes.split_whitespace().any(|scope| issuer.scopes.contains(scope))
}

fn knows(issuer: &IssuerSettings, client: &str) -> bool {
    issuer.clients.is_empty() || issuer.clients.iter().any(|known| known.id.eq_ignore_ascii_case(client))
}

fn name(issuer: &IssuerSettings) -> String {
    format!("`auth.issuers.{}`", issuer.name)
}

fn names(issuers: &[&IssuerSettings]) -> String {
    issuers.iter().map(|issuer| name(issuer)).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const APPLICATION: &str = "66666666-7777-8888-9999-aaaaaaaaaaaa";

    fn issuers(more: &str) -> Vec<IssuerSettings> {
        let tenants = "tenants = [\"11111111-2222-3333-4444-555555555555\"]\nscopes = [\"Insights.Read\"]\n";
        Config::parse(&format!("[auth.issuers.entra]\n{tenants}{more}\n")).expect("it is valid").auth.issuers
    }

    fn location() -> PublicUrl {
        PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() }
    }

    fn of_application() -> Vec<IssuerSettings> {
        issuers(&format!("application = \"{APPLICATION}\""))
    }

    fn application() -> OAuth {
        OAuth { application: APPLICATION.parse().ok(), ..OAuth::default() }
    }

    #[test]
    fn without_a_statement_tokens_are_for_what_the_host_accepts() {
        for (settings, audience) in [
            (of_application(), format!("api://{APPLICATION}")),
            (issuers("audiences = [\"https://api.contoso.com\"]"), "https://api.contoso.com".to_owned()),
        ] {
            let oauth = complete(OAuth::default(), &settings);

            assert_eq!(oauth.audience(&location()), Some(audience));
            assert_eq!(disagreements(&oauth, &location(), &settings), [""; 0]);
        }
    }

    #[test]
    fn a_stated_audience_stays_and_must_be_one_that_the_host_accepts() {
        let stated = complete(application(), &of_application());
        assert_eq!(stated.resource, None);
        assert_eq!(disagreements(&stated, &location(), &of_application()), [""; 0]);

        let other = OAuth { resource: Some("https://api.contoso.com".to_owned()), ..OAuth::default() };
        let reasons = disagreements(&other, &location(), &of_application());
        let [reason] = &reasons[..] else { panic!("{reasons:?}") };
        for part in
            ["`https://api.contoso.com`", "`auth.issuers.entra`", "`audiences`", &format!("`api://{APPLICATION}`")]
        {
            assert!(reason.contains(part), "{part} in {reason}");
        }
        let both = issuers(&format!("application = \"{APPLICATION}\"\naudiences = [\"https://api.contoso.com\"]"));
        assert_eq!(disagreements(&other, &location(), &both), [""; 0]);
    }

    #[test]
    fn a_scope_or_client_that_the_host_does_not_know_is_named() {
        let settings = issuers(&format!("application = \"{APPLICATION}\"\nclients = [{{ id = \"other\" }}]"));
        let oauth =
            OAuth { scope: Some("Insights.Write".to_owned()), client_id: Some("mine".to_owned()), ..application() };

        let reasons = disagreements(&oauth, &location(), &settings);

        assert!(reasons.len() == 2 && reasons[0].contains("`oauth.scope`") && reasons[1].contains("`oauth.client-id`"));
    }

    #[test]
    fn settings_say_which_audience_an_export_requests_and_what_to_add() {
        let audiences = issuers("audiences = [\"api://a\", \"api://b\"]");
        assert!(describe(Some("api.contoso.com"), &of_application())[0].ends_with("which the host accepts"));
        let said = describe(Some("api.contoso.com"), &audiences);
        assert!(said[0].contains("tokens for `api://a`") && said[1].contains("set `application` there"), "{said:?}");
        assert_eq!(describe(None, &[]), [""; 0]);
    }

    #[test]
    fn a_host_that_knows_no_issuer_of_entra_accepts_no_token_of_it() {
        assert!(disagreements(&application(), &location(), &[])[0].contains("no issuer"));
    }
}
