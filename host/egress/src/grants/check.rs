//! Validates grants, and reports every problem with its key.

use super::{Grants, HttpGrant, SecretGrant};
use crate::address;
use crate::client::headers;
use crate::origin::{Origin, host_name};

impl Grants {
    /// Reports the changes that an operator has to make: the key in the table of grants, and the rest of a sentence about it.
    pub fn check(&self, report: &mut impl FnMut(&str, &str)) {
        for (index, grant) in self.http.iter().enumerate() {
            let mut problem = |key: &str, what: String| report(&format!("http[{index}].{key}"), &what);
            grant.check(&mut problem);
        }
        if self.user_name && !self.caller {
            report("user-name", "needs `caller = true`: the name is told with the caller's tenant and user");
        }
        for (name, secret) in &self.secrets {
            let mut problem = |what: String| report(&format!("secrets.{name}"), &what);
            if !is_name(name) {
                problem("is not a valid name of a secret: 1 to 64 letters, digits, `-`, `_` or `.`".to_owned());
            }
            secret.check(&mut problem);
            for host in secret.hosts.iter().filter(|host| !self.reaches_by_https(host)) {
                problem(format!("may go to `{host}`, which no `http` grant reaches by https"));
            }
        }
    }

    /// Returns whether requests to `host` are granted by https, at any port.
    fn reaches_by_https(&self, host: &str) -> bool {
        self.http.iter().filter_map(|grant| Origin::parse(&grant.origin).ok()).any(|granted| granted.is_https_to(host))
    }
}

impl HttpGrant {
    fn check(&self, problem: &mut impl FnMut(&str, String)) {
        match Origin::parse(&self.origin) {
            Err(error) => problem("origin", error.to_string()),
            Ok(origin) => self.check_address(&origin, problem),
        }
        for method in &self.methods {
            if !headers::is_method(method) {
                problem("methods", format!("names `{method}`, not a method: write it in upper case, such as \"GET\""));
            }
        }
    }

    /// Checks an origin that is an IP address, without a lookup.
    fn check_address(&self, origin: &Origin, problem: &mut impl FnMut(&str, String)) {
        match origin.address().map(address::place) {
            Some(Err(_)) => problem("origin", "is an address that no plugin may reach".to_owned()),
            Some(Ok(Some(network))) if !self.networks.contains(&network) => {
                problem("origin", format!("is an address of the {network} network: add `networks = [\"{network}\"]`"));
            }
            Some(Ok(_)) | None => {}
        }
    }
}

impl SecretGrant {
    fn check(&self, problem: &mut impl FnMut(String)) {
        if self.env.is_some() == self.file.is_some() {
            problem("must come from exactly one of `env` and `file`".to_owned());
        }
        let is_sent = self.header.is_some() || self.body;
        if self.header.is_some() && self.body {
            problem("has two destinations: set either `header` or `body`".to_owned());
        }
        if !is_sent && !self.readable {
            problem("has no destination: set `header` or `body`, or `readable`".to_owned());
        }
        if is_sent && self.hosts.is_empty() {
            problem("has no hosts: name them in `hosts`".to_owned());
        }
        if !is_sent && !self.hosts.is_empty() {
            problem("has `hosts`, but neither `header` nor `body`".to_owned());
        }
        for host in self.hosts.iter().filter(|host| host_name(host).is_none()) {
            problem(format!("has `{host}` in `hosts`, which names no single host (without scheme, port or `*`)"));
        }
        if let Some(header) = self.header.as_deref().filter(|header| !headers::may_be_set(header)) {
            problem(format!("goes into the header `{header}`, which plugins may not set"));
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(toml: &str) -> Vec<String> {
        let grants: Grants = toml::from_str(toml).expect("keys and types are right");
        let mut problems = Vec::new();
        grants.check(&mut |key, what| problems.push(format!("`grants.{key}` {what}")));
        problems
    }

    #[test]
    fn what_an_operator_would_write_is_right() {
        let toml = r#"
            http = [
                { origin = "https://api.contoso.com" },
                { origin = "https://*.contoso.com:8443", methods = ["GET", "POST"] },
                { origin = "http://10.1.2.3:8080", networks = ["private"] },
            ]
            key-value = "per-tenant"
            caller = true
            [secrets.hub-token]
            env = "HUB_TOKEN"
            hosts = ["api.contoso.com", "eu.contoso.com"]
            header = "authorization"
            [secrets.signing-key]
            file = "/run/secrets/key"
            readable = true
        "#;

        assert_eq!(problems(toml), [""; 0]);
    }

    #[test]
    fn every_mistake_is_told_by_its_key() {
        let toml = r#"
            http = [
                { origin = "https://api.contoso.com/v1" },
                { origin = "http://127.0.0.1:8080", methods = ["get"] },
                { origin = "http://0.0.0.0" },
            ]
            [secrets."no name"]
            readable = true
            [secrets.everywhere]
            env = "A"
            file = "a"
            header = "authorization"
            body = true
            hosts = ["*.contoso.com"]
            [secrets.nowhere]
            env = "A"
            [secrets.host]
            env = "A"
            header = "Host"
            hosts = ["api.contoso.com"]
        "#;

        let found = problems(toml);

        for (key, word) in [
            ("http[0].origin", "more than a scheme"),
            ("http[1].origin", "networks = [\"loopback\"]"),
            ("http[1].methods", "upper case"),
            ("http[2].origin", "no plugin may reach"),
            ("secrets.no name", "not a valid name"),
            ("secrets.no name", "exactly one of"),
            ("secrets.everywhere", "exactly one of"),
            ("secrets.everywhere", "two destinations"),
            ("secrets.everywhere", "no single host"),
            ("secrets.nowhere", "no destination"),
            ("secrets.host", "may not set"),
            ("secrets.host", "no `http` grant reaches"),
        ] {
            let key = format!("`grants.{key}`");
            assert!(
                found.iter().any(|problem| problem.contains(&key) && problem.contains(word)),
                "{key} {word}: {found:#?}"
            );
        }
    }

    #[test]
    fn a_wish_is_granted_or_not() {
        let grants: Grants = toml::from_str(r#"http = [{ origin = "https://*.contoso.com" }]"#).expect("it is right");

        assert!(grants.allows_origin("https://api.contoso.com"));
        assert!(!grants.allows_origin("https://contoso.com") && !grants.allows_origin("http://api.contoso.com"));
    }
}
