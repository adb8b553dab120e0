//! The table `[fetch]`: the requests that the host sends for itself. The usual variables name its proxy by default.

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::table::Table;
use contract::values::Secret;
use net::proxy::{Exceptions, FORM, Proxies, Proxy};

/// The value of `proxy` with which no proxy is used, whatever the variables say.
const OFF: &str = "off";

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct FetchTable {
    /// Any text at first, as it may hold a password.
    #[schemars(with = "Secret")]
    proxy: Option<SecretString>,
    proxy_except: Vec<String>,
}

/// Converts the table. Without a proxy in it, the environment decides.
pub(super) fn settings(written: FetchTable, table: &mut Table<'_>) -> Proxies {
    let except = Exceptions::of(written.proxy_except.iter().map(String::as_str));
    let Some(url) = written.proxy else {
        return Proxies::of_environment(|name| std::env::var(name).ok(), except);
    };
    if url.expose_secret() == OFF {
        return Proxies::default();
    }
    let Some(proxy) = Proxy::parse(url.expose_secret()) else {
        table.problem("proxy", &format!("{FORM}, or \"{OFF}\""));
        return Proxies::default();
    };
    Proxies::through(proxy, "fetch.proxy", except)
}
