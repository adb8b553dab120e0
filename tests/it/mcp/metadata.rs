//! The metadata by which a client without a token finds where to get one.

use serde_json::json;

use super::modern_at;
use crate::auth::{issuer, new_key};
use crate::host;

#[test]
fn a_client_without_a_token_finds_the_issuer() {
    let (issuer, key) = issuer();
    let settings = format!("{}[http]\npublic-name = \"api.contoso.com\"\n", issuer.settings("", ""));
    let host = host().guest("well").settings(&settings).start();

    for (path, below) in [("/mcp", "/mcp"), ("/mcp/well", "/mcp/well"), ("/mcp/nobody", "/mcp/nobody")] {
        let answer = modern_at(&host, path, &[], "tools/list", &json!({}));
        assert_eq!(answer.status, 401);
        let challenge = answer.header("www-authenticate").expect("it is asked for a token").to_owned();
        let url = format!("https://api.contoso.com/.well-known/oauth-protected-resource{below}");
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(challenge.contains(&format!("resource_metadata=\"{url}\"")), "{challenge}");
        assert!(challenge.contains("scope=\"api://insights/Insights.Read\""), "{challenge}");

        let metadata = host.get(&format!("/.well-known/oauth-protected-resource{below}"));
        assert_eq!(metadata.status, 200);
        let metadata = metadata.json();
        assert_eq!(metadata["resource"], format!("https://api.contoso.com{below}"));
        assert_eq!(metadata["authorization_servers"], json!([issuer.name()]));
        assert_eq!(metadata["scopes_supported"], json!(["api://insights/Insights.Read"]));
        assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
    }
    let other = host.get("/api/record-summary");
    let url = "resource_metadata=\"https://api.contoso.com/.well-known/oauth-protected-resource\"";
    assert!(other.header("www-authenticate").is_some_and(|challenge| challenge.contains(url)), "{other:?}");

    let token = format!("Bearer {}", key.sign(&issuer.claims(&json!({}))));
    let admitted = modern_at(&host, "/mcp", &[("authorization", &token)], "tools/list", &json!({}));
    assert_eq!(admitted.status, 200);
}

#[test]
fn a_host_without_a_name_uses_the_one_by_which_it_is_called() {
    let (issuer, _) = issuer();
    let settings = format!("{}[http]\nbase-path = \"/insights\"\n", issuer.settings("", ""));
    let host = host().guest("well").settings(&settings).start();
    let address = host.address();

    for path in
        ["/insights/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource/insights/mcp"]
    {
        assert_eq!(host.get(path).json()["resource"], format!("http://{address}/insights/mcp"), "{path}");
    }
    let odd = host.get_with("/.well-known/oauth-protected-resource/insights", &[("host", "a\"b")]);
    assert_eq!(odd.status, 400);
}

#[test]
fn a_host_without_an_issuer_has_no_metadata() {
    let (_, of_key) = new_key(&["--name", "one"]);
    let host = host().guest("well").settings(&of_key).start();

    assert_eq!(host.get("/.well-known/oauth-protected-resource/mcp").status, 404);
    let answer = modern_at(&host, "/mcp", &[], "tools/list", &json!({}));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"insight-host\""));
}
