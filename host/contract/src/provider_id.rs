//! Names of providers.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Printable;

/// The name of a provider: lower-case kebab, 1 to 64 bytes, such as `contoso-hub`.
///
/// It is the file name of the component without `.wasm`, and appears unchanged in URLs, headers, metrics and
/// logs. A clone shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(Arc<str>);

impl ProviderId {
    /// The longest name, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderId {
    type Err = ProviderIdError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match problem_of(name) {
            None => Ok(Self(name.into())),
            Some(problem) => Err(ProviderIdError { name: shown(name), problem, suggestion: suggestion_for(name) }),
        }
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ProviderIdError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for ProviderId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ProviderId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A text cannot name a provider. The message states the reason, and suggests a name if possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot name a provider: {problem}{}", remedy(suggestion.as_ref()))]
pub struct ProviderIdError {
    /// The text, escaped and truncated.
    name: String,
    problem: NameProblem,
    suggestion: Option<ProviderId>,
}

impl ProviderIdError {
    /// Returns the problem.
    pub fn problem(&self) -> NameProblem {
        self.problem
    }

    /// Returns the nearest valid name, if any of its characters can stay.
    pub fn suggestion(&self) -> Option<&ProviderId> {
        self.suggestion.as_ref()
    }
}

/// The problem of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// The name is empty.
    #[error("it is empty")]
    Empty,
    /// The name has more than [`ProviderId::MAX_LENGTH`] bytes.
    #[error("it has more than 64 bytes")]
    TooLong,
    /// The name contains a character other than `a`–`z`, `0`–`9` and hyphens.
    #[error("{0:?} is neither a lower-case letter, a digit nor a hyphen")]
    Character(char),
    /// The name does not begin with a letter.
    #[error("it does not begin with a letter")]
    Start,
    /// The name ends in a hyphen or has two in a row.
    #[error("each hyphen must stand between letters or digits")]
    Hyphen,
}

fn problem_of(name: &str) -> Option<NameProblem> {
    if name.is_empty() {
        return Some(NameProblem::Empty);
    }
    if let Some(other) = name.chars().find(|&c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Some(NameProblem::Character(other));
    }
    if name.len() > ProviderId::MAX_LENGTH {
        return Some(NameProblem::TooLong);
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(NameProblem::Start);
    }
    (name.ends_with('-') || name.contains("--")).then_some(NameProblem::Hyphen)
}

/// Keeps the letters and digits of `name` in lower case, and replaces each run of other characters by a hyphen.
fn suggestion_for(name: &str) -> Option<ProviderId> {
    let mut kebab = String::new();
    let mut after_lower = false;
    for c in name.chars().take(4 * ProviderId::MAX_LENGTH) {
        // `ContosoHub` reads as two words.
        let starts_word = !c.is_ascii_alphanumeric() || (after_lower && c.is_ascii_uppercase());
        if starts_word && !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
        if c.is_ascii_alphanumeric() {
            kebab.push(c.to_ascii_lowercase());
        }
        after_lower = c.is_ascii_lowercase();
    }
    let kebab = kebab.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let kebab = &kebab[..kebab.len().min(ProviderId::MAX_LENGTH)];
    let kebab = kebab.trim_end_matches('-');
    // Parsing would ask for a suggestion again.
    problem_of(kebab).is_none().then(|| ProviderId(kebab.into()))
}

fn shown(name: &str) -> String {
    match name.char_indices().nth(ProviderId::MAX_LENGTH) {
        Some((end, _)) => format!("{}…", Printable(&name[..end])),
        None => Printable(name).to_string(),
    }
}

fn remedy(suggestion: Option<&ProviderId>) -> String {
    match suggestion {
        Some(name) => format!(" (try `{name}`)"),
        None => " (use a name such as `contoso-hub`)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_names_of_letters_and_digits_are_taken() {
        for name in ["a", "contoso-hub", "crm2", "a-1-b", &"a".repeat(64)] {
            assert_eq!(name.parse::<ProviderId>().map(|id| id.to_string()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn each_other_name_is_refused_for_its_own_reason() {
        let problem = |name: &str| name.parse::<ProviderId>().expect_err("refused").problem();

        assert_eq!(problem(""), NameProblem::Empty);
        assert_eq!(problem(&"a".repeat(65)), NameProblem::TooLong);
        assert_eq!(problem("Contoso"), NameProblem::Character('C'));
        assert_eq!(problem("../etc"), NameProblem::Character('.'));
        assert_eq!(problem("naïve"), NameProblem::Character('ï'));
        assert_eq!(problem("9lives"), NameProblem::Start);
        assert_eq!(problem("-a"), NameProblem::Start);
        assert_eq!(problem("a-"), NameProblem::Hyphen);
        assert_eq!(problem("a--b"), NameProblem::Hyphen);
    }

    #[test]
    fn a_refusal_suggests_the_nearest_name_that_would_do() {
        for (given, nearest) in [
            ("Contoso Hub", "contoso-hub"),
            ("ContosoHub", "contoso-hub"),
            ("contoso_hub", "contoso-hub"),
            ("crm.notes v2", "crm-notes-v2"),
            ("CRM", "crm"),
            ("-a-", "a"),
        ] {
            let error = given.parse::<ProviderId>().expect_err(given);

            assert_eq!(error.suggestion().map(ProviderId::as_str), Some(nearest));
            assert!(error.to_string().ends_with(&format!("(try `{nearest}`)")), "{error}");
        }
        assert_eq!("日本".parse::<ProviderId>().expect_err("refused").suggestion(), None);
    }

    #[test]
    fn a_refusal_is_short_and_printable_whatever_the_name() {
        let error = "\u{1b}[2J".repeat(1000).parse::<ProviderId>().expect_err("refused").to_string();

        assert!(error.len() < 1000);
        assert!(!error.contains('\u{1b}'));
    }

    #[test]
    fn it_is_checked_when_deserialized() {
        assert!(serde_json::from_str::<ProviderId>("\"contoso-hub\"").is_ok());
        assert!(serde_json::from_str::<ProviderId>("\"Contoso\"").is_err());
    }
}
