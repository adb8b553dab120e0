//! Host names, web addresses and mail addresses that everybody can reach.

use url::{Host, Url};

/// Last labels of names that are not in the public DNS.
const PRIVATE: [&str; 12] = [
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// The most bytes of a host name and of one of its labels.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// The most bytes of a mail address and of what stands before its `@`.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;

/// The characters of a mail address before its `@`, besides letters, digits and dots.
const IN_LOCAL_PART: &str = "!#$%&'*+-/=?^_`{|}~";

/// Judges the host name of a service, which may have a port.
pub(crate) fn host(host: &str) -> Option<String> {
    if host.contains("://") || host.contains('/') {
        return Some("must be a host name alone, without scheme or path".to_owned());
    }
    let (name, port) = match host.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        Some(_) | None => (host, None),
    };
    // The standard parser alone would accept a sign.
    let is_port =
        |port: &str| port.starts_with(|c: char| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    if port.is_some_and(|port| !is_port(port)) {
        return Some("must have a port from 1 to 65535 behind its colon, or none".to_owned());
    }
    public_name(name)
}

/// Judges the URL of a web site.
pub(crate) fn website(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.filter(|url| is_written_plainly(address, url.scheme()));
    let Some((url, host)) = url.as_ref().and_then(|url| Some((url, url.host()?))) else {
        return Some("must be an absolute http or https URL".to_owned());
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Some("must not hold a user name or a password".to_owned());
    }
    if url.port() == Some(0) {
        return Some("must have a port from 1 to 65535, or none".to_owned());
    }
    public_host(&host)
}

/// Returns whether an address of this scheme is written as every reader of URLs expects it. Browsers accept more.
fn is_written_plainly(address: &str, scheme: &str) -> bool {
    let Some((before, after)) = address.split_once("://") else { return false };
    let host = after.split(['/', '?', '#']).next().unwrap_or_default();
    let is_unfit = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    before.eq_ignore_ascii_case(scheme) && !host.is_empty() && !host.contains('%') && !address.contains(is_unfit)
}

/// Judges a mail address.
pub(crate) fn email(address: &str) -> Option<String> {
    let malformed = || Some("must be a mail address, such as `help@contoso.com`".to_owned());
    let Some((local, domain)) = address.rsplit_once('@') else { return malformed() };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || IN_LOCAL_PART.contains(c);
    let is_dotted = local.split('.').all(|part| !part.is_empty());
    let fits = local.len() <= LONGEST_LOCAL_PART && address.len() <= LONGEST_EMAIL;
    if !local.chars().all(is_allowed) || !is_dotted || !fits || domain.is_empty() {
        return malformed();
    }
    public_name(domain)
}

fn public_name(name: &str) -> Option<String> {
    match Host::parse(name) {
        Ok(host) if !name.contains('%') => public_host(&host),
        Ok(_) | Err(_) => Some("must be the public name of a host, such as `api.contoso.com`".to_owned()),
    }
}

fn public_host<S: AsRef<str>>(host: &Host<S>) -> Option<String> {
    let Host::Domain(name) = host else {
        return Some("must have the name of a host, not an IP address".to_owned());
    };
    let name = name.as_ref();
    let labels: Vec<&str> = name.split('.').collect();
    let [.., _, last] = labels.as_slice() else {
        return Some(format!("must have a public name of several labels, such as `api.contoso.com`, not `{name}`"));
    };
    if PRIVATE.contains(last) {
        return Some(format!("must have a public name, and none is below `{last}`"));
    }
    let is_label = |label: &&str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_framed = !label.starts_with('-') && !label.ends_with('-');
        (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(is_allowed) && is_framed
    };
    let is_name = name.len() <= LONGEST_NAME && labels.iter().all(is_label);
    (!is_name).then(|| "must be the public name of a host, such as `api.contoso.com`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_and_addresses_are_good() {
        for name in ["api.contoso.com", "api.contoso.com:8443", "bücher.example", "API.Contoso.com"] {
            assert_eq!(host(name), None, "{name}");
        }
        for url in ["https://contoso.com", "http://www.contoso.com/help?x=1", "https://contoso.example:8443/"] {
            assert_eq!(website(url), None, "{url}");
        }
        for address in ["help@contoso.com", "first.last+tag@mail.contoso.co.uk"] {
            assert_eq!(email(address), None, "{address}");
        }
    }

    #[test]
    fn hosts_that_nobody_else_reaches_say_why() {
        for (name, part) in [
            ("localhost", "several labels"),
            ("localhost:8080", "several labels"),
            ("contoso", "several labels"),
            ("api.localhost", "below `localhost`"),
            ("printer.local", "below `local`"),
            ("127.0.0.1", "IP address"),
            ("127.0.0.1:80", "IP address"),
            ("[::1]:80", "IP address"),
            ("https://api.contoso.com", "without scheme"),
            ("api.contoso.com/x", "without scheme or path"),
            ("api.contoso.com:x", "port"),
            ("api.contoso.com:+80", "port"),
            ("api.contoso.com:0", "port"),
            ("api.contoso.com:", "port"),
            ("user:word@api.contoso.com", "port"),
            ("user@api.contoso.com", "public name"),
            ("%61pi.contoso.com", "public name"),
            ("api.contoso.test", "below `test`"),
            ("api.home.arpa", "below `arpa`"),
            ("api_1.contoso.com", "public name"),
            ("a b.com", "public name"),
            ("", "public name"),
            ("api..com", "public name"),
        ] {
            let broken = host(name).unwrap_or_default();
            assert!(broken.contains(part), "{name}: {broken}");
        }
    }

    #[test]
    fn web_and_mail_addresses_that_are_none_say_why() {
        for url in [
            "contoso.com",
            "ftp://contoso.com",
            "mailto:a@contoso.com",
            " https://contoso.com",
            "",
            "https:contoso.com",
            "https:///contoso.com",
            "https:\\\\contoso.com",
            "https://contoso.com/a b",
            "https://%63ontoso.com",
        ] {
            assert!(website(url).is_some_and(|broken| broken.contains("absolute http")), "{url}");
        }
        for url in [
            "http://localhost",
            "https://127.0.0.1/",
            "https://contoso",
            "https://[::1]",
            "https://user:word@contoso.com",
            "https://contoso.com:0",
        ] {
            assert!(website(url).is_some(), "{url}");
        }
        for address in
            ["help", "help@", "@contoso.com", "a b@contoso.com", "a..b@contoso.com", "help@localhost", "x@1.2.3.4"]
        {
            assert!(email(address).is_some(), "{address}");
        }
    }
}
