//! A connector over HTTP, called as Power Platform calls it for the agent.
//!
//! Redirects are answers like any other: they are judged, not followed. Connections are kept for further requests.

mod request;
mod stream;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Uri};
use url::Url;

use super::definition::LARGEST;
use super::examine::PATIENCE;
use super::matching::Match;
use super::redaction::Redaction;
use super::target::TargetResponse;
use super::{Exchange, Probe, Served, Target};
use net::chain;
use net::fetch::{self, Connections, FetchLimits, HttpClient, Idle, ReadBody};
use net::proxy::Proxies;
use net::tls::{self, Tls, TlsError};

pub(super) use stream::{StreamEnd, StreamedResponse, Unanswered};

/// The bytes of an answer that are read. The agent shows a few lines.
pub(super) const ANSWER: usize = 8 << 20;

/// The time waited beyond the agent's, so that a late answer is told from one that never comes.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// The path at which the host serves its own definition.
const DEFINITION: &str = "api/connector/apiDefinition.swagger.json";

/// A connector that cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The URL is not one of http or https with a host.
    #[error("`{0}` is no http or https URL of a server")]
    Url(String),
    /// There are no certificates to trust.
    #[error(transparent)]
    Tls(TlsError),
    /// A token or key is missing or malformed.
    #[error("`{0}` is not in the environment, or no line of visible ASCII")]
    Secret(String),
    /// The definition is not served there.
    #[error("there is no definition at {url}: {why}; name a file with `--definition`")]
    NoDefinition {
        /// The URL that was fetched.
        url: Url,
        /// The reason, in words.
        why: String,
    },
}

/// A header that authenticates the caller. It is never shown.
pub struct HeaderSecret(HeaderName, HeaderValue);

impl HeaderSecret {
    /// Reads a token, the value of the environment variable `variable`.
    pub fn token(variable: &str, value: Option<String>) -> Result<Self, HttpError> {
        Self::read(hyper::header::AUTHORIZATION, variable, value.map(|token| format!("Bearer {}", token.trim())))
    }

    /// Reads an API key, the value of the environment variable `variable`.
    pub fn api_key(variable: &str, value: Option<String>) -> Result<Self, HttpError> {
        Self::read(HeaderName::from_static("x-api-key"), variable, value.map(|key| key.trim().to_owned()))
    }

    fn read(name: HeaderName, variable: &str, value: Option<String>) -> Result<Self, HttpError> {
        let unfit = || HttpError::Secret(variable.to_owned());
        let mut value = HeaderValue::from_str(&value.ok_or_else(unfit)?).map_err(|_| unfit())?;
        value.set_sensitive(true);
        Ok(Self(name, value))
    }
}

/// A connector's URL, and the client that calls it.
pub struct Base {
    url: Url,
    secrets: Vec<HeaderSecret>,
    client: HttpClient,
}

impl Base {
    /// Creates a client of the connector at `url`, which is trusted by the certificates in `ca`, or else the system's,
    /// and reached through `proxies`.
    ///
    /// # Errors
    ///
    /// Fails if the URL is invalid, or there are no certificates to trust.
    pub fn new(
        url: &str,
        ca: Option<PathBuf>,
        secrets: Vec<HeaderSecret>,
        proxies: Arc<Proxies>,
    ) -> Result<Self, HttpError> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let parsed = parsed.ok_or_else(|| HttpError::Url(url.to_owned()))?;
        let tls = if parsed.scheme() == "https" {
            Tls::new(ca, "--ca").config().map_err(HttpError::Tls)?
        } else {
            tls::trusting_nobody()
        };
        let client = HttpClient::new(Connections { tls, connect_time: None, idle: Idle::Keep, proxies });
        Ok(Self { url: parsed, secrets, client })
    }

    /// Fetches the definition that the host serves of its own API.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub async fn definition(&self) -> Result<Bytes, HttpError> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{DEFINITION}", url.path().trim_end_matches('/')));
        let fails = |why: String| HttpError::NoDefinition { url: url.clone(), why };
        let mut request = Request::get(url.as_str()).body(Bytes::new()).map_err(|error| fails(error.to_string()))?;
        self.authorize(request.headers_mut());
        match self.send(request, LARGEST).await.reply {
            Exchange::Answer(answer) if answer.status == 200 => Ok(answer.body),
            Exchange::Answer(answer) => {
                let said = super::judge::error_message(&answer.body).map(|said| format!(" ({said})"));
                Err(fails(format!("the answer is {}{}", answer.status, said.unwrap_or_default())))
            }
            Exchange::TimedOut => Err(fails("no answer comes".to_owned())),
            Exchange::Broken(why) => Err(fails(why)),
            Exchange::Nothing => Err(fails("nothing came".to_owned())),
        }
    }

    /// Returns whether there is a token or key.
    pub fn has_credentials(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Returns whether there is a token.
    pub(super) fn has_token(&self) -> bool {
        self.secrets.iter().any(|HeaderSecret(name, _)| name == hyper::header::AUTHORIZATION)
    }

    /// Returns the redaction of its token and key.
    pub(super) fn redaction(&self) -> Redaction {
        Redaction::of(self.secrets.iter().map(|HeaderSecret(_, value)| value.as_bytes()))
    }

    /// Returns its URL.
    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// Adds the token and key to the headers of a request.
    pub(super) fn authorize(&self, headers: &mut hyper::HeaderMap) {
        headers.extend(self.secrets.iter().map(|HeaderSecret(name, value)| (name.clone(), value.clone())));
    }

    /// Returns the URL of an operation. The path of the connector's URL replaces the definition's base path, unless that
    /// begins with it.
    fn url_of(&self, base_path: &str, path: &str) -> String {
        let own = self.url.path().trim_end_matches('/');
        let below = path.strip_prefix(base_path).unwrap_or(path);
        let path = if own.is_empty() || base_path.starts_with(own) { path.to_owned() } else { format!("{own}{below}") };
        format!("{}{path}", self.url.origin().ascii_serialization())
    }

    async fn send(&self, request: Request<Bytes>, most: usize) -> Served {
        let limits = FetchLimits { bytes: most, time: Some(PATIENCE + GRACE), read: ReadBody::Always };
        let begun = Instant::now();
        let reply = match self.client.fetch(request, limits).await {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let kind = head.headers.get(CONTENT_TYPE);
                let content_type = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
                Exchange::Answer(TargetResponse { status: head.status.as_u16(), content_type, body })
            }
            Err(fetch::Error::TimedOut(_)) => Exchange::TimedOut,
            Err(error @ (fetch::Error::Send(_) | fetch::Error::Body(_))) => Exchange::Broken(chain(&error)),
        };
        Served { reply, took: begun.elapsed() }
    }
}

/// One operation of a connector.
pub(super) struct HttpTarget<'a> {
    base: &'a Base,
    matched: &'a Match<'a>,
    base_path: String,
}

impl<'a> HttpTarget<'a> {
    pub(super) fn new(base: &'a Base, matched: &'a Match<'a>, base_path: String) -> Self {
        Self { base, matched, base_path }
    }
}

impl Target for HttpTarget<'_> {
    async fn ask(&self, probe: &Probe) -> Served {
        let parts = request::parts(self.matched, probe);
        let url = self.base.url_of(&self.base_path, &parts.path_and_query);
        match self.request(&url, parts, probe) {
            Ok(request) => self.base.send(request, ANSWER).await,
            Err(why) => Served { reply: Exchange::Broken(why), took: Duration::ZERO },
        }
    }
}

impl HttpTarget<'_> {
    fn request(&self, url: &str, parts: request::Parts, probe: &Probe) -> Result<Request<Bytes>, String> {
        let uri: Uri = url.parse().map_err(|error| format!("its URL is none: {error}"))?;
        let mut request = Request::builder().method(self.matched.action.method.as_str()).uri(uri);
        for (name, value) in parts.headers {
            request = request.header(name, value);
        }
        let body = Bytes::from(parts.body.unwrap_or_default());
        let mut request = request.body(body).map_err(|error: hyper::http::Error| error.to_string())?;
        if probe.with_credentials {
            self.base.authorize(request.headers_mut());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url_of(base: &str, base_path: &str, path: &str) -> String {
        Base::new(base, None, Vec::new(), Arc::default()).expect("it is a URL").url_of(base_path, path)
    }

    #[test]
    fn an_operation_is_below_the_url_that_was_given() {
        assert_eq!(url_of("http://localhost:8080", "/api", "/api/a"), "http://localhost:8080/api/a");
        assert_eq!(url_of("http://localhost:8080/", "", "/a"), "http://localhost:8080/a");
        assert_eq!(url_of("http://localhost/hub", "/hub/api", "/hub/api/a"), "http://localhost/hub/api/a");
        assert_eq!(url_of("http://localhost/test/v1", "/api", "/api/a"), "http://localhost/test/v1/a");
    }

    #[test]
    fn what_is_no_url_of_a_connector_is_refused() {
        for url in ["localhost:8080", "ftp://localhost", "file:///etc/passwd", ""] {
            assert!(Base::new(url, None, Vec::new(), Arc::default()).is_err(), "{url}");
        }
    }

    #[test]
    fn a_secret_that_is_not_there_is_named_by_its_variable() {
        let error = HeaderSecret::token("CONNECTOR_TOKEN", None).err().expect("it is not there");

        assert!(error.to_string().contains("`CONNECTOR_TOKEN`"), "{error}");
        assert!(HeaderSecret::api_key("KEY", Some("two\nlines".to_owned())).is_err());
    }
}
