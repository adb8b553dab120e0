//! The table `[auth]`.

mod issuer;
mod name;
mod providers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use self::issuer::IssuerTable;
pub(crate) use self::name::CallerName;
use super::table::Table;
use crate::auth::{KeySettings, KeyTimes, Settings};
use contract::ProviderId;
use contract::values::{Secret, Time, duration};

/// The shortest time between two fetches of keys: below it, unauthenticated clients could make the host query an issuer
/// without end.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// The longest age of keys whose issuer cannot be reached. A key that was revoked meanwhile is accepted for as long.
const LONGEST_STALE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The table as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AuthTable {
    anonymous: bool,
    ca_file: Option<PathBuf>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_refresh: Duration,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_pause: Duration,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_stale: Duration,
    issuers: BTreeMap<CallerName, IssuerTable>,
    api_keys: BTreeMap<CallerName, ApiKeyTable>,
}

impl Default for AuthTable {
    fn default() -> Self {
        let KeyTimes { refresh, pause, stale } = KeyTimes::default();
        Self {
            anonymous: false,
            ca_file: None,
            signing_keys_refresh: refresh,
            signing_keys_pause: pause,
            signing_keys_stale: stale,
            issuers: BTreeMap::new(),
            api_keys: BTreeMap::new(),
        }
    }
}

/// The table of one API key as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct ApiKeyTable {
    /// Any text at first: it may be the key itself, and an error of a parser quotes the value.
    #[schemars(with = "Secret")]
    sha256: SecretString,
    providers: Option<BTreeSet<ProviderId>>,
}

/// Converts the table.
pub(super) fn settings(written: AuthTable, table: &mut Table<'_>) -> Settings {
    let AuthTable { anonymous, ca_file, issuers, api_keys, .. } = written;
    let (refresh, pause, stale) =
        (written.signing_keys_refresh, written.signing_keys_pause, written.signing_keys_stale);
    if pause < SHORTEST_PAUSE || pause > refresh {
        table.problem("signing-keys-pause", "must be from 100 ms to `auth.signing-keys-refresh`");
    }
    if stale < refresh || stale > LONGEST_STALE {
        table.problem("signing-keys-stale", "must be from `auth.signing-keys-refresh` to 168h");
    }
    let issuers = issuers.into_iter().filter_map(|(name, issuer)| {
        let table = &mut table.below(&format!("issuers.{name}"));
        if anonymous && issuer.limits_providers() {
            providers::report_unlimited(table);
        }
        issuer.into_settings(&name, table)
    });
    let issuers = issuers.collect();
    let keys = api_keys.into_iter().filter_map(|(name, key)| {
        let table = &mut table.below(&format!("api-keys.{name}"));
        if anonymous && key.providers.is_some() {
            providers::report_unlimited(table);
        }
        key.into_settings(&name, table)
    });
    let keys = keys.collect();
    let key_times = KeyTimes { refresh, pause, stale };
    Settings { anonymous, issuers, keys, ca_file, key_times, ..Settings::default() }
}

impl ApiKeyTable {
    /// Converts the table. Returns nothing if the hash is none, which it reports.
    fn into_settings(self, name: &CallerName, table: &mut Table<'_>) -> Option<KeySettings> {
        providers::check(self.providers.as_ref(), table);
        match self.sha256.expose_secret().parse() {
            Ok(sha256) => Some(KeySettings { name: name.to_string(), sha256, providers: self.providers.into() }),
            Err(error) => {
                table.problem("sha256", &format!("is not the hash of a key: {error}"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
