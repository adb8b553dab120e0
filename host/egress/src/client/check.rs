//! Checks a request against its plugin's grants, and builds the request that is sent.

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Uri};
use url::{Position, Url};

use super::headers::{is_method, may_be_set, sign};
use super::{Error, OutgoingRequest, PluginClient};
use crate::origin::{Origin, has_user};
use crate::secrets::{SecretSlot, Unfilled, has_template};
use contract::{Context, Printable};
use net::to_usize;
use net::trace::{CallSpan, HttpSpan};

/// Bytes of the longest URL.
const URL: usize = 8 << 10;

/// The most headers of a request.
const HEADERS: usize = 100;

/// Bytes of all header names and values, secrets included.
const HEADERS_SIZE: usize = 32 << 10;

/// A request that may be sent.
pub(super) struct Checked {
    pub(super) request: hyper::Request<()>,
    /// The origin that it goes to.
    pub(super) origin: Origin,
    /// The request's span in a trace.
    pub(super) span: HttpSpan,
}

impl PluginClient {
    /// Checks everything but the body of a request that `call` sends.
    ///
    /// # Errors
    ///
    /// Fails with the change that the plugin's author or the operator would have to make.
    pub(super) fn check(&self, asked: &OutgoingRequest, context: &Context, call: &CallSpan) -> Result<Checked, Error> {
        if !is_method(&asked.method) {
            let method = Printable(cut(&asked.method));
            return Err(Error::Invalid(format!("`{method}` is not a method that can be sent; write it in upper case")));
        }
        let (url, origin) = read_url(&asked.url)?;
        self.check_granted(&asked.method, &origin)?;

        let mut request = hyper::Request::new(());
        *request.method_mut() = Method::from_bytes(asked.method.as_bytes()).expect("upper-case words are methods");
        *request.uri_mut() = url;
        if asked.headers.len() > HEADERS {
            return Err(Error::TooLarge);
        }
        let mut size = 0;
        for (name, value) in &asked.headers {
            let (name, value) = self.header(name, value, &origin)?;
            size += name.as_str().len() + value.len();
            if size > HEADERS_SIZE {
                return Err(Error::TooLarge);
            }
            request.headers_mut().append(name, value);
        }
        let span = HttpSpan::begin(call, &asked.method, origin.host(), origin.port());
        sign(request.headers_mut(), context, &span);
        Ok(Checked { request, origin, span })
    }

    /// Returns a body with its secrets filled in.
    ///
    /// # Errors
    ///
    /// Fails if it is too large, or holds a secret that may not go to `origin`.
    pub(super) fn body(&self, text: String, origin: &Origin) -> Result<Bytes, Error> {
        let most = to_usize(self.settings.request_body.as_u64());
        let filled = self.secrets.fill(&text, SecretSlot::Body, origin, most).map_err(|error| unfilled(&error))?;
        if filled.len() > most {
            return Err(Error::TooLarge);
        }
        Ok(match filled {
            std::borrow::Cow::Borrowed(_) => text.into(),
            std::borrow::Cow::Owned(filled) => filled.into(),
        })
    }

    fn check_granted(&self, method: &str, origin: &Origin) -> Result<(), Error> {
        let mut covering = self.granted.iter().filter(|granted| granted.origin.covers(origin)).peekable();
        let missing = if covering.peek().is_none() {
            format!("origin = \"{origin}\"")
        } else if covering.any(|it| it.grant.methods.is_empty() || it.grant.methods.iter().any(|it| it == method)) {
            return Ok(());
        } else {
            format!("origin = \"{origin}\", methods = [\"{method}\"]")
        };
        let plugin = &self.plugin;
        Err(Error::NotGranted(format!(
            "the operator would have to add {{ {missing} }} to `plugins.{plugin}.grants.http`"
        )))
    }

    /// Returns one header with its secrets filled in.
    fn header(&self, name: &str, value: &[u8], origin: &Origin) -> Result<(HeaderName, HeaderValue), Error> {
        let shown = || Printable(cut(name)).to_string();
        let header = HeaderName::from_bytes(name.as_bytes());
        let header = header.map_err(|_| Error::Invalid(format!("`{}` is not a valid header name", shown())))?;
        if !may_be_set(header.as_str()) {
            return Err(Error::Invalid(format!("the header `{header}` is set by the host alone")));
        }
        let filled = match str::from_utf8(value) {
            Ok(text) => {
                let filled = self.secrets.fill(text, SecretSlot::Header(&header), origin, HEADERS_SIZE);
                filled.map(|text| HeaderValue::from_str(&text))
            }
            // Bytes that are not UTF-8 contain no template.
            Err(_) => Ok(HeaderValue::from_bytes(value)),
        };
        let mut value = filled
            .map_err(|error| unfilled(&error))?
            .map_err(|_| Error::Invalid(format!("the value of the header `{header}` has control characters")))?;
        // Keeps the value out of debug output.
        value.set_sensitive(true);
        Ok((header, value))
    }
}

/// Returns the guest's error for a secret that cannot be filled in.
fn unfilled(error: &Unfilled) -> Error {
    match error {
        Unfilled::TooLarge => Error::TooLarge,
        Unfilled::Unknown(_) | Unfilled::Elsewhere { .. } => Error::NotGranted(error.to_string()),
    }
}

/// Parses a guest's URL into the URI that is sent and the origin it leads to. Both come from the same parse, so
/// they cannot disagree.
pub(crate) fn read_url(text: &str) -> Result<(Uri, Origin), Error> {
    let invalid = |what: &str| Error::Invalid(what.to_owned());
    if text.len() > URL {
        return Err(Error::TooLarge);
    }
    if has_template(text) {
        return Err(invalid("secrets may be sent in headers and bodies, not in a URL, which appears in logs"));
    }
    let url = Url::parse(text).map_err(|error| Error::Invalid(format!("its URL is not valid: {error}")))?;
    let origin = Origin::of(&url).ok_or_else(|| invalid("its URL is neither https nor http"))?;
    if has_user(&url) {
        return Err(invalid("its URL has a user or password; send those in the header `authorization`"));
    }
    let uri =
        url[..Position::AfterQuery].parse().map_err(|_| invalid("its URL has characters that must be encoded"))?;
    Ok((uri, origin))
}

/// Returns the beginning of a guest's text, for an error message.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(64)]
}

#[cfg(test)]
mod tests {
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
        let grants: Grants = toml::from_str(GRANTS).expect("the test writes grants");
        let shared = Shared {
            settings: Arc::new(Settings::default()),
            tls: Arc::new(Tls::new(None, "http-client.ca-file")),
            listening: Listening::default(),
            handle: Handle::current(),
        };
        let secrets = Secrets::of_header("token", "open sesame", "authorization", "api.contoso.com");
        PluginClient::new("crm-notes".into(), &grants.http, Arc::new(secrets), &shared).expect("nothing is missing")
    }

    fn context() -> Context {
        Context::of_no_request(languages(None))
    }

    fn checked(method: &str, url: &str, headers: &[(&str, &str)]) -> Result<hyper::Request<()>, Error> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        let request = OutgoingRequest { method: method.to_owned(), url: url.to_owned(), headers };
        client().check(&request, &context(), &CallSpan::none()).map(|checked| checked.request)
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
            ("GET", "http://2130706433/", "origin = \"http://127.0.0.1\""),
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
    async fn a_body_over_the_limit_is_refused() {
        let origin = Origin::parse("http://api.contoso.com").expect("an origin");

        assert_eq!(client().body("a".repeat((1 << 20) + 1), &origin), Err(Error::TooLarge));
        assert_eq!(client().body("a".to_owned(), &origin), Ok(Bytes::from_static(b"a")));
    }
}
