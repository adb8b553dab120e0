//! The checks of authorization: what callers without a token are told, and where that leads them.
//!
//! Nothing is fetched from another origin: the server chooses the addresses, and could mean those of the user's network.

use std::time::Duration;

use bytes::Bytes;
use hyper::Request;
use hyper::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};
use url::Url;

use super::client::PlayedClient;
use super::examination::McpExamination;
use super::reply::McpReply;
use super::transport::is_loopback;
use crate::conform::Rule;
use crate::conform::examine::PATIENCE;

/// The path of the metadata of a resource at the root (RFC 9728).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The names of parameters of a URL that hold tokens and keys.
const NAMES: [&str; 8] = ["token", "access_token", "api_key", "apikey", "key", "code", "sig", "secret"];

/// Checks that a server which needs a token says so to who has none, or a wrong one.
pub(super) async fn check(play: &mut McpExamination<'_>, client: &PlayedClient) {
    for (name, _) in play.base.url().query_pairs() {
        if NAMES.contains(&name.to_ascii_lowercase().as_str()) {
            play.find(Rule::TokenInQuery, "", format!("the URL that was given has `{name}`"));
        }
    }
    if play.base.url().scheme() != "https" && !is_loopback(play.base) {
        play.find(Rule::RuntimeUrl, "", "the URL that was given is not https");
    }
    if !play.base.has_credentials() && !play.is_unauthenticated {
        return;
    }
    let list = play.request(client, "a request without a token", "tools/list", &json!({})).anonymous();
    let Some(refused) = play.send(&list).await else { return };
    check_refused(play, &list.about, &refused);
    let wrong = play.request(client, "a request with a wrong token", "tools/list", &json!({})).anonymous();
    let wrong = wrong.with("authorization", "Bearer conform-wrong-token");
    if let Some(reply) = play.send(&wrong).await {
        check_refused(play, &wrong.about, &reply);
    }
    if refused.status == 401 && (play.base.has_token() || !play.base.has_credentials()) {
        check_challenge(play, &refused).await;
    }
}

fn check_refused(play: &mut McpExamination<'_>, about: &str, reply: &McpReply) {
    if reply.result().is_some() {
        play.find(Rule::TokenNotChecked, "", format!("{about}: it is served"));
    } else if reply.status != 401 {
        play.find(Rule::ErrorStatus, "", format!("{about}: the answer is {}", reply.told()));
    }
}

/// Checks the challenge of a rejection, and the metadata to which it leads.
async fn check_challenge(play: &mut McpExamination<'_>, reply: &McpReply) {
    let challenges = reply.headers.get_all(WWW_AUTHENTICATE).iter();
    let challenges: Vec<String> =
        challenges.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let bearer = challenges.iter().find(|text| text.trim_start().to_ascii_lowercase().starts_with("bearer"));
    let Some(bearer) = bearer else {
        return play.find(Rule::ChallengeMissing, "", "the 401 has no `WWW-Authenticate: Bearer`");
    };
    let own = play.base.url().clone();
    let path = own.path().trim_end_matches('/');
    let paths = match metadata_url(bearer).map(|text| Url::parse(&text)) {
        Some(Ok(url)) if url.origin() == own.origin() || is_loopback(play.base) => vec![url.path().to_owned()],
        Some(_) => {
            let what = "`resource_metadata` is no URL of the server's own origin; it is not fetched";
            return play.find(Rule::ResourceMetadata, "", what);
        }
        // Without it, clients look at the places that the standard names.
        None => vec![format!("{WELL_KNOWN}{path}"), WELL_KNOWN.to_owned()],
    };
    for path in &paths {
        if let Some(metadata) = fetch(play, path).await {
            return judge_metadata(play, path, &metadata);
        }
    }
    play.find(Rule::ResourceMetadata, "", format!("there is no JSON at `{}`", paths.join("`, `")));
}

/// Fetches the JSON at a path of the server, without token and key.
async fn fetch(play: &mut McpExamination<'_>, path: &str) -> Option<Value> {
    let mut url = play.base.url().clone();
    url.set_query(None);
    url.set_path(path);
    let request = Request::get(url.as_str()).header("accept", "application/json").body(Bytes::new()).ok()?;
    let time: Duration = PATIENCE;
    let response = play.base.stream(request, time, time, |_, _| false).await.ok()?;
    if response.status != 200 { None } else { serde_json::from_slice(&response.body).ok() }
}

fn judge_metadata(play: &mut McpExamination<'_>, path: &str, metadata: &Value) {
    let own = play.base.url().clone();
    let is_own = |resource: &str| {
        Url::parse(resource).is_ok_and(|resource| {
            let below = resource.path().trim_end_matches('/').to_owned();
            let is_here = resource.origin() == own.origin() || is_loopback(play.base);
            is_here && (own.path().trim_end_matches('/') == below || own.path().starts_with(&format!("{below}/")))
        })
    };
    let servers = metadata["authorization_servers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_server = |server: &Value| {
        let url = server.as_str().and_then(|server| Url::parse(server).ok());
        url.is_some_and(|url| url.scheme() == "https" || is_loopback(play.base))
    };
    let (has_own, has_servers) =
        (metadata["resource"].as_str().is_some_and(is_own), !servers.is_empty() && servers.iter().all(is_server));
    for (what, is_right) in [
        ("`resource` is not this server's URL", has_own),
        ("`authorization_servers` is no list of https URLs", has_servers),
    ] {
        if !is_right {
            play.find(Rule::ResourceMetadata, "", format!("`{path}`: {what}"));
        }
    }
    let methods = metadata["bearer_methods_supported"].as_array().into_iter().flatten();
    if methods.into_iter().any(|method| method == "query") {
        play.find(Rule::TokenInQuery, "", format!("`{path}`: `bearer_methods_supported` has `query`"));
    }
}

/// Returns the URL of the metadata that a challenge names.
fn metadata_url(challenge: &str) -> Option<String> {
    let at = challenge.to_ascii_lowercase().find("resource_metadata")?;
    let value = challenge[at..].split_once('=')?.1.trim_start();
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(url, _)| url.to_owned()),
        None => value.split([',', ' ']).next().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_is_found_in_a_challenge_however_it_is_written() {
        for (challenge, url) in [
            (r#"Bearer resource_metadata="https://a/b", scope="c""#, Some("https://a/b")),
            (r#"bearer scope="c", Resource_Metadata = "https://a/b""#, Some("https://a/b")),
            ("Bearer resource_metadata=https://a/b, scope=c", Some("https://a/b")),
            (r#"Bearer realm="x""#, None),
            ("Bearer resource_metadata", None),
        ] {
            assert_eq!(metadata_url(challenge).as_deref(), url, "{challenge}");
        }
    }
}
