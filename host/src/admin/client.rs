//! The command line's client of the admin API: plain HTTP, as the API itself, and authenticated by its token.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, StatusCode};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::{Access, Token};
use net::fetch::{self, Connections, FetchLimits, HttpClient, Idle, ReadBody};
use net::tls;

/// The limits of an answer. Its time is unlimited: a host may take as long as a plugin takes to load.
const ANSWER: FetchLimits = FetchLimits { bytes: 16 << 20, time: None, read: ReadBody::Always };

/// The time limit of connecting.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// The URL of an admin API: `http://HOST:PORT`.
#[derive(Clone, Debug)]
pub(crate) struct AdminUrl(Url);

impl FromStr for AdminUrl {
    type Err = AdminClientError;

    fn from_str(text: &str) -> Result<Self, AdminClientError> {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.path() == "/" && url.has_host());
        url.map(Self).ok_or_else(|| AdminClientError::Url(text.to_owned()))
    }
}

impl AdminUrl {
    /// Returns the address that it names, unless by a name that has to be looked up.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let ip = match self.0.host()? {
            Host::Domain("localhost") => IpAddr::from(Ipv4Addr::LOCALHOST),
            Host::Domain(_) => return None,
            Host::Ipv4(ip) => ip.into(),
            Host::Ipv6(ip) => ip.into(),
        };
        Some(SocketAddr::new(ip, self.0.port_or_known_default()?))
    }
}

/// Replaces the unspecified address by the loopback one: a host that listens at all addresses is reached there.
impl From<SocketAddr> for AdminUrl {
    fn from(mut address: SocketAddr) -> Self {
        match address.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            IpAddr::V4(_) | IpAddr::V6(_) => {}
        }
        Self(Url::parse(&format!("http://{address}")).expect("an address is a host with a port"))
    }
}

/// The errors of a request to the admin API.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdminClientError {
    /// The URL is not one of an admin API.
    #[error("`{0}` does not lead to an admin API; http://127.0.0.1:8081 would")]
    Url(String),
    /// There is no answer.
    #[error("failed to reach the admin API at {base}; does the host run there?")]
    Unreached {
        base: Url,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The host rejects the request.
    #[error("{message} ({status})")]
    Refused { status: StatusCode, message: String },
    /// The answer is not one of an admin API.
    #[error("what answers at {base} is no admin API of this version")]
    Strange {
        base: Url,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A client of a host's admin API.
pub(crate) struct AdminClient {
    base: Url,
    token: Token,
    http: HttpClient,
}

impl AdminClient {
    /// Creates a client of the API at `url`, with its token.
    pub(crate) fn new(url: AdminUrl, token: Token) -> Self {
        let tls = tls::trusting_nobody();
        let http = HttpClient::new(Connections {
            tls,
            connect_time: Some(CONNECT_TIME),
            idle: Idle::Keep,
            // Another proxy than the one in front of the admin API would have its token.
            proxies: Arc::default(),
        });
        Self { base: url.0, token, http }
    }

    /// Creates a client of the API of a host whose access file was found.
    pub(crate) fn of(access: Access) -> Self {
        Self::new(access.address.into(), access.token)
    }

    /// Returns the JSON at `path`.
    pub(crate) async fn get(&self, path: &str) -> Result<String, AdminClientError> {
        self.ask(Method::GET, path).await
    }

    /// Requests the action at `path`, and returns its result as JSON.
    pub(crate) async fn post(&self, path: &str) -> Result<String, AdminClientError> {
        self.ask(Method::POST, path).await
    }

    /// Parses JSON of an answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, json: &str) -> Result<T, AdminClientError> {
        serde_json::from_str(json).map_err(|error| self.strange(error))
    }

    async fn ask(&self, method: Method, path: &str) -> Result<String, AdminClientError> {
        let base = self.base.as_str().trim_end_matches('/');
        let request = Request::builder()
            .method(method)
            .uri(format!("{base}{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .body(Bytes::new())
            .expect("paths are made of names, and tokens of visible characters");
        let (head, body) = self.http.fetch(request, ANSWER).await.map_err(|error| self.failed(error))?.into_parts();
        let text = String::from_utf8(body.into()).map_err(|error| self.strange(error))?;
        if head.status.is_success() {
            return Ok(text);
        }
        let Said { error_message } = self.read(&text)?;
        Err(AdminClientError::Refused { status: head.status, message: error_message })
    }

    fn failed(&self, error: fetch::Error) -> AdminClientError {
        match error {
            fetch::Error::Body(source) => self.strange(source),
            error @ (fetch::Error::Send(_) | fetch::Error::TimedOut(_)) => {
                AdminClientError::Unreached { base: self.base.clone(), source: error.into() }
            }
        }
    }

    fn strange(&self, source: impl Into<Box<dyn Error + Send + Sync>>) -> AdminClientError {
        AdminClientError::Strange { base: self.base.clone(), source: source.into() }
    }
}

/// The part of an error's body that is for people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    error_message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Option<SocketAddr> {
        url.parse::<AdminUrl>().expect("it will do").address()
    }

    #[test]
    fn a_url_names_a_host_and_a_port() {
        assert_eq!(address("http://127.0.0.1:8081"), "127.0.0.1:8081".parse().ok());
        assert_eq!(address("http://localhost:8081/"), "127.0.0.1:8081".parse().ok());
        assert_eq!(address("http://[::1]:8081"), "[::1]:8081".parse().ok());
        assert_eq!(address("http://host.example:8081"), None);
        for other in ["https://127.0.0.1:8081", "127.0.0.1:8081", "http://127.0.0.1:8081/api", "file:///etc"] {
            assert!(other.parse::<AdminUrl>().is_err(), "{other}");
        }
    }

    #[test]
    fn a_host_that_listens_everywhere_is_reached_at_loopback() {
        let url = AdminUrl::from(SocketAddr::from(([0, 0, 0, 0], 8081)));

        assert_eq!(url.0.as_str(), "http://127.0.0.1:8081/");
    }
}
