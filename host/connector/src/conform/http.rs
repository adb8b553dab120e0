//! A connector over HTTP, asked as Power Platform asks it for the agent.

mod request;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use url::Url;

use super::definition::LARGEST;
use super::examine::PATIENCE;
use super::matching::Match;
use super::target::Answer;
use super::{Heard, Probe, Reply, Target};
use egress::{Tls, TlsError};

/// Bytes of an answer that are read. The agent shows a few lines.
const ANSWER: usize = 8 << 20;

/// Waited beyond the agent's patience, so that an answer that is late is told from one that never comes.
const GRACE: Duration = Duration::from_secs(1);

/// Where the host serves its own definition.
const DEFINITION: &str = "api/connector/apiDefinition.swagger.json";

/// A connector cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The URL will not do.
    #[error("`{0}` is no http or https URL of a connector")]
    Url(String),
    /// Nobody to trust.
    #[error(transparent)]
    Tls(TlsError),
    /// A token or key is not to be had.
    #[error("`{0}` is not in the environment, or no line of visible ASCII")]
    Secret(String),
    /// The definition is not served there.
    #[error("there is no definition at {url}: {why}; name a file with `--definition`")]
    NoDefinition {
        /// Where it was looked for.
        url: Url,
        /// What came instead, in words.
        why: String,
    },
}

/// A header that lets a caller in. Never shown.
pub struct Secret(HeaderName, HeaderValue);

impl Secret {
    /// A token, which is in the environment's variable `variable`.
    pub fn token(variable: &str, value: Option<String>) -> Result<Self, HttpError> {
        Self::read(hyper::header::AUTHORIZATION, variable, value.map(|token| format!("Bearer {}", token.trim())))
    }

    /// A key, which is in the environment's variable `variable`.
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

/// Where a connector is, and how it is reached.
pub struct Base {
    url: Url,
    secrets: Vec<Secret>,
    client: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Base {
    /// The connector at `url`, which is trusted by the certificates in `ca`, else by the system's.
    ///
    /// # Errors
    ///
    /// Fails if the URL is none, or nobody is to be trusted.
    pub fn new(url: &str, ca: Option<PathBuf>, secrets: Vec<Secret>) -> Result<Self, HttpError> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let parsed = parsed.ok_or_else(|| HttpError::Url(url.to_owned()))?;
        let tls = if parsed.scheme() == "https" {
            ClientConfig::clone(&*Tls::new(ca, "--ca").config().map_err(HttpError::Tls)?)
        } else {
            no_tls()
        };
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { url: parsed, secrets, client })
    }

    /// Fetches the definition that the host serves of itself.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub async fn definition(&self) -> Result<Bytes, HttpError> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{DEFINITION}", url.path().trim_end_matches('/')));
        let fails = |why: String| HttpError::NoDefinition { url: url.clone(), why };
        let mut request = Request::get(url.as_str()).body(Full::default()).map_err(|error| fails(error.to_string()))?;
        self.authorize(request.headers_mut());
        match self.send(request, LARGEST).await.reply {
            Reply::Answer(answer) if answer.status == 200 => Ok(answer.body),
            Reply::Answer(answer) => {
                let said = super::judge::error_message(&answer.body).map(|said| format!(" ({said})"));
                Err(fails(format!("the answer is {}{}", answer.status, said.unwrap_or_default())))
            }
            Reply::TimedOut => Err(fails("no answer comes".to_owned())),
            Reply::Broken(why) => Err(fails(why)),
            Reply::Nothing => Err(fails("nothing came".to_owned())),
        }
    }

    /// Whether there is a token or key.
    pub fn has_credentials(&self) -> bool {
        !self.secrets.is_empty()
    }

    fn authorize(&self, headers: &mut hyper::HeaderMap) {
        headers.extend(self.secrets.iter().map(|Secret(name, value)| (name.clone(), value.clone())));
    }

    /// The URL of an operation. A path of ours stands for the definition's base path, unless that begins with it.
    fn url_of(&self, base_path: &str, path: &str) -> String {
        let own = self.url.path().trim_end_matches('/');
        let below = path.strip_prefix(base_path).unwrap_or(path);
        let path = if own.is_empty() || base_path.starts_with(own) { path.to_owned() } else { format!("{own}{below}") };
        format!("{}{path}", self.url.origin().ascii_serialization())
    }

    async fn send(&self, request: Request<Full<Bytes>>, most: usize) -> Heard {
        let begun = Instant::now();
        let exchange = async {
            let (head, body) = self.client.request(request).await.map_err(|error| told(&error))?.into_parts();
            let body = Limited::new(body, most).collect().await.map_err(|error| told(&*error))?.to_bytes();
            let kind = head.headers.get(CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
            Ok(Answer { status: head.status.as_u16(), content_type: kind, body })
        };
        let reply = match timeout(PATIENCE + GRACE, exchange).await {
            Ok(Ok(answer)) => Reply::Answer(answer),
            Ok(Err(why)) => Reply::Broken(why),
            Err(_elapsed) => Reply::TimedOut,
        };
        Heard { reply, took: begun.elapsed() }
    }
}

/// An error and what caused it, in one line.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}

/// Connections in the clear need no certificates.
fn no_tls() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
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
    async fn ask(&self, probe: &Probe) -> Heard {
        let parts = request::parts(self.matched, probe);
        let url = self.base.url_of(&self.base_path, &parts.path_and_query);
        match self.request(&url, parts, probe) {
            Ok(request) => self.base.send(request, ANSWER).await,
            Err(why) => Heard { reply: Reply::Broken(why), took: Duration::ZERO },
        }
    }
}

impl HttpTarget<'_> {
    fn request(&self, url: &str, parts: request::Parts, probe: &Probe) -> Result<Request<Full<Bytes>>, String> {
        let uri: Uri = url.parse().map_err(|error| format!("its URL is none: {error}"))?;
        let mut request = Request::builder().method(self.matched.action.method.as_str()).uri(uri);
        for (name, value) in parts.headers {
            request = request.header(name, value);
        }
        let body = Full::new(Bytes::from(parts.body.unwrap_or_default()));
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
        Base::new(base, None, Vec::new()).expect("it is a URL").url_of(base_path, path)
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
            assert!(Base::new(url, None, Vec::new()).is_err(), "{url}");
        }
    }

    #[test]
    fn a_secret_that_is_not_there_is_named_by_its_variable() {
        let error = Secret::token("CONNECTOR_TOKEN", None).err().expect("it is not there");

        assert!(error.to_string().contains("`CONNECTOR_TOKEN`"), "{error}");
        assert!(Secret::api_key("KEY", Some("two\nlines".to_owned())).is_err());
    }
}
