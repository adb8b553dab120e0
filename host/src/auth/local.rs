//! The check of requests on a host that knows no caller: they must come from a program on this machine.
//!
//! A listener on loopback is reached by more than that. A web page reaches it under a name that resolves to loopback
//! (DNS rebinding), or by a cross-site request; and a proxy on this machine passes on the requests of everybody.
//! Browsers and proxies state what they do in headers, which this check reads.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::CallerRejected;

/// The headers of a request that tell where it comes from, unchanged.
#[derive(Clone, Default)]
pub(crate) struct Provenance<'a> {
    /// Values of `Host`, and the authority of the target if it has one.
    pub(crate) hosts: Vec<&'a [u8]>,
    /// Values of `Origin`.
    pub(crate) origins: Vec<&'a [u8]>,
    /// Values of `Sec-Fetch-Site`.
    pub(crate) fetch_sites: Vec<&'a [u8]>,
    /// True if there is a header that only proxies add.
    pub(crate) is_forwarded: bool,
}

/// The names under which a host that knows no caller may be called: those of loopback, and the public name.
#[derive(Clone, Debug, Default)]
pub(super) struct LocalNames {
    public_name: Option<String>,
}

impl LocalNames {
    /// The names of loopback and `public_name`, whose port is ignored: names are what an attacker cannot take over.
    pub(super) fn new(public_name: Option<&str>) -> Self {
        Self { public_name: public_name.and_then(|name| host_in(name.as_bytes())).map(str::to_owned) }
    }

    /// Checks that a request comes from a program on this machine.
    ///
    /// # Errors
    ///
    /// Fails if it comes from a web page of another origin, or through a proxy.
    pub(super) fn check(&self, provenance: &Provenance<'_>) -> Result<(), CallerRejected> {
        let Provenance { hosts, origins, fetch_sites, is_forwarded } = provenance;
        if *is_forwarded {
            return Err(CallerRejected::Forwarded);
        }
        if hosts.is_empty() || !hosts.iter().all(|host| host_in(host).is_some_and(|host| self.contain(host))) {
            return Err(CallerRejected::OtherHost);
        }
        let names = origins.iter().map(|origin| host_in_origin(origin));
        if !names.clone().all(|name| name.is_some_and(|name| self.contain(name))) {
            return Err(CallerRejected::OtherOrigin);
        }
        let is_cross_site = fetch_sites.iter().any(|site| site.trim_ascii().eq_ignore_ascii_case(b"cross-site"));
        let is_local_page = names.clone().next().is_some() && names.flatten().all(is_loopback);
        if is_cross_site && !is_local_page {
            return Err(CallerRejected::CrossSite);
        }
        Ok(())
    }

    fn contain(&self, host: &str) -> bool {
        is_loopback(host) || self.public_name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(host))
    }
}

/// The host in `HOST` or `HOST:PORT`. The brackets of an IPv6 address are part of it.
pub(super) fn host_in(authority: &[u8]) -> Option<&str> {
    let authority = str::from_utf8(authority).ok()?;
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(end);
    let is_port = port.is_empty() || port.strip_prefix(':')?.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then_some(host)
}

/// The host in an origin such as `http://localhost:3000`.
pub(super) fn host_in_origin(origin: &[u8]) -> Option<&str> {
    let authority = origin.strip_prefix(b"http://").or_else(|| origin.strip_prefix(b"https://"))?;
    host_in(authority)
}

/// Returns whether `host` is an address of loopback or a name that resolves to nothing else (RFC 6761).
pub(super) fn is_loopback(host: &str) -> bool {
    let is_plain =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    let address = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').and_then(|address| Some(IpAddr::V6(address.parse::<Ipv6Addr>().ok()?))),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    };
    if let Some(address) = address {
        return address.to_canonical().is_loopback();
    }
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.strip_suffix(".localhost").is_some_and(|name| !name.is_empty() && is_plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a request with these headers, each absent if it is empty, at a host with the public name
    /// `api.contoso.com:8443`.
    fn check(host: &str, origin: &str, fetch_site: &str) -> Result<(), CallerRejected> {
        let [hosts, origins, fetch_sites] = [host, origin, fetch_site]
            .map(|value| Some(value.as_bytes()).filter(|value| !value.is_empty()).into_iter().collect());
        let provenance = Provenance { hosts, origins, fetch_sites, is_forwarded: false };
        LocalNames::new(Some("api.contoso.com:8443")).check(&provenance)
    }

    #[test]
    fn loopback_and_the_public_name_are_local_whatever_the_port() {
        for host in [
            "localhost",
            "LocalHost:80",
            "app.localhost:8080",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]",
            "[::1]:8080",
            "[::ffff:127.0.0.1]:8080",
            "API.contoso.com",
            "api.contoso.com:8443",
        ] {
            assert_eq!(check(host, "", ""), Ok(()), "{host}");
            assert_eq!(check(host, &format!("http://{}", host.to_lowercase()), "same-origin"), Ok(()), "{host}");
        }
    }

    #[test]
    fn other_names_and_addresses_are_not() {
        for host in [
            "",
            "attacker.example",
            "attacker.example:8080",
            "localhost.attacker.example",
            "notlocalhost",
            ".localhost",
            "attacker.example@localhost",
            "attacker.example:80@localhost",
            "attacker.example/.localhost",
            "localhost:80:80",
            "localhost:http",
            "0.0.0.0",
            "[::]",
            "[::1",
            "[::1]x",
            "::1",
            "10.0.0.1",
            "xapi.contoso.com",
        ] {
            assert_eq!(check(host, "", ""), Err(CallerRejected::OtherHost), "{host}");
        }
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        for origin in [
            "https://attacker.example",
            "null",
            "file://",
            "http://",
            "localhost",
            "chrome-extension://localhost",
            "http://localhost.attacker.example",
            "http://localhost http://attacker.example",
        ] {
            assert_eq!(check("localhost", origin, "cross-site"), Err(CallerRejected::OtherOrigin), "{origin}");
        }
    }

    #[test]
    fn a_cross_site_request_needs_an_origin_on_loopback() {
        assert_eq!(check("localhost", "", "cross-site"), Err(CallerRejected::CrossSite));
        assert_eq!(check("localhost", "https://api.contoso.com", "Cross-Site"), Err(CallerRejected::CrossSite));
        assert_eq!(check("127.0.0.1", "http://localhost:3000", "cross-site"), Ok(()));
        for site in ["none", "same-origin", "same-site"] {
            assert_eq!(check("localhost", "", site), Ok(()), "{site}");
        }
    }

    #[test]
    fn of_several_values_each_must_be_local() {
        let local = Provenance { hosts: vec![b"localhost"], ..Provenance::default() };
        let names = LocalNames::default();
        let hosts = Provenance { hosts: vec![b"localhost", b"attacker.example"], ..local.clone() };
        let origins = Provenance { origins: vec![b"http://localhost", b"http://attacker.example"], ..local.clone() };
        let proxy = Provenance { is_forwarded: true, ..local.clone() };

        assert_eq!(names.check(&local), Ok(()));
        assert_eq!(names.check(&hosts), Err(CallerRejected::OtherHost));
        assert_eq!(names.check(&origins), Err(CallerRejected::OtherOrigin));
        assert_eq!(names.check(&proxy), Err(CallerRejected::Forwarded));
    }
}
