//! The name of an issuer or of an API key's owner in the settings.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// A name of the operator's choice: 1 to 64 of `a`–`z`, `0`–`9` and hyphens. It is shown in the log and in metrics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub(crate) struct CallerName(String);

impl FromStr for CallerName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let is_fit = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_fit || !(1..=64).contains(&name.len()) {
            return Err("a name has 1 to 64 lower-case letters, digits and hyphens".to_owned());
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for CallerName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl fmt::Display for CallerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
