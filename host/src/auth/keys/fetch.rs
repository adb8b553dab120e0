//! Asks an issuer for its signing keys.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::{ACCEPT, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use tokio::time::timeout;
use url::{Host, Url};

use super::jwks::{Jwks, JwksError};
use crate::auth::Form;
use crate::auth::settings::IssuerSettings;
use egress::{Tls, TlsError};

/// The longest that one document takes, from connecting to its last byte.
const TIME: Duration = Duration::from_secs(5);

/// Bytes of the largest document. Entra ID's key sets have some 20 KiB.
const LARGEST: usize = 1 << 20;

/// Fetches documents. A clone does so too.
#[derive(Clone)]
pub(in crate::auth) struct Fetch(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

/// Where an issuer's keys are.
pub(super) struct Source {
    place: Place,
    plain_http: bool,
}

enum Place {
    /// At this address.
    Jwks(Url),
    /// At the address that the document at `url` names, which must be of an issuer of this form.
    Discovery { url: Url, form: Form },
}

/// The part of an OpenID provider's configuration that matters.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

/// There are no keys to be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("`{0}` is neither https nor of this machine; `plain-http = true` allows it")]
    Plain(Url),
    #[error("`{url}` cannot be reached")]
    Unreachable {
        url: Url,
        #[source]
        source: Box<legacy::Error>,
    },
    #[error("`{url}` did not answer within {} ms", TIME.as_millis())]
    TooSlow { url: Url },
    #[error("`{url}` answers with status {status}")]
    Status { url: Url, status: StatusCode },
    #[error("what `{url}` sends breaks off, or is larger than {LARGEST} bytes")]
    Body { url: Url },
    #[error("`{url}` is no configuration of an OpenID provider")]
    Configuration {
        url: Url,
        #[source]
        source: serde_json::Error,
    },
    #[error("`{url}` is the configuration of another issuer than the settings name")]
    OtherIssuer { url: Url },
    #[error("`{url}` names no address of keys")]
    JwksUri {
        url: Url,
        #[source]
        source: url::ParseError,
    },
    #[error("`{url}` has no keys")]
    Keys {
        url: Url,
        #[source]
        source: JwksError,
    },
}

impl Fetch {
    /// Trusts whom `tls` does.
    ///
    /// # Errors
    ///
    /// Fails if that is nobody.
    pub(in crate::auth) fn new(tls: &Tls) -> Result<Self, TlsError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        // Documents are fetched an hour apart: no connection is worth keeping.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build((tcp, tls.config()?).into());
        Ok(Self(client))
    }

    async fn get(&self, url: &Url) -> Result<Bytes, FetchError> {
        let too_slow = |_| FetchError::TooSlow { url: url.clone() };
        timeout(TIME, self.get_whole(url)).await.map_err(too_slow)?
    }

    /// Follows no redirect: what an issuer publishes is where it says.
    async fn get_whole(&self, url: &Url) -> Result<Bytes, FetchError> {
        let request = Request::get(url.as_str())
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("insight-host/", env!("CARGO_PKG_VERSION")))
            .body(Empty::new())
            .expect("a URL of http is one for requests");
        let response = self.0.request(request).await;
        let response =
            response.map_err(|source| FetchError::Unreachable { url: url.clone(), source: source.into() })?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status { url: url.clone(), status: response.status() });
        }
        let body = Limited::new(response.into_body(), LARGEST).collect().await;
        body.map(|body| body.to_bytes()).map_err(|_broken| FetchError::Body { url: url.clone() })
    }
}

impl Source {
    pub(super) fn of(issuer: &IssuerSettings) -> Self {
        let place = match (&issuer.jwks_url, issuer.forms.first()) {
            (Some(url), _) => Place::Jwks(url.clone()),
            (None, form) => {
                let form = form.expect("settings have a form").clone();
                Place::Discovery { url: issuer.discovery_url.clone(), form }
            }
        };
        Self { place, plain_http: issuer.plain_http }
    }

    /// Fetches the keys.
    pub(super) async fn keys(&self, fetch: &Fetch) -> Result<Jwks, FetchError> {
        let url = match &self.place {
            Place::Jwks(url) => url.clone(),
            Place::Discovery { url, form } => self.discover(fetch, url, form).await?,
        };
        self.check(&url)?;
        let keys = fetch.get(&url).await?;
        Jwks::parse(&keys).map_err(|source| FetchError::Keys { url, source })
    }

    /// Where the issuer says that its keys are (OpenID Connect Discovery 1.0, section 4).
    async fn discover(&self, fetch: &Fetch, url: &Url, form: &Form) -> Result<Url, FetchError> {
        self.check(url)?;
        let json = fetch.get(url).await?;
        let configuration: Configuration =
            serde_json::from_slice(&json).map_err(|source| FetchError::Configuration { url: url.clone(), source })?;
        if !form.spans(&configuration.issuer) {
            return Err(FetchError::OtherIssuer { url: url.clone() });
        }
        configuration.jwks_uri.parse().map_err(|source| FetchError::JwksUri { url: url.clone(), source })
    }

    /// Whoever can change what comes from `url` on its way could sign any token.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if is_safe_for_keys(url, self.plain_http) { Ok(()) } else { Err(FetchError::Plain(url.clone())) }
    }
}

/// Whether keys may come from `url`: encrypted, from this machine, or however if `plain_http` says so.
pub(crate) fn is_safe_for_keys(url: &Url, plain_http: bool) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => plain_http || is_here(url),
        _ => false,
    }
}

/// Whether a URL leads to this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
