//! Grants and settings of plugins for their authors, who develop them: `NAME.toml` says what the plugin wishes, and
//! `NAME.dev.toml` beside it holds what it needs on the author's machine.
//!
//! Here alone are wishes granted. Only commands for authors read these files (`dev`, and `call` and `check` if there is a
//! `NAME.dev.toml`), and nothing copies a `NAME.dev.toml` to where a host serves it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::origin::SettingOrigin;
use super::problems::{Problems, SettingProblem};
use crate::plugin::{AuthorSettings, OperatorSettings, Settings, Wishes};
use contract::ProviderId;
use contract::values::{config_values, origins};
use egress::{HttpGrant, KeyValueGrant, Network, SecretGrant};

/// The files of the author of each plugin, which need not exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuthorFiles(BTreeMap<ProviderId, PluginFiles>);

/// The files of one plugin's author.
#[derive(Clone, Debug)]
struct PluginFiles {
    /// `NAME.toml`.
    settings: PathBuf,
    /// `NAME.dev.toml`.
    development: PathBuf,
}

/// The content of `NAME.dev.toml`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct DevelopmentFile {
    /// Values of the interface `config`, in place of those of `NAME.toml`.
    #[serde(deserialize_with = "config_values")]
    config: BTreeMap<String, String>,
    /// Origins in addition to the wished ones, such as one on this machine or in the author's network.
    #[serde(deserialize_with = "origins")]
    http: Vec<String>,
    /// Values of secrets.
    secrets: BTreeMap<String, String>,
}

impl AuthorFiles {
    /// Adds the files of the plugin `id` in the folder `dir`.
    pub(crate) fn add(&mut self, id: &ProviderId, dir: &Path) {
        self.add_at(id, dir.join(format!("{id}.toml")), dir.join(format!("{id}.dev.toml")));
    }

    /// Adds the files of the plugin `id` at these paths.
    pub(crate) fn add_at(&mut self, id: &ProviderId, settings: PathBuf, development: PathBuf) {
        self.0.insert(id.clone(), PluginFiles { settings, development });
    }

    /// Returns the paths of all files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.values().flat_map(|files| [files.settings.as_path(), &files.development])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds to `settings` what the files say. Reports those that cannot be read. Blocks on the disk.
    pub(super) fn apply(&self, settings: &mut Settings, problems: &mut Problems) {
        for (id, files) in &self.0 {
            let wishes = wishes(&files.settings, problems);
            let development = development(&files.development, problems);
            grant(settings.plugins.entry(id.clone()).or_default(), &wishes, development);
        }
    }
}

/// Grants the wishes of an author to the plugin with these settings, and what its file for development has.
fn grant(plugin: &mut OperatorSettings, wishes: &Wishes, development: DevelopmentFile) {
    let DevelopmentFile { config, http, secrets } = development;
    plugin.config.extend(config);
    let grants = &mut plugin.grants;
    let wished = wishes.http.iter().filter(|origin| !grants.allows_origin(origin));
    let wished: Vec<_> = wished.map(|origin| HttpGrant::of_author(origin, &[])).collect();
    grants.http.extend(wished);
    grants.http.extend(http.iter().map(|origin| HttpGrant::of_author(origin, &[Network::Private])));
    grants.secrets.extend(secrets.into_iter().map(|(name, value)| (name, SecretGrant::of_author(value))));
    grants.key_value = grants.key_value.or(wishes.key_value.then_some(KeyValueGrant::PerTenant));
    grants.caller |= wishes.caller || wishes.user_name;
    grants.user_name |= wishes.user_name;
}

/// Returns the wishes that a `NAME.toml` states.
fn wishes(path: &Path, problems: &mut Problems) -> Wishes {
    let mut report = |what: String| {
        problems.add(SettingProblem::of_source(whole(path), what));
        Wishes::default()
    };
    match read(path) {
        Ok(None) => Wishes::default(),
        Ok(Some(bytes)) => match AuthorSettings::parse(&bytes, path) {
            Ok(settings) => settings.wishes,
            Err(error) => report(error.without_file()),
        },
        Err(error) => report(format!("failed to read it: {error}")),
    }
}

/// Returns the content of a `NAME.dev.toml`.
fn development(path: &Path, problems: &mut Problems) -> DevelopmentFile {
    let text = match read(path).map(|bytes| String::from_utf8(bytes.unwrap_or_default())) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => {
            problems.add(SettingProblem::of_source(whole(path), "it is not UTF-8: save it in that encoding"));
            return DevelopmentFile::default();
        }
        Err(error) => {
            problems.add(SettingProblem::of_source(whole(path), format!("failed to read it: {error}")));
            return DevelopmentFile::default();
        }
    };
    parse(&text, path).unwrap_or_else(|problem| {
        problems.add(problem);
        DevelopmentFile::default()
    })
}

fn parse(text: &str, path: &Path) -> Result<DevelopmentFile, SettingProblem> {
    let path: Arc<Path> = path.into();
    let at = |error: &toml::de::Error| {
        let offset = error.span().map_or(0, |span| span.start);
        SettingOrigin::in_file(&path, text, offset)
    };
    let document = toml::Deserializer::parse(text)
        .map_err(|error| SettingProblem::of_source(at(&error), format!("this is not TOML: {}", error.message())))?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let key = error.path().to_string();
        let error = error.into_inner();
        if key == "." {
            return SettingProblem::of_source(at(&error), error.message());
        }
        if key.starts_with("secrets") {
            // The message may quote the value.
            return SettingProblem::new(&key, at(&error), "must be a text in quotes");
        }
        SettingProblem::caused(&key, at(&error), error.message())
    })
}

/// Reads a file; `None` if there is none.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn whole(path: &Path) -> SettingOrigin {
    SettingOrigin::File { path: path.into(), at: None }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Returns the settings of the plugin `hub` with these files, or the errors in them.
    fn settings(author: &str, development: &str) -> Result<OperatorSettings, String> {
        let dir = TempDir::new().expect("there is room");
        fs::write(dir.path().join("hub.toml"), author).expect("the folder is ours");
        fs::write(dir.path().join("hub.dev.toml"), development).expect("the folder is ours");
        let (mut files, mut problems) = (AuthorFiles::default(), Problems::default());
        let id: ProviderId = "hub".parse().expect("lower-case kebab");
        files.add(&id, dir.path());
        let mut settings = Settings::default();
        files.apply(&mut settings, &mut problems);
        let settings = settings.plugins.remove(&id).expect("it has settings");
        problems.unless_any(settings).map_err(|problems| problems.to_string())
    }

    #[test]
    fn an_author_is_granted_what_the_plugin_wishes_and_what_the_development_needs() {
        let wishes = "[wishes]\nhttp = [\"https://api.contoso.com\"]\nsecrets = [\"token\"]\nkey-value = true";
        let development = "http = [\"http://localhost:9000\"]\n[config]\nbase = \"http://localhost:9000\"\n\
                           [secrets]\ntoken = \"hunter2\"";

        let settings = settings(wishes, development).expect("both are valid");

        assert_eq!(
            settings.grants.summary(),
            [
                "http https://api.contoso.com",
                "http http://localhost:9000, network private, network loopback",
                "secret token for development",
                "key-value per-tenant"
            ]
        );
        assert_eq!(settings.config["base"], "http://localhost:9000");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_without_a_value_is_not_granted() {
        let settings = settings("[wishes]\nsecrets = [\"token\"]", "").expect("both are valid");

        assert!(settings.grants.secrets.is_empty());
    }

    #[test]
    fn errors_name_file_line_and_key_and_no_secret() {
        for (author, development, told) in [
            ("[wishes]\nhttp = [\"nowhere\"]", "", "hub.toml: line 2"),
            ("", "http = [\"nowhere\"]", "hub.dev.toml:1:"),
            ("", "\n[secret]\na = \"hunter2\"", "hub.dev.toml:2:"),
            ("", "[secrets]\ntoken = 12345678", "`secrets.token` must be a text in quotes"),
            ("", "[secrets]\ntoken = hunter2", "hub.dev.toml:2:"),
        ] {
            let error = settings(author, development).expect_err(told);

            assert!(error.contains(told), "{told}: {error}");
            assert!(!error.contains("hunter2") && !error.contains("12345678"), "{error}");
        }
    }
}
