//! Fetches the signing keys of an issuer, directly or by way of OpenID Connect Discovery.
//!
//! Only https, or this machine, is trusted for them unless the settings allow more. No redirect is followed, and no
//! connection is kept between fetches.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{ACCEPT, USER_AGENT};
use hyper::{Request, StatusCode};
use serde::Deserialize;
use url::{Host, Url};

use super::jwks::{Jwks, JwksError, without_mark};
use crate::auth::Form;
use crate::auth::settings::IssuerSettings;
use net::fetch::{self, Cause, Connections, FetchLimits, HttpClient, Idle, ReadBody};
use net::proxy::Proxies;
use net::tls::{Tls, TlsError};

/// The time limit of one document, from connecting to its last byte.
const TIME: Duration = Duration::from_secs(5);

/// The bytes of the largest document. Entra ID's key sets have some 20 KiB.
const LARGEST: usize = 1 << 20;

/// A client that fetches documents.
#[derive(Clone)]
pub(in crate::auth) struct Fetch(HttpClient);

/// The source of an issuer's keys.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeySource {
    place: KeyLocation,
    plain_http: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum KeyLocation {
    /// The key set at this address.
    Jwks(Url),
    /// The key set at the address that the document at `url` names, which must be of an issuer of this form.
    Discovery { url: Url, form: Form },
}

/// The part of an OpenID provider's configuration that is used.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

/// The failures of fetching keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("`{0}` is neither https nor of this machine; `plain-http = true` allows it")]
    Plain(Url),
    #[error("`{url}` cannot be reached")]
    Unreachable {
        url: Url,
        #[source]
        source: Cause,
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
    /// Creates a client that trusts the certificates of `tls` and uses these proxies.
    ///
    /// # Errors
    ///
    /// Fails if there are none.
    pub(in crate::auth) fn new(tls: &Tls, proxies: &Arc<Proxies>) -> Result<Self, TlsError> {
        connections(tls, proxies).map(HttpClient::new).map(Self)
    }

    /// Trusts the certificates of `tls` and uses these proxies from the next document on. Clones do so too.
    ///
    /// # Errors
    ///
    /// Fails if there are none. Nothing is changed then.
    pub(in crate::auth) fn reconnect(&self, tls: &Tls, proxies: &Arc<Proxies>) -> Result<(), TlsError> {
        connections(tls, proxies).map(|connections| self.0.reconnect(connections))
    }

    async fn get(&self, url: &Url) -> Result<Bytes, FetchError> {
        let request = Request::get(url.as_str())
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("insight-host/", env!("CARGO_PKG_VERSION")))
            .body(Bytes::new())
            .expect("a URL of http is one for requests");
        let limits = FetchLimits { bytes: LARGEST, time: Some(TIME), read: ReadBody::IfOk };
        let url = || url.clone();
        match self.0.fetch(request, limits).await {
            Ok(response) if response.status() == StatusCode::OK => Ok(response.into_body()),
            Ok(response) => Err(FetchError::Status { url: url(), status: response.status() }),
            Err(fetch::Error::Send(source)) => Err(FetchError::Unreachable { url: url(), source }),
            Err(fetch::Error::Body(_broken)) => Err(FetchError::Body { url: url() }),
            Err(fetch::Error::TimedOut(_)) => Err(FetchError::TooSlow { url: url() }),
        }
    }
}

fn connections(tls: &Tls, proxies: &Arc<Proxies>) -> Result<Connections, TlsError> {
    // Documents are fetched an hour apart: no connection is worth keeping.
    Ok(Connections { tls: tls.config()?, connect_time: None, idle: Idle::Close, proxies: Arc::clone(proxies) })
}

impl KeySource {
    pub(super) fn of(issuer: &IssuerSettings) -> Self {
        let place = match (&issuer.jwks_url, issuer.forms.first()) {
            (Some(url), _) => KeyLocation::Jwks(url.clone()),
            (None, form) => {
                let form = form.expect("settings have a form").clone();
                KeyLocation::Discovery { url: issuer.discovery_url.clone(), form }
            }
        };
        Self { place, plain_http: issuer.plain_http }
    }

    /// Fetches the keys.
    pub(super) async fn keys(&self, fetch: &Fetch) -> Result<Jwks, FetchError> {
        let url = match &self.place {
            KeyLocation::Jwks(url) => url.clone(),
            KeyLocation::Discovery { url, form } => self.discover(fetch, url, form).await?,
        };
        self.check(&url)?;
        let keys = fetch.get(&url).await?;
        Jwks::parse(&keys).map_err(|source| FetchError::Keys { url, source })
    }

    /// Fetches the address of the keys from the issuer's configuration (OpenID Connect Discovery 1.0, section 4).
    async fn discover(&self, fetch: &Fetch, url: &Url, form: &Form) -> Result<Url, FetchError> {
        self.check(url)?;
        let json = fetch.get(url).await?;
        let configuration: Configuration = serde_json::from_slice(without_mark(&json))
            .map_err(|source| FetchError::Configuration { url: url.clone(), source })?;
        if !form.spans(&configuration.issuer) {
            return Err(FetchError::OtherIssuer { url: url.clone() });
        }
        configuration.jwks_uri.parse().map_err(|source| FetchError::JwksUri { url: url.clone(), source })
    }

    /// Rejects a URL from which an attacker on the network could serve keys, and so sign any token.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if is_safe_for_keys(url, self.plain_http) { Ok(()) } else { Err(FetchError::Plain(url.clone())) }
    }
}

/// Returns whether keys may come from `url`: by https, from this machine, or by any http if `plain_http` is set.
pub(crate) fn is_safe_for_keys(url: &Url, plain_http: bool) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => plain_http || is_here(url),
        _ => false,
    }
}

/// Returns whether a URL leads to this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
