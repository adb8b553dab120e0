//! The operator's settings: a TOML file, the environment and the command line into every module's settings.
//!
//! Each table has a file of its own: what it holds as written, what types do not say of it, and the
//! settings that it comes to. A new one is that file, a line in [`File`] and its keys in `default-config.toml`.
//!
//! What is written becomes a tree that knows where each value comes from ([`tree`], [`sources`]); the tree is read into
//! types, and all that is wrong is told at once ([`read`]). Which keys there are, the schema knows ([`mod@schema`],
//! [`place`]), which is made of the types.

mod admin;
mod audit;
mod auth;
mod changes;
mod compile;
mod effective;
mod follow;
mod http;
mod http_client;
mod key_value;
mod load;
mod mistakes;
mod nearest;
mod origin;
mod place;
mod plugin;
mod read;
mod reference;
mod runtime;
mod schema;
mod sources;
mod start;
mod state;
mod telemetry;
mod tree;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use self::admin::AdminListen;
use self::admin::AdminTable;
use self::audit::AuditTable;
use self::auth::AuthTable;
pub(crate) use self::auth::CallerName;
use self::compile::CompileTable;
pub(crate) use self::effective::Effective;
pub(crate) use self::follow::follow;
use self::http::HttpTable;
use self::http_client::HttpClientTable;
use self::key_value::KeyValueTable;
use self::load::LoadTable;
pub(crate) use self::mistakes::Mistakes;
use self::plugin::{PluginTable, check_limits};
pub(crate) use self::reference::DEFAULT_CONFIG;
use self::runtime::RuntimeTable;
pub(crate) use self::schema::schema;
pub(crate) use self::sources::Sources;
use self::state::StateTable;
pub(crate) use self::state::state_directory;
use self::telemetry::TelemetryTable;
use crate::plugin::{CompileSettings, LimitWishes, StateSettings};
use contract::ProviderId;
use engine::Limits;

/// Everything the host reads at start-up, parsed and validated.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) http: crate::http::Settings,
    pub(crate) admin: crate::admin::Settings,
    pub(crate) auth: crate::auth::Settings,
    pub(crate) plugins: crate::plugin::Settings,
    pub(crate) runtime: engine::Settings,
    pub(crate) compile: CompileSettings,
    pub(crate) reach: egress::Settings,
    pub(crate) state: StateSettings,
    pub(crate) audit: net::telemetry::audit::Settings,
    pub(crate) telemetry: net::telemetry::Settings,
}

impl Default for Config {
    fn default() -> Self {
        File::default().into()
    }
}

impl Config {
    /// Reads what `sources` say.
    ///
    /// # Errors
    ///
    /// Fails with all that is wrong.
    pub(crate) fn read(sources: &Sources) -> Result<Self, Mistakes> {
        Effective::read(sources).map(|effective| effective.config)
    }

    /// Reads a settings file of this text.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut mistakes = Mistakes::default();
        let mut tree = sources::read_toml(&std::path::Path::new("insight-host.toml").into(), text, &mut mistakes);
        let file = read::types(&mut tree, &mut mistakes);
        mistakes.unless_any(file).map(Into::into).map_err(|mistakes| mistakes.to_string())
    }
}

/// The file as written. Every key may be left out, and no other is known.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    order: Vec<ProviderId>,
    http: HttpTable,
    admin: AdminTable,
    auth: AuthTable,
    limits: LimitWishes,
    runtime: RuntimeTable,
    load: LoadTable,
    compile: CompileTable,
    http_client: HttpClientTable,
    key_value: KeyValueTable,
    state: StateTable,
    audit: AuditTable,
    telemetry: TelemetryTable,
    plugins: BTreeMap<ProviderId, PluginTable>,
}

impl File {
    /// What types do not say. All that is wrong, at once.
    fn check(&self, problems: &mut Problems) {
        self.http.check(problems);
        self.auth.check(problems);
        check_limits(self.limits, "limits", problems);
        self.runtime.check(problems);
        self.load.check(problems);
        self.compile.check(problems);
        self.http_client.check(problems);
        self.key_value.check(problems);
        self.state.check(problems);
        self.telemetry.check(problems);
        for (id, table) in &self.plugins {
            table.check(id, problems);
        }
    }
}

/// What is wrong beyond types, a line for each, which begins with the key in backticks.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    fn unless_from_one_to(&mut self, most: usize, key: &str, value: Option<usize>) {
        if value.is_some_and(|value| value == 0 || value > most) {
            self.add(format!("`{key}` must be from 1 to {most}"));
        }
    }
}

impl From<File> for Config {
    fn from(file: File) -> Self {
        let state_directory = file.state.directory();
        Self {
            http: file.http.settings(file.load.caller_rate),
            admin: file.admin.into(),
            auth: file.auth.into(),
            plugins: crate::plugin::Settings {
                order: file.order,
                limits: file.limits.or(Limits::default()),
                load: file.load.into(),
                plugins: file.plugins.into_iter().map(|(id, table)| (id, table.into())).collect(),
            },
            runtime: file.runtime.into(),
            compile: file.compile.into(),
            reach: egress::Settings {
                http_client: file.http_client.into(),
                key_value: file.key_value.settings(state_directory),
            },
            state: file.state.into(),
            audit: file.audit.into(),
            telemetry: file.telemetry.into(),
        }
    }
}

#[cfg(test)]
mod mistaken;

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::num::NonZeroUsize;
    use std::time::Duration;

    use bytesize::ByteSize;

    use super::*;

    #[test]
    fn an_empty_file_is_the_defaults() {
        let config = Config::parse("").expect("nothing is required");

        assert_eq!(config.plugins.limits, Limits::default());
        assert_eq!(config.http.listen, crate::http::Settings::default().listen);
    }

    #[test]
    fn the_settings_that_readme_and_guide_show_are_settings() {
        let shown = [include_str!("../../README.md"), include_str!("../../docs/connector.md")].concat();
        let blocks = shown.split("```toml\n").skip(1).filter_map(|rest| rest.split_once("```"));
        let is_of_others = |block: &str| block.starts_with("[package]") || block.starts_with("# connector.toml");
        let of_operators = blocks.map(|(block, _)| block).filter(|block| !is_of_others(block));

        let problems: Vec<_> = of_operators.clone().filter_map(|block| Config::parse(block).err()).collect();

        assert_eq!(problems, [""; 0]);
        assert!(of_operators.count() >= 2);
    }

    #[test]
    fn durations_and_sizes_have_units() {
        let config = Config::parse("[limits]\ntime = \"250ms\"\nmemory = \"32MiB\"").expect("both are fine");

        assert_eq!(config.plugins.limits.time, Duration::from_millis(250));
        assert_eq!(config.plugins.limits.memory, ByteSize::mib(32));
    }

    #[test]
    fn a_duration_that_leads_past_the_end_of_time_is_refused() {
        assert!(Config::parse("[compile]\ntime = \"8760h\"").is_ok());
        for endless in ["8761h", "2562047788015215h"] {
            assert!(Config::parse(&format!("[http]\ngrace = \"{endless}\"")).is_err(), "{endless}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it_and_its_line() {
        let error = Config::parse("[limits]\nmemroy = \"32MiB\"").expect_err("a typing mistake");

        assert!(
            error.contains("insight-host.toml:2:1: `limits.memroy`") && error.contains("mean `limits.memory`"),
            "{error}"
        );
    }

    #[test]
    fn times_that_no_caller_could_keep_or_that_never_end_are_named() {
        let text = "[http]\nhead-time = \"1ms\"\nbody-time = \"10s\"\nwrite-time = \"1s\"";

        let error = Config::parse(text).expect_err("the first two are out of bounds");

        assert!(error.contains("http.head-time") && error.contains("http.body-time"), "{error}");
        assert!(!error.contains("http.write-time"), "{error}");
    }

    #[test]
    fn the_admin_api_listens_at_an_address_or_not_at_all() {
        let listen = |text: &str| Config::parse(text).map(|config| config.admin.listen);

        assert_eq!(listen(""), Ok(Some(SocketAddr::from(([127, 0, 0, 1], 8081)))));
        assert_eq!(listen("[admin]\nlisten = \"[::1]:9000\""), Ok("[::1]:9000".parse().ok()));
        assert_eq!(listen("[admin]\nlisten = \"off\""), Ok(None));
        assert!(listen("[admin]\nlisten = \"no\"").is_err_and(|error| error.contains("`off`")));
    }

    #[test]
    fn every_limit_above_the_hosts_maxima_is_named() {
        let text = "[limits]\ntime = \"5s\"\n[plugins.slow.limits]\nmemory = \"1GiB\"";

        let error = Config::parse(text).expect_err("both are above");

        assert!(error.contains("limits.time") && error.contains("plugins.slow.limits.memory"), "{error}");
    }

    #[test]
    fn every_grant_that_cannot_be_is_named() {
        let text = "[http-client]\nconnect-time = \"3s\"\n[plugins.one.grants]\n\
                    http = [{ origin = \"contoso.com\" }, { origin = \"https://*.com\" }]";

        let error = Config::parse(text).expect_err("all are wrong");

        for key in
            ["http-client.connect-time", "plugins.one.grants.http[0].origin", "plugins.one.grants.http[1].origin"]
        {
            assert!(error.contains(key), "{key} in {error}");
        }
    }

    #[test]
    fn load_is_stated_for_all_plugins_and_for_one() {
        let text = "[load]\nplugin-calls-at-once = 10\nsuspend-after = 0\ncaller-rate = \"5/s\"\n\
                    [plugins.slow]\ncalls-at-once = 3\nrate = \"2/s\"";

        let config = Config::parse(text).expect("all of it is fine");

        assert_eq!(config.plugins.load.plugin_calls_at_once, NonZeroUsize::new(10));
        assert_eq!(config.plugins.load.suspend_after, 0);
        assert_eq!(config.http.caller_rate.map(|rate| rate.per_second.get()), Some(5));
        let (_, slow) = config.plugins.plugins.first_key_value().expect("it has a table");
        assert_eq!(slow.load.calls_at_once, NonZeroUsize::new(3));
        assert_eq!(slow.load.rate.map(|rate| rate.burst.get()), Some(2));
    }

    #[test]
    fn waits_and_pauses_out_of_bounds_are_named() {
        let error = Config::parse("[load]\nwait = \"5s\"\nsuspend-at-most = \"10ms\"").expect_err("neither will do");

        assert!(error.contains("load.wait") && error.contains("load.suspend-at-most"), "{error}");
    }
}
