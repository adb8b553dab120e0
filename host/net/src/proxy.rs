//! Forward proxies: the one that a request of the host's own goes through, and tunnels through one (HTTP CONNECT).
//!
//! A proxy is reached by HTTP. TLS to a backend is inside the tunnel, so the proxy sees no more than its name or address.

mod exceptions;
mod tunnel;

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;
use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer, Error as _};
use tracing::{info, warn};
use url::Url;

pub use self::exceptions::Exceptions;
pub use self::tunnel::TunnelError;

/// The form of a proxy in settings and variables, for messages. They never quote one, as it may hold a password.
pub const FORM: &str = "must be a URL such as \"http://proxy.example:3128\", by http, and with no path";

/// A forward proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
    /// The value of the header `proxy-authorization`.
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Reads a URL, or a host and port. A user and password in it become the proxy's credentials (Basic).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) }.ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if url.scheme() != "http" || !is_bare {
            return None;
        }
        let authorization = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => {
                let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
                let credentials = [decoded(user), b":".to_vec(), decoded(password.unwrap_or_default())].concat();
                let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(credentials))).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Some(Self { host: url.host_str()?.to_owned(), port: url.port_or_known_default()?, authorization })
    }

    /// Returns the value of the header `proxy-authorization`, for requests that the proxy itself reads.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

/// Shows host and port.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

/// Leaves out the credentials.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

impl<'de> Deserialize<'de> for Proxy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).ok_or_else(|| D::Error::custom(FORM))
    }
}

/// The proxies that the host's own requests go through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<ChosenProxy>,
    https: Option<ChosenProxy>,
    except: Exceptions,
    /// Variables whose value is no proxy that can be used.
    unusable: Vec<&'static str>,
}

/// A proxy, and the setting or variable that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ChosenProxy {
    proxy: Proxy,
    named_by: &'static str,
}

impl Proxies {
    /// Uses the proxy that the setting `named_by` holds, for all but the exceptions.
    #[must_use]
    pub fn through(proxy: Proxy, named_by: &'static str, except: Exceptions) -> Self {
        let chosen = Some(ChosenProxy { proxy, named_by });
        Self { http: chosen.clone(), https: chosen, except, unusable: Vec::new() }
    }

    /// Uses the proxies of the usual variables `HTTPS_PROXY` and `HTTP_PROXY`, in lower case first, for all but
    /// `NO_PROXY` and the exceptions.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>, mut except: Exceptions) -> Self {
        let mut unusable = Vec::new();
        let mut first = |names: [&'static str; 2]| {
            let set = |name| Some((name, variable(name).filter(|value| !value.is_empty())?));
            let (named_by, value) = names.into_iter().find_map(set)?;
            let proxy = Proxy::parse(&value);
            if proxy.is_none() {
                unusable.push(named_by);
            }
            Some(ChosenProxy { proxy: proxy?, named_by })
        };
        let (https, http) = (first(["https_proxy", "HTTPS_PROXY"]), first(["http_proxy", "HTTP_PROXY"]));
        let direct = ["no_proxy", "NO_PROXY"].into_iter().find_map(variable).unwrap_or_default();
        except.add(direct.split(','));
        Self { http, https, except, unusable }
    }

    /// Returns the proxy for a request to `to`. This machine is always reached directly.
    pub(crate) fn of(&self, to: &Uri) -> Option<&Proxy> {
        let chosen = if to.scheme_str() == Some("https") { &self.https } else { &self.http };
        let chosen = chosen.as_ref().filter(|_| !self.except.cover(to.host().unwrap_or_default()));
        chosen.map(|chosen| &chosen.proxy)
    }

    /// Logs the proxies in use, and variables that are ignored.
    pub fn log(&self) {
        for (scheme, chosen) in [("https", &self.https), ("http", &self.http)] {
            if let Some(ChosenProxy { proxy, named_by }) = chosen {
                info!(%proxy, named_by, scheme, "signing keys and traces go through a proxy");
            }
        }
        for variable in &self.unusable {
            warn!(variable, "a variable names no proxy that can be used, and is ignored: its value {FORM}");
        }
    }
}

#[cfg(test)]
mod tests;
