//! The names under which browsers may call this host: those of loopback if it listens there, and the public name.
//!
//! A web page that a browser shows states its origin in each request. A page whose own name resolves to this host's
//! address (DNS rebinding) states its own name in `Host`, too.

use std::net::SocketAddr;

use super::local::{host_in, host_in_origin, is_loopback};
use super::{CallerRejected, Provenance};

/// The names of a host.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnNames {
    is_on_loopback: bool,
    public_name: Option<String>,
}

impl OwnNames {
    /// The names of a host that listens at `listen`. Ports are ignored: names are what an attacker cannot take over.
    pub(crate) fn new(listen: SocketAddr, public_name: Option<&str>) -> Self {
        let public_name = public_name.and_then(|name| host_in(name.as_bytes())).map(str::to_owned);
        Self { is_on_loopback: listen.ip().to_canonical().is_loopback(), public_name }
    }

    /// Checks that no page of another origin sent a request. Any `Host` will do for a host without a public name.
    ///
    /// # Errors
    ///
    /// Fails if `Origin` is another one, or `Host`.
    pub(crate) fn check(&self, provenance: &Provenance<'_>) -> Result<(), CallerRejected> {
        let Provenance { hosts, origins, .. } = provenance;
        let is_own = |host: Option<&str>| host.is_some_and(|host| self.contain(host));
        if !origins.iter().all(|origin| is_own(host_in_origin(origin))) {
            return Err(CallerRejected::OtherOrigin);
        }
        if self.public_name.is_some() && !hosts.iter().all(|host| is_own(host_in(host))) {
            return Err(CallerRejected::OtherHost);
        }
        Ok(())
    }

    fn contain(&self, host: &str) -> bool {
        (self.is_on_loopback && is_loopback(host))
            || self.public_name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, public_name: Option<&str>, host: &str, origin: &str) -> Result<(), CallerRejected> {
        let names = OwnNames::new(listen.parse().expect("an address"), public_name);
        let origins = Some(origin.as_bytes()).filter(|origin| !origin.is_empty()).into_iter().collect();
        names.check(&Provenance { hosts: vec![host.as_bytes()], origins, ..Provenance::default() })
    }

    #[test]
    fn a_program_and_a_page_of_this_host_may_call() {
        for origin in ["", "https://api.contoso.com", "https://API.contoso.com:8443"] {
            assert_eq!(
                check("10.0.0.1:80", Some("api.contoso.com"), "api.contoso.com:443", origin),
                Ok(()),
                "{origin}"
            );
        }
        for origin in ["", "http://localhost:3000", "http://127.0.0.1"] {
            assert_eq!(check("127.0.0.1:8080", None, "anything.example", origin), Ok(()), "{origin}");
        }
    }

    #[test]
    fn a_page_of_another_origin_may_not() {
        for origin in
            ["https://attacker.example", "null", "http://localhost", "https://api.contoso.com.attacker.example"]
        {
            let judged = check("10.0.0.1:80", Some("api.contoso.com"), "api.contoso.com", origin);

            assert_eq!(judged, Err(CallerRejected::OtherOrigin), "{origin}");
        }
        assert_eq!(
            check("10.0.0.1:80", None, "10.0.0.1", "http://10.0.0.1"),
            Err(CallerRejected::OtherOrigin),
            "without a public name, no page is known"
        );
    }

    #[test]
    fn a_host_with_a_public_name_is_called_by_it() {
        let judged = |host| check("127.0.0.1:8080", Some("api.contoso.com"), host, "");

        assert_eq!(judged("attacker.example"), Err(CallerRejected::OtherHost));
        assert_eq!(judged("api.contoso.com"), Ok(()));
        assert_eq!(judged("localhost:8080"), Ok(()));
    }
}
