//! The table `[admin]`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::admin::Settings;
use crate::http::listen_address;

/// The table as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AdminTable {
    listen: AdminListen,
    token_file: Option<PathBuf>,
}

impl Default for AdminTable {
    fn default() -> Self {
        let Settings { listen, token_file } = Settings::default();
        Self { listen: AdminListen(listen), token_file }
    }
}

/// Converts the table.
pub(super) fn settings(written: AdminTable) -> Settings {
    let AdminTable { listen: AdminListen(listen), token_file } = written;
    Settings { listen, token_file }
}

/// An address, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub(crate) struct AdminListen(pub(crate) Option<SocketAddr>);

impl FromStr for AdminListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let address = listen_address(text).map_err(|error| format!("{error}, or `off`"))?;
        Ok(Self(Some(address)))
    }
}

impl fmt::Display for AdminListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("off"),
        }
    }
}

impl TryFrom<String> for AdminListen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
