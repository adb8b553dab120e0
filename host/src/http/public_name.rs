//! The name by which callers reach the host, as stated in its definitions.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::base_path::BasePath;
use connector::PublicUrl;

/// The host name, the port unless it is 443, and the base path for callers if a proxy changes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct PublicName {
    host: String,
    path: Option<BasePath>,
}

/// The error for a text that is not a public name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a host name, with port and path if need be: `api.contoso.com`, `api.contoso.com:8443/insights`")]
pub struct NoPublicName;

impl PublicName {
    /// The host name, and the port unless it is 443.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The host's URL for callers. Its path is `base_path` unless a proxy changes it.
    pub(crate) fn location(&self, base_path: &BasePath) -> PublicUrl {
        let base_path = self.path.as_ref().unwrap_or(base_path);
        PublicUrl { host: self.host.clone(), base_path: base_path.to_string() }
    }
}

impl FromStr for PublicName {
    type Err = NoPublicName;

    fn from_str(text: &str) -> Result<Self, NoPublicName> {
        let (host, path) = text.find('/').map_or((text, None), |at| (&text[..at], Some(&text[at..])));
        let path = path.map(str::parse).transpose().map_err(|_| NoPublicName)?;
        let url = Url::parse(&format!("https://{host}")).map_err(|_| NoPublicName)?;
        let name = url.host_str().ok_or(NoPublicName)?;
        let host_of_url = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        // A name that the parser changes or reads differently, such as one with a user name, would surprise callers.
        let is_plain = host_of_url.eq_ignore_ascii_case(host.strip_suffix(":443").unwrap_or(host));
        if is_plain { Ok(Self { host: host_of_url, path }) } else { Err(NoPublicName) }
    }
}

impl TryFrom<String> for PublicName {
    type Error = NoPublicName;

    fn try_from(text: String) -> Result<Self, NoPublicName> {
        text.parse()
    }
}

impl fmt::Display for PublicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.path.as_ref().map_or(Ok(()), |path| write!(f, "{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(name: &str) -> (String, String) {
        let base_path = "/insights".parse().expect("a base path");
        let PublicUrl { host, base_path } = name.parse::<PublicName>().expect("a public name").location(&base_path);
        (host, base_path)
    }

    #[test]
    fn a_name_says_host_and_port_and_may_say_the_path() {
        assert_eq!(location("api.contoso.com"), ("api.contoso.com".to_owned(), "/insights".to_owned()));
        assert_eq!(location("API.contoso.com:443"), ("api.contoso.com".to_owned(), "/insights".to_owned()));
        assert_eq!(location("api.contoso.com:8443/x"), ("api.contoso.com:8443".to_owned(), "/x".to_owned()));
        assert_eq!(location("api.contoso.com/"), ("api.contoso.com".to_owned(), String::new()));
    }

    #[test]
    fn what_is_more_than_that_or_less_is_refused() {
        for name in [
            "",
            "https://api.contoso.com",
            "kenny@api.contoso.com",
            "api.contoso.com?x",
            "a b",
            "api.contoso.com/x/",
            "x:y",
        ] {
            assert_eq!(name.parse::<PublicName>(), Err(NoPublicName), "{name}");
        }
    }
}
