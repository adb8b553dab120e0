//! The table `[auth]`.

mod issuer;
mod name;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use self::issuer::IssuerTable;
pub(crate) use self::name::CallerName;
use super::Problems;
use crate::auth::{KeyHash, KeySettings, KeyTimes, Settings};
use contract::ProviderId;
use contract::values::{Secret, Time, duration};

/// The least time between two fetches of keys: below it, strangers could have an issuer asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// The longest that keys serve without a word from their issuer. One that was withdrawn is good for so long.
const LONGEST_STALE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The table as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AuthTable {
    anonymous: bool,
    ca_file: Option<PathBuf>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_refresh: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_pause: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    signing_keys_stale: Option<Duration>,
    issuers: BTreeMap<CallerName, IssuerTable>,
    api_keys: BTreeMap<CallerName, ApiKeyTable>,
}

/// The table of one key as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct ApiKeyTable {
    /// Any text as yet: it may be the key itself, and what fails to be read is quoted in the error.
    #[schemars(with = "Secret")]
    sha256: SecretString,
    providers: Option<BTreeSet<ProviderId>>,
}

impl AuthTable {
    /// Adds what types do not say.
    pub(super) fn check(&self, problems: &mut Problems) {
        let KeyTimes { refresh, pause, stale } = self.key_times();
        if pause < SHORTEST_PAUSE || pause > refresh {
            problems.add("`auth.signing-keys-pause` must be from 100 ms to `auth.signing-keys-refresh`");
        }
        if stale < refresh || stale > LONGEST_STALE {
            problems.add("`auth.signing-keys-stale` must be from `auth.signing-keys-refresh` to 168h");
        }
        for (name, table) in &self.issuers {
            table.check(&format!("auth.issuers.{name}"), problems);
        }
        for (name, table) in &self.api_keys {
            table.check(&format!("auth.api-keys.{name}"), problems);
        }
        let of_keys = self.api_keys.iter().filter(|(_, table)| table.providers.is_some());
        let of_issuers = self.issuers.iter().filter(|(_, table)| table.limits_providers());
        let limits = of_keys.map(|(name, _)| format!("auth.api-keys.{name}"));
        let limits = limits.chain(of_issuers.map(|(name, _)| format!("auth.issuers.{name}")));
        for key in limits.filter(|_| self.anonymous) {
            problems.add(format!(
                "`{key}.providers` would limit nobody: with `auth.anonymous` whoever sends nothing may ask all"
            ));
        }
    }

    fn key_times(&self) -> KeyTimes {
        let default = KeyTimes::default();
        KeyTimes {
            refresh: self.signing_keys_refresh.unwrap_or(default.refresh),
            pause: self.signing_keys_pause.unwrap_or(default.pause),
            stale: self.signing_keys_stale.unwrap_or(default.stale),
        }
    }
}

impl ApiKeyTable {
    fn check(&self, key: &str, problems: &mut Problems) {
        if let Err(error) = self.hash() {
            problems.add(format!("`{key}.sha256` is no hash of a key: {error}"));
        }
        check_providers(key, self.providers.as_ref(), problems);
    }

    fn hash(&self) -> Result<KeyHash, <KeyHash as std::str::FromStr>::Err> {
        self.sha256.expose_secret().parse()
    }
}

/// A list that is there names somebody.
fn check_providers(key: &str, providers: Option<&BTreeSet<ProviderId>>, problems: &mut Problems) {
    if providers.is_some_and(BTreeSet::is_empty) {
        problems.add(format!("`{key}.providers` must name a provider; leave it out to permit all"));
    }
}

impl From<AuthTable> for Settings {
    fn from(table: AuthTable) -> Self {
        let key_times = table.key_times();
        let key = |(name, table): (CallerName, ApiKeyTable)| KeySettings {
            name: name.to_string(),
            sha256: table.hash().expect("it was checked"),
            providers: table.providers.into(),
        };
        Self {
            anonymous: table.anonymous,
            issuers: table.issuers.into_iter().map(|(name, table)| table.settings(&name)).collect(),
            keys: table.api_keys.into_iter().map(key).collect(),
            ca_file: table.ca_file,
            key_times,
        }
    }
}

#[cfg(test)]
mod tests;
