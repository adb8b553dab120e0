use std::sync::Arc;

use tokio::runtime::Handle;

use super::*;
use crate::client::{Settings, Shared};
use crate::grants::Grants;
use crate::listening::Listening;
use crate::secrets::Secrets;
use contract::languages;
use net::tls::Tls;

const GRANTS: &str = r#"http = [
    { origin = "http://api.contoso.com" },
    { origin = "http://*.contoso.com:8080", methods = ["GET"] },
    { origin = "http://granted.example" },
]"#;

fn client() -> PluginClient {
    client_with(GRANTS)
}

fn client_of(origin: &str) -> PluginClient {
    client_with(&format!("http = [{{ origin = \"{origin}\" }}]"))
}

fn client_with(grants: &str) -> PluginClient {
    let grants: Grants = toml::from_str(grants).expect("the test writes grants");
    let shared = Shared {
        settings: Arc::new(Settings::default()),
        tls: Arc::new(Tls::new(None, "http-client.ca-file")),
        listening: Listening::default(),
        handle: Handle::current(),
    };
    let secrets = Secrets::of_header("token", "open sesame", "authorization", "api.contoso.com");
    let secrets = secrets.and(Secrets::of_body("of-body", "open sesame", "api.contoso.com"));
    let client = PluginClient::new("crm-notes".into(), &grants.http, Arc::new(secrets), Arc::default(), &shared);
    client.expect("nothing is missing")
}

fn context() -> Context {
    Context::of_no_request(languages(None))
}

fn checked(method: &str, url: &str, headers: &[(&str, &str)]) -> Result<hyper::Request<()>, Error> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let request = OutgoingRequest { method: method.to_owned(), url: url.to_owned(), headers };
    client().check(&request, "", &context(), &CallSpan::none()).map(|checked| checked.request)
}

#[tokio::test]
async fn what_is_granted_is_sent_as_it_was_asked() {
    let request = checked("POST", "http://API.contoso.com:80/a%20b?c=d#e", &[("X-Key", "1"), ("x-key", "2")]);

    let request = request.expect("it is granted");
    assert_eq!(request.uri(), "http://api.contoso.com/a%20b?c=d");
    assert_eq!(request.method(), "POST");
    assert_eq!(request.headers().get_all("x-key").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn what_is_not_granted_says_what_to_add() {
    for (method, url, missing) in [
        ("GET", "https://api.contoso.com/", "origin = \"https://api.contoso.com\""),
        ("GET", "http://contoso.com:8080/", "origin = \"http://contoso.com:8080\""),
        ("POST", "http://a.contoso.com:8080/", "methods = [\"POST\"]"),
        ("GET", "http://2130706433/", "origin = \"http://127.0.0.1\", networks = [\"loopback\"]"),
        ("GET", "http://localhost:9417/", "origin = \"http://localhost:9417\", networks = [\"loopback\"] }"),
        ("GET", "http://[fd12::1]/", "networks = [\"private\"]"),
        ("GET", "http://0x7f.1/", "origin = \"http://127.0.0.1\""),
        ("GET", "http://[::ffff:127.0.0.1]/", "origin = \"http://[::ffff:7f00:1]\""),
        ("GET", "http://granted.example.evil.example/", "evil.example"),
    ] {
        let error = checked(method, url, &[]).expect_err(url);
        assert!(
            matches!(&error, Error::NotGranted(why) if why.contains(missing) && why.contains("crm-notes")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_by_name() {
    let url = "http://api.contoso.com/";
    let none: &[(&str, &str)] = &[];
    let cases = [
        ("get", url, none, "upper case"),
        ("CONNECT", url, &[], "not a method"),
        ("GET", "no url", &[], "not valid"),
        ("GET", "file:///etc/passwd", &[], "neither https nor http"),
        ("GET", "http://granted.example@evil.example/", &[], "user or password"),
        ("GET", "http://api.contoso.com/?key={{secret:token}}", &[], "in a URL"),
        ("GET", url, &[("Host", "evil.example")], "`host`"),
        ("GET", url, &[("content-length", "3"), ("transfer-encoding", "chunked")], "`content-length`"),
        ("GET", url, &[("transfer-encoding", "chunked")], "`transfer-encoding`"),
        ("GET", url, &[("x-ms-client-request-id", "mine")], "`x-ms-client-request-id`"),
        ("GET", url, &[("a b", "c")], "not a valid header name"),
        ("GET", url, &[("a", "b\r\nhost: evil.example")], "control characters"),
    ];
    for (method, url, headers, why) in cases {
        let error = checked(method, url, headers).expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[tokio::test]
async fn what_is_larger_than_allowed_is_refused() {
    let url = "http://api.contoso.com/";
    let long = "a".repeat(1 << 20);

    assert_eq!(checked("GET", &format!("{url}{long}"), &[]).expect_err("the URL"), Error::TooLarge);
    assert_eq!(checked("GET", url, &[("a", &long)]).expect_err("a header"), Error::TooLarge);
    assert_eq!(checked("GET", url, &[("a", "b"); 101]).expect_err("the headers"), Error::TooLarge);
    assert!(checked("GET", url, &[("a", "b"); 100]).is_ok());
}

#[tokio::test]
async fn a_secret_is_not_sent_in_the_clear() {
    let error = checked("GET", "http://api.contoso.com/", &[("authorization", "Bearer {{secret:token}}")]);

    assert!(matches!(error, Err(Error::NotGranted(why)) if why.contains("https") && !why.contains("sesame")));
}

#[tokio::test]
async fn a_secret_is_not_sent_with_headers_that_ask_for_a_part_or_an_encoding_of_the_response() {
    let with = |headers: &[(&str, &str)], body: &str| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        let url = "https://api.contoso.com/".to_owned();
        let request = OutgoingRequest { method: "POST".to_owned(), url, headers };
        client_of("https://api.contoso.com").check(&request, body, &context(), &CallSpan::none()).map(|_| ())
    };
    let (secret, range) = (("authorization", "Bearer {{secret:token}}"), ("Range", "bytes=0-3"));

    for asked in [range, ("if-range", "\"a\""), ("accept_encoding", "gzip"), ("accept-charset", "utf-16")] {
        for sent in [with(&[asked, secret], ""), with(&[asked], "a {{secret:of-body}}")] {
            assert!(matches!(&sent, Err(Error::Invalid(why)) if why.contains(asked.0)), "{asked:?}: {sent:?}");
        }
    }
    assert_eq!(with(&[secret], "{{secret:of-body}}"), Ok(()));
    assert_eq!(with(&[range, ("authorization", "mine")], "nothing secret"), Ok(()));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let origin = Origin::parse("http://api.contoso.com").expect("an origin");

    assert_eq!(client().body("a".repeat((1 << 20) + 1), &origin), Err(Error::TooLarge));
    assert_eq!(client().body("a".to_owned(), &origin), Ok(Bytes::from_static(b"a")));
}
