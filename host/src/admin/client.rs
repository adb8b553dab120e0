//! The command line's end of the admin API.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::{Access, Token};

/// Bytes of an answer that are read.
const ANSWER: usize = 16 << 20;

/// Time to connect. To answer a host may take as long as a plugin takes to load.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// Where an admin API is: `http://HOST:PORT`.
#[derive(Clone, Debug)]
pub(crate) struct AdminUrl(Url);

impl FromStr for AdminUrl {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.path() == "/" && url.has_host());
        url.map(Self).ok_or_else(|| ClientError::Url(text.to_owned()))
    }
}

impl AdminUrl {
    /// The address that it names, unless by a name that has to be looked up.
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

/// A host that listens at all addresses is reached at the loopback one.
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

/// The admin API did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The URL will not do.
    #[error("`{0}` does not lead to an admin API; http://127.0.0.1:8081 would")]
    Url(String),
    /// Nobody answers there.
    #[error("failed to reach the admin API at {base}; does the host run there?")]
    Unreached {
        base: Url,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The host does not do it.
    #[error("{message} ({status})")]
    Refused { status: StatusCode, message: String },
    /// Something else answers there.
    #[error("what answers at {base} is no admin API of this version")]
    Strange {
        base: Url,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A host's admin API, as the command line uses it.
pub(crate) struct Client {
    base: Url,
    token: Token,
    http: legacy::Client<HttpConnector, Empty<Bytes>>,
}

impl Client {
    /// The API at `url`, which `token` opens.
    pub(crate) fn new(url: AdminUrl, token: Token) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIME));
        Self { base: url.0, token, http: legacy::Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// The API of a host that left word of itself.
    pub(crate) fn of(access: Access) -> Self {
        Self::new(access.address.into(), access.token)
    }

    /// What is at `path`, as JSON.
    pub(crate) async fn get(&self, path: &str) -> Result<String, ClientError> {
        self.ask(Method::GET, path).await
    }

    /// What comes of asking for `path` to be done, as JSON.
    pub(crate) async fn post(&self, path: &str) -> Result<String, ClientError> {
        self.ask(Method::POST, path).await
    }

    /// Reads JSON that came from there.
    pub(crate) fn read<T: DeserializeOwned>(&self, json: &str) -> Result<T, ClientError> {
        serde_json::from_str(json).map_err(|error| self.strange(error))
    }

    async fn ask(&self, method: Method, path: &str) -> Result<String, ClientError> {
        let base = self.base.as_str().trim_end_matches('/');
        let request = Request::builder()
            .method(method)
            .uri(format!("{base}{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .body(Empty::new())
            .expect("paths are made of names, and tokens of visible characters");
        let unreached = |error: legacy::Error| ClientError::Unreached { base: self.base.clone(), source: error.into() };
        let (head, body) = self.http.request(request).await.map_err(unreached)?.into_parts();
        let body = Limited::new(body, ANSWER).collect().await.map_err(|error| self.strange(error))?;
        let text = String::from_utf8(body.to_bytes().into()).map_err(|error| self.strange(error))?;
        if head.status.is_success() {
            return Ok(text);
        }
        let Said { error_message } = self.read(&text)?;
        Err(ClientError::Refused { status: head.status, message: error_message })
    }

    fn strange(&self, source: impl Into<Box<dyn Error + Send + Sync>>) -> ClientError {
        ClientError::Strange { base: self.base.clone(), source: source.into() }
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
