//! A maker's statements about a connector, in `connector.toml`. They take precedence over the profiles of plugins.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{OAuth, OperationIds};

/// The most bytes of a settings file.
const LARGEST: u64 = 1 << 20;

/// A maker's statements. All are optional; an error names the keys that neither they nor the plugin provide.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Name of the connector, at most 30 characters.
    pub(super) title: Option<String>,
    /// Description of its use to sellers, in 30 to 500 characters.
    pub(super) description: Option<String>,
    /// Version of the connector, such as `1.0.0`.
    pub(super) version: Option<String>,
    /// Company that publishes it.
    pub(super) publisher: Option<String>,
    /// The company's web site.
    pub(super) website: Option<String>,
    /// Its privacy policy.
    pub(super) privacy_policy: Option<String>,
    /// Categories of Power Platform's catalogue.
    pub(super) categories: Vec<String>,
    /// Colour behind the icon, such as `#0f6cbd`.
    pub(super) brand_color: Option<String>,
    /// A PNG, by its path from this file.
    pub(super) icon: Option<PathBuf>,
    /// Family of operation ids: `"0.1"` keeps those of a connector that was exported by version 0.1.
    pub(super) operation_ids: OperationIds,
    /// The contact for users.
    pub(super) contact: Contact,
    /// Copilots to which the connector says that it is published, by the names that certified connectors state.
    pub(super) published_to_copilots: Vec<String>,
    /// The sign-in of its users.
    pub(super) oauth: OAuth,
}

/// The contact for users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Contact {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) url: Option<String>,
}

/// The reason why a maker's statements cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The file is malformed or has unknown keys.
    #[error("{}{}: {what}", path.display(), location.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
    Form {
        /// The file.
        path: PathBuf,
        /// Line and column, if known.
        location: Option<(usize, usize)>,
        /// The problem.
        what: String,
    },
}

impl Settings {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// Fails with the change to make, and its location.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let mut settings: Self = read(path)?;
        // The icon's path is relative to the file, wherever the command runs.
        settings.icon = settings.icon.map(|icon| beside(path, &icon));
        Ok(settings)
    }

    /// Returns the family of operation ids.
    pub const fn operation_ids(&self) -> OperationIds {
        self.operation_ids
    }

    /// Returns the statements about sign-in.
    pub fn oauth(&self) -> &OAuth {
        &self.oauth
    }
}

/// Reads statements from the file at `path`.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, SettingsError> {
    let text = read_text(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| SettingsError::Form {
        path: path.to_owned(),
        location: error.span().map(|span| line_and_column(&text, span.start)),
        what: error.message().replace('\n', " "),
    })
}

/// Returns the path of a file that is named from the file at `path`.
pub(super) fn beside(path: &Path, name: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(name)
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1MiB"));
    }
    Ok(text)
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line = before.matches('\n').count() + 1;
    (line, before.chars().rev().take_while(|&c| c != '\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_that_the_guide_shows_are_statements() {
        let guide = include_str!("../../../docs/connector.md");
        let shown = guide.split("```toml\n# connector.toml\n").skip(1).map(|rest| rest.split("```").next());

        let shown: Result<Vec<Settings>, _> = shown.map(|block| toml::from_str(block.unwrap_or_default())).collect();

        let shown = shown.expect("they are valid");
        let [of_entra, other] = &shown[..] else { panic!("the guide shows two") };
        assert_eq!(of_entra.oauth.scope.as_deref(), Some("Insights.Read"));
        for settings in [of_entra, other] {
            assert_eq!(settings.oauth.problems(), [""; 0]);
        }
        assert!(of_entra.oauth.is_of_entra() && !other.oauth.is_of_entra());
    }

    #[test]
    fn a_key_that_nobody_knows_is_named_with_its_place() {
        let dir = tempfile::TempDir::new().expect("a folder");
        let path = dir.path().join("connector.toml");
        std::fs::write(&path, "title = \"Hub\"\nprivacy = \"x\"\n").expect("it can be written");

        let error = Settings::read(&path).expect_err("`privacy` is no key").to_string();

        assert!(error.contains("connector.toml:2:1") && error.contains("privacy-policy"), "{error}");
    }
}
