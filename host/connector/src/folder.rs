//! The folder with the files of a connector, for upload to Power Platform.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::icon::{self, IconError};
use super::{Definition, Incomplete, Offer, Settings, certification, export, properties, readme, solution};
use net::outfile::{OutfileError, Overwrite};

/// The record of what was written, by which the next export knows its files again. It is hidden, and no tool of Power
/// Platform uploads it.
const RECORD: &str = ".insight-host-connector.json";

/// The settings of paconn, to which its user adds the environment and the connector's id.
const PACONN: &str = "settings.json";

/// The reason why a connector cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Required metadata is missing.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// The host is not one that Power Platform reaches.
    #[error("the host name `{host}` {broken}; `--host-name` names the host as Power Platform reaches it")]
    HostName {
        /// The host name.
        host: String,
        /// The rule that it breaks.
        broken: String,
    },
    /// The definition is too large.
    #[error(
        "the definition {}; export each provider by itself (`--provider`), or let plugins list fewer skills and shorter \
         descriptions",
        .0.join(", and ")
    )]
    TooLarge(Vec<String>),
    /// The icon is not suitable.
    #[error("the icon {whose} is not suitable; `icon` in connector.toml names another")]
    Icon {
        /// The provider or setting that names the icon.
        whose: String,
        /// The reason.
        #[source]
        source: IconError,
    },
    /// The icon cannot be read.
    #[error("failed to read the icon {}", path.display())]
    ReadIcon {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file is not to be written, or cannot be.
    #[error(transparent)]
    Write(#[from] OutfileError),
}

/// Writes the connector of `offer` into the folder `out`, and returns the paths of its files.
///
/// Nothing is written unless the whole connector can be published. Files that are not of an earlier export, or were
/// changed since, are only replaced if `overwrite` says so. The settings of paconn stay as they are: its user adds to
/// them.
///
/// # Errors
///
/// Fails with everything that is missing, or with the file that cannot be read or is not to be written.
pub fn write(
    definition: &Definition,
    offer: &Offer,
    settings: &Settings,
    out: &Path,
    overwrite: Overwrite,
) -> Result<Vec<PathBuf>, FolderError> {
    definition.check()?;
    let swagger = swagger(definition)?;
    let icon = icon(definition, offer, settings)?;
    let readme = readme::document(definition).into_bytes();
    let solution = solution::archive(definition, &swagger, &icon);
    let files: [(&str, Vec<u8>); 7] = [
        ("apiDefinition.swagger.json", swagger.into_bytes()),
        ("apiProperties.json", text(&properties::document(definition)).into_bytes()),
        ("icon.png", icon),
        // The package for certification has the readme under another name.
        ("intro.md", readme.clone()),
        ("readme.md", readme),
        (PACONN, text(&paconn()).into_bytes()),
        ("solution.zip", solution),
    ];
    Ok(export::write(out, RECORD, &files, &[PACONN], overwrite)?)
}

/// Formats JSON with indentation.
fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

/// Formats the definition, without indentation if it fits in this form alone.
fn swagger(definition: &Definition) -> Result<String, FolderError> {
    let document = definition.swagger();
    let indented = text(&document);
    if certification::size(&indented).is_empty() {
        return Ok(indented);
    }
    let dense = document.to_string();
    let broken = certification::size(&dense);
    if broken.is_empty() { Ok(dense) } else { Err(FolderError::TooLarge(broken)) }
}

/// Returns the maker's icon, else the plugin's, else a drawn one.
fn icon(definition: &Definition, offer: &Offer, settings: &Settings) -> Result<Vec<u8>, FolderError> {
    if let Some(path) = &settings.icon {
        let bytes = icon::read(path).map_err(|source| FolderError::ReadIcon { path: path.clone(), source })?;
        let whose = path.display().to_string();
        return icon::check(&bytes).map(|()| bytes).map_err(|source| FolderError::Icon { whose, source });
    }
    let provider = offer.only();
    let own = provider.and_then(|provider| Some((provider, provider.profile.as_ref()?.icon.as_ref()?)));
    if let Some((provider, icon)) = own {
        let whose = format!("of {}", provider.id);
        return icon::check(icon).map(|()| icon.clone()).map_err(|source| FolderError::Icon { whose, source });
    }
    Ok(icon::draw(definition.about.brand_color.as_deref().unwrap_or_default()))
}

/// Returns paconn's `settings.json`. The maker adds the environment, and the connector's id once it is created.
fn paconn() -> Value {
    json!({
        "apiDefinition": "apiDefinition.swagger.json",
        "apiProperties": "apiProperties.json",
        "icon": "icon.png",
        "powerAppsUrl": "https://api.powerapps.com",
        "powerAppsApiVersion": "2016-11-01",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::tests::{offer, provider};
    use crate::{About, EmailSummaries, OAuth, OperationIds, PublicUrl};

    /// Creates the definition of as many skills, of which each takes two thousand characters, half of them indentation.
    fn definition(skills: usize) -> Definition {
        let names: Vec<String> = (0..skills).map(|number| format!("skill-{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let offer = offer(&[provider("hub", &[], &names)]);
        let location = PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() };
        let about = About::of(&offer, &Settings::default());
        let (emails, ids) = (EmailSummaries::Second, OperationIds::Observed);
        Definition::new(&offer, emails, location, about, OAuth::default(), ids).expect("no two share an id")
    }

    #[test]
    fn a_definition_that_no_solution_takes_is_refused() {
        let refused = swagger(&definition(600));

        let Err(error) = refused else { panic!("it is too large") };
        assert!(error.to_string().contains("500000 characters") && error.to_string().contains("--provider"), "{error}");
    }

    #[test]
    fn a_definition_is_written_without_indentation_if_it_fits_in_this_form_alone() {
        let [few, many] = [20, 260].map(|skills| swagger(&definition(skills)).expect("it fits"));

        assert!(few.contains("\n  ") && !many.contains('\n'), "{} and {}", few.len(), many.len());
        assert!(text(&definition(260).swagger()).len() > certification::LONGEST_DEFINITION);
    }
}
