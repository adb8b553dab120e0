//! The settings file as a whole: its tables as written, and their conversion into the modules' settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::table::Table;
use super::{
    admin, auth, compile, fetch, http, http_client, key_value, load, merge, plugin, runtime, state, telemetry,
};
use crate::plugin::{CompileSettings, LimitWishes, MergeSettings, StateDirectory, StateSettings};
use contract::{ProviderId, TimeZoneName};
use engine::Limits;
use net::proxy::Proxies;

/// Everything that the host reads at start, converted and checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) http: crate::http::Settings,
    pub(crate) admin: crate::admin::Settings,
    pub(crate) auth: crate::auth::Settings,
    pub(crate) plugins: crate::plugin::Settings,
    pub(crate) runtime: engine::Settings,
    pub(crate) compile: CompileSettings,
    pub(crate) egress: egress::Settings,
    pub(crate) state: StateSettings,
    pub(crate) audit: net::telemetry::audit::Settings,
    pub(crate) telemetry: net::telemetry::Settings,
    /// Proxies of the host's own requests.
    pub(crate) proxies: Arc<Proxies>,
}

/// The settings file as written. Every key is optional, and no other keys are known.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SettingsFile {
    order: Vec<ProviderId>,
    time_zone: Option<TimeZoneName>,
    http: crate::http::Settings,
    admin: admin::AdminTable,
    auth: auth::AuthTable,
    limits: LimitWishes,
    runtime: engine::Settings,
    load: admission::Settings,
    merge: MergeSettings,
    compile: CompileSettings,
    http_client: egress::HttpClientSettings,
    key_value: key_value::KeyValueTable,
    state: StateSettings,
    audit: net::telemetry::audit::Settings,
    telemetry: telemetry::TelemetryTable,
    fetch: fetch::FetchTable,
    plugins: BTreeMap<ProviderId, plugin::PluginTable>,
}

impl SettingsFile {
    /// Converts each table, once. Errors that types do not express are reported to `whole`, the top level; if there are
    /// any, the result is not to be used.
    pub(super) fn into_config(self, whole: &mut Table<'_>) -> Config {
        let load = load::settings(self.load, &mut whole.below("load"));
        let http = http::settings(self.http, &mut whole.below("http"));
        let state = state::settings(self.state, &mut whole.below("state"));
        // The cache outlives the host even if its state does not.
        let cache_directory = match &state.directory {
            StateDirectory::At(directory) => Some(directory.clone()),
            StateDirectory::Off | StateDirectory::Unknown => state::state_directory(),
        };
        let plugins = self.plugins.into_iter().map(|(id, written)| {
            let settings = plugin::settings(written, &mut whole.below(&format!("plugins.{id}")));
            (id, settings)
        });
        let plugins = plugins.collect();
        let proxies = Arc::new(fetch::settings(self.fetch, &mut whole.below("fetch")));
        let auth = auth::settings(self.auth, &mut whole.below("auth"));
        Config {
            http: crate::http::Settings { caller_rate: load.caller_rate, ..http },
            admin: admin::settings(self.admin),
            auth: crate::auth::Settings { proxies: Arc::clone(&proxies), ..auth },
            plugins: crate::plugin::Settings {
                order: self.order,
                time_zone: self.time_zone,
                limits: plugin::limits(self.limits, &mut whole.below("limits")).or(Limits::default()),
                load,
                merge: merge::settings(self.merge, &mut whole.below("merge")),
                plugins,
            },
            runtime: runtime::settings(self.runtime, &mut whole.below("runtime")),
            compile: compile::settings(self.compile, &mut whole.below("compile")),
            egress: egress::Settings {
                http_client: http_client::settings(self.http_client, &mut whole.below("http-client")),
                key_value: key_value::settings(self.key_value, cache_directory, &mut whole.below("key-value")),
            },
            state,
            audit: self.audit,
            telemetry: telemetry::settings(self.telemetry, Arc::clone(&proxies), &mut whole.below("telemetry")),
            proxies,
        }
    }
}
