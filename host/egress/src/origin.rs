//! Origins: the scheme, host and port of a request.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// A scheme, a host and a port; or, in a grant, all hosts below a domain.
///
/// Hosts are written as [`Url`] writes them: in lower case and in punycode. Every way of writing an IP address
/// (`2130706433`, `0x7f.1`) becomes the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    /// The bare domain if `any_below`.
    host: String,
    /// Set if it stands for all hosts below `host`, and not for `host` itself.
    any_below: bool,
    port: u16,
}

/// The scheme of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// HTTP over TLS.
    Https,
    /// Unencrypted HTTP.
    Http,
}

/// A text is not an origin that could be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("is not a URL; write it as \"https://api.contoso.com\"")]
    NoUrl,
    #[error("is neither https nor http")]
    Scheme,
    #[error("has more than a scheme, a host and a port; write it as \"https://api.contoso.com\"")]
    MoreThanAnOrigin,
    #[error("has a `*` elsewhere than before a domain of at least two labels; write it as \"https://*.contoso.com\"")]
    Wildcard,
}

impl Origin {
    /// Parses the origin of a grant, such as `https://*.contoso.com:8443`.
    ///
    /// # Errors
    ///
    /// Fails if it is anything but a scheme, a host and a port.
    pub(crate) fn parse(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NoUrl)?;
        let origin = Self::of(&url).ok_or(OriginError::Scheme)?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || has_user(&url) {
            return Err(OriginError::MoreThanAnOrigin);
        }
        let Some(domain) = origin.host.strip_prefix("*.") else {
            return if origin.host.contains('*') { Err(OriginError::Wildcard) } else { Ok(origin) };
        };
        // `*.com` would cover far too many hosts.
        let labels: Vec<&str> = domain.split('.').collect();
        if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) || domain.contains('*') {
            return Err(OriginError::Wildcard);
        }
        Ok(Self { host: domain.to_owned(), any_below: true, ..origin })
    }

    /// Returns the origin of `url`, if its scheme is https or http.
    pub(super) fn of(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return None,
        };
        let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
        Some(Self { scheme, host, any_below: false, port: url.port_or_known_default()? })
    }

    /// Returns whether this origin of a grant covers all of `other`.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let is_below = || other.host.strip_suffix(&self.host).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
        let host = match (self.any_below, other.any_below) {
            (true, false) => is_below(),
            (true, true) => other.host == self.host || is_below(),
            (false, false) => other.host == self.host,
            (false, true) => false,
        };
        host && self.scheme == other.scheme && self.port == other.port
    }

    /// Returns whether this origin of a grant covers `host` by https, at any port.
    pub(super) fn is_https_to(&self, host: &str) -> bool {
        let target =
            host_name(host).map(|host| Self { scheme: Scheme::Https, host, any_below: false, port: self.port });
        target.is_some_and(|target| self.covers(&target))
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Returns whether it is this machine: a loopback address, or a name that stands for one (RFC 6761).
    pub(super) fn is_loopback(&self) -> bool {
        self.is_localhost() || self.address().is_some_and(|address| address.is_loopback())
    }

    /// Returns whether the host is a name that stands for loopback addresses alone.
    pub(super) fn is_localhost(&self) -> bool {
        self.host == "localhost" || self.host.ends_with(".localhost")
    }

    /// Returns the host, an IPv6 address in brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the IP address, if the host is written as one.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match Host::parse(&self.host).ok()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, default) = match self.scheme {
            Scheme::Https => ("https", 443),
            Scheme::Http => ("http", 80),
        };
        let below = if self.any_below { "*." } else { "" };
        write!(f, "{scheme}://{below}{}", self.host)?;
        if self.port == default { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Returns whether a URL names a user, which could disguise its host: `https://granted@evil.example`.
pub(super) fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Parses a host name without port into the form that [`Origin`] has.
pub(super) fn host_name(text: &str) -> Option<String> {
    Host::parse(text).ok().map(|host| host.to_string()).filter(|host| !host.is_empty() && !host.contains('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap_or_else(|error| panic!("{text} {error}"))
    }

    fn covers(grant: &str, url: &str) -> bool {
        let url = Url::parse(url).expect("the test writes a URL");
        Origin::of(&url).is_some_and(|target| origin(grant).covers(&target))
    }

    #[test]
    fn an_origin_covers_its_scheme_host_and_port_alone() {
        assert!(covers("https://api.contoso.com", "https://API.contoso.com:443/orders?id=1"));
        assert!(covers("http://api.contoso.com:8080", "http://api.contoso.com:8080"));
        for other in [
            "http://api.contoso.com",
            "https://api.contoso.com:8443",
            "https://contoso.com",
            "https://api.contoso.com.evil.example",
            "https://evil.example/api.contoso.com",
            "https://api.contoso.com./",
            "ftp://api.contoso.com:443",
        ] {
            assert!(!covers("https://api.contoso.com", other), "{other}");
        }
    }

    #[test]
    fn a_wildcard_covers_what_is_below_the_domain_and_not_the_domain() {
        assert!(covers("https://*.contoso.com", "https://api.contoso.com"));
        assert!(covers("https://*.contoso.com", "https://api.eu.contoso.com"));
        for other in ["https://contoso.com", "https://evilcontoso.com", "https://.contoso.com", "http://a.contoso.com"]
        {
            assert!(!covers("https://*.contoso.com", other), "{other}");
        }
    }

    #[test]
    fn a_wish_is_covered_by_the_same_or_a_wider_grant() {
        let wish = origin("https://*.eu.contoso.com");

        assert!(origin("https://*.eu.contoso.com").covers(&wish));
        assert!(origin("https://*.contoso.com").covers(&wish));
        assert!(!origin("https://api.eu.contoso.com").covers(&wish));
        assert!(!origin("https://*.us.contoso.com").covers(&wish));
    }

    #[test]
    fn every_way_of_writing_an_address_is_the_same_address() {
        for written in ["http://127.0.0.1", "http://2130706433", "http://0x7f.1", "http://127.1", "http://0177.0.0.1"] {
            assert_eq!(origin(written).address(), Some(IpAddr::from([127, 0, 0, 1])), "{written}");
        }
        assert_eq!(origin("http://[::1]:80").address(), Some(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])));
        assert_eq!(origin("https://contoso.com").address(), None);
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for (text, error) in [
            ("api.contoso.com", OriginError::NoUrl),
            ("https://", OriginError::NoUrl),
            ("https://[fe80::1%25eth0]", OriginError::NoUrl),
            ("ftp://contoso.com", OriginError::Scheme),
            ("https://contoso.com/orders", OriginError::MoreThanAnOrigin),
            ("https://contoso.com?a", OriginError::MoreThanAnOrigin),
            ("https://me@contoso.com", OriginError::MoreThanAnOrigin),
            ("https://*", OriginError::Wildcard),
            ("https://*.com", OriginError::Wildcard),
            ("https://*.*.com", OriginError::Wildcard),
            ("https://a.*.contoso.com", OriginError::Wildcard),
            ("https://a*.contoso.com", OriginError::Wildcard),
        ] {
            assert_eq!(Origin::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn it_is_written_without_its_default_port() {
        assert_eq!(origin("https://*.Contoso.com:443").to_string(), "https://*.contoso.com");
        assert_eq!(origin("http://contoso.com:8080/").to_string(), "http://contoso.com:8080");
    }
}
