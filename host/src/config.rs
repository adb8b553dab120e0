//! The operator's settings: a TOML file, the environment and the command line are read into the modules' settings.
//!
//! Settings are a tree before they are types, so that every error has a location, all errors are reported at once, and
//! `config show` names the origin of every value:
//!
//! 1. [`sources`] reads the file, the variables and the flags into one [`tree`], each value with its [`origin`].
//! 2. [`read`] compares the tree with the schema ([`mod@schema`], [`schema_node`]), which is generated from the types,
//!    removes what is wrong, and deserializes the rest ([`mod@file`]). An unknown key is reported with the [`nearest`]
//!    known one.
//! 3. Each table is converted once, by the function `settings` of the file that has its name: it takes the written
//!    values and returns the module's settings. Errors go to [`table`], which adds key and location ([`problems`]).
//! 4. [`effective`] lays the tree over the defaults; [`mod@follow`] repeats all of it when the file changes (hot
//!    reload).
//!
//! # How to add a key
//!
//! A key takes three edits in two files:
//!
//! 1. a field of the module's `Settings`, such as `crate::http::Settings` for `[http]`, which are read as they are;
//! 2. the field's default in the `impl Default` beside it;
//! 3. the key in `default-config.toml`: above it unit, bounds and effect, for people and for editors.
//!
//! Then `insight-host config schema > host/insight-host.schema.json` updates the schema. Tests compare the defaults of
//! 2 and 3, and find a key that 3 lacks. Bounds that the type does not express are checked in the table's function
//! `settings` here.
//!
//! The tables `[admin]`, `[auth]`, `[key-value]`, `[telemetry]` and `[plugins.NAME]` are written otherwise than their
//! modules take them. Each has a type of its own in its file here, where a key is one field more, and is converted.

mod admin;
mod auth;
mod changes;
mod compile;
mod development;
mod effective;
mod fetch;
mod file;
mod follow;
mod http;
mod http_client;
mod key_value;
mod load;
mod merge;
mod named_files;
mod nearest;
mod origin;
mod plugin;
mod problems;
mod read;
mod reference;
mod runtime;
mod schema;
mod schema_node;
mod sources;
mod start;
mod state;
mod table;
mod telemetry;
mod tree;

pub(crate) use self::admin::AdminListen;
pub(crate) use self::auth::CallerName;
pub(crate) use self::development::AuthorFiles;
pub(crate) use self::effective::Effective;
pub(crate) use self::file::Config;
pub(crate) use self::follow::{Followed, follow};
pub(crate) use self::problems::Problems;
pub(crate) use self::reference::DEFAULT_CONFIG;
pub(crate) use self::schema::schema;
pub(crate) use self::sources::Sources;
pub(crate) use self::state::state_directory;

impl Config {
    /// Reads the settings of `sources`.
    ///
    /// # Errors
    ///
    /// Fails with all errors in them.
    pub(crate) fn read(sources: &Sources) -> Result<Self, Problems> {
        Effective::read(sources).map(|effective| effective.config)
    }

    /// Reads a settings file of this text.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut problems = Problems::default();
        let mut tree = sources::read_toml(&std::path::Path::new("insight-host.toml").into(), text, &mut problems);
        let config = read::config(&mut tree, &mut problems);
        problems.unless_any(config).map_err(|problems| problems.to_string())
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
    use engine::Limits;

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
