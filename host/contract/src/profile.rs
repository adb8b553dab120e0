//! A plugin's description of itself.

use url::form_urlencoded;

use super::CrmRecord;
use super::language;
use super::line::line;
use super::link::web;
use super::properties::check as check_properties;
use super::repair::{Change, Flaw, Repairs};

/// Longest name of a partner, as shown to sellers.
const LONGEST_PARTNER_NAME: usize = 20;

/// Longest description, and longest line of any other kind.
const LONGEST_TEXT: usize = 500;

/// Longest text of an example: that of a request.
const LONGEST_EXAMPLE: usize = crate::request::LONGEST_TEXT;

/// Most languages that are kept.
const MOST_LANGUAGES: usize = 64;

/// Most categories that are kept.
const MOST_CATEGORIES: usize = 8;

/// Longest name of a category, in UTF-16 code units.
const LONGEST_CATEGORY: usize = 64;

/// Largest icon that is kept, in bytes.
const LARGEST_ICON: usize = 256 << 10;

/// The bytes that every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A plugin's description of itself, before or after it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The partner's name as sellers know it, at most 20 characters.
    pub title: String,
    /// Description of the plugin's benefit for sellers.
    pub description: String,
    /// Version of the plugin.
    pub version: String,
    /// Publisher of the plugin.
    pub publisher: Publisher,
    /// Colour behind the icon, as `#0f6cbd`.
    pub brand_color: Option<String>,
    /// Icon, a PNG.
    pub icon: Option<Vec<u8>>,
    /// Languages of its texts, its own first.
    pub languages: Vec<String>,
    /// Categories of Power Platform.
    pub categories: Vec<String>,
    /// A record that the plugin can answer about.
    pub example: Option<CrmRecord>,
    /// Further names and values for a catalogue.
    pub properties: Vec<(String, String)>,
}

/// The publisher of a plugin, who is responsible for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// Name of the company.
    pub name: String,
    /// Its web site.
    pub website: Option<String>,
    /// Its privacy policy.
    pub privacy_policy: Option<String>,
    /// Mail address for support.
    pub support_email: Option<String>,
}

impl Profile {
    /// Returns this profile with its texts repaired for display, and without malformed values.
    #[must_use]
    pub fn check(self, repairs: &mut Repairs) -> Self {
        let Publisher { name, website, privacy_policy, support_email } = self.publisher;
        Self {
            title: line("title", self.title, LONGEST_PARTNER_NAME, repairs),
            description: line("description", self.description, LONGEST_TEXT, repairs),
            version: line("version", self.version, LONGEST_TEXT, repairs),
            publisher: Publisher {
                name: line("publisher", name, LONGEST_TEXT, repairs),
                website: url("website", website, repairs),
                privacy_policy: url("privacyPolicy", privacy_policy, repairs),
                support_email: support_email.map(|email| line("supportEmail", email, LONGEST_TEXT, repairs)),
            },
            brand_color: kept("brandColor", self.brand_color, is_color, Flaw::NoColor, repairs),
            icon: kept("icon", self.icon, is_icon, Flaw::NoIcon, repairs),
            languages: languages(&self.languages, repairs),
            categories: categories(self.categories, repairs),
            example: example(self.example, repairs),
            properties: check_properties("properties", self.properties, repairs),
        }
    }

    /// The query of a request about the plugin's example.
    #[must_use]
    pub fn example_query(&self) -> Option<String> {
        let CrmRecord { record_type, record_id } = self.example.as_ref()?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        Some(query.append_pair("recordType", record_type).append_pair("recordId", record_id).finish())
    }
}

/// Returns the categories that are not empty, up to the number that is kept.
fn categories(names: Vec<String>, repairs: &mut Repairs) -> Vec<String> {
    if names.len() > MOST_CATEGORIES {
        repairs.repair("categories", Change::Dropped { because: Flaw::TooMany { most: MOST_CATEGORIES } });
    }
    let names = names.into_iter().take(MOST_CATEGORIES);
    let lines: Vec<String> = names.map(|name| line("categories", name, LONGEST_CATEGORY, repairs)).collect();
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// Returns the example if it is a record that a request may name.
fn example(record: Option<CrmRecord>, repairs: &mut Repairs) -> Option<CrmRecord> {
    let CrmRecord { record_type, record_id } = record?;
    // A shorter identifier would name another record.
    if [&record_type, &record_id].into_iter().any(|text| crate::text::is_longer(text, LONGEST_EXAMPLE)) {
        repairs.repair("example", Change::Dropped { because: Flaw::TooLong { most: LONGEST_EXAMPLE } });
        return None;
    }
    let record = CrmRecord {
        record_type: line("example", record_type, LONGEST_EXAMPLE, repairs).to_lowercase(),
        record_id: line("example", record_id, LONGEST_EXAMPLE, repairs),
    };
    if record.record_type.is_empty() || record.record_id.is_empty() {
        repairs.repair("example", Change::Dropped { because: Flaw::Missing });
        return None;
    }
    Some(record)
}

/// Returns the valid language tags among `tags`, up to the number that is kept.
fn languages(tags: &[String], repairs: &mut Repairs) -> Vec<String> {
    let kept: Vec<String> = tags.iter().take(MOST_LANGUAGES).filter_map(|tag| language(tag)).collect();
    if kept.len() < tags.len() {
        repairs.repair("languages", Change::Dropped { because: Flaw::NoLanguage });
    }
    kept
}

fn url(field: &'static str, text: Option<String>, repairs: &mut Repairs) -> Option<String> {
    let text = text?;
    let url = web(&text);
    if url.is_none() {
        repairs.repair(field, Change::Dropped { because: Flaw::NoWebAddress });
    }
    url
}

/// `value` if it `fits`.
fn kept<T: AsRef<[u8]>>(
    field: &'static str,
    value: Option<T>,
    fits: impl FnOnce(&[u8]) -> bool,
    because: Flaw,
    repairs: &mut Repairs,
) -> Option<T> {
    let value = value?;
    if fits(value.as_ref()) {
        return Some(value);
    }
    repairs.repair(field, Change::Dropped { because });
    None
}

fn is_color(text: &[u8]) -> bool {
    text.len() == 7 && text[0] == b'#' && text[1..].iter().all(u8::is_ascii_hexdigit)
}

fn is_icon(bytes: &[u8]) -> bool {
    bytes.len() <= LARGEST_ICON && bytes.starts_with(PNG)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(profile: Profile) -> (Profile, u32) {
        let mut repairs = Repairs::default();
        let profile = profile.check(&mut repairs);
        (profile, repairs.repaired)
    }

    #[test]
    fn categories_are_lines_and_empty_ones_are_none() {
        let categories = ["Sales and\nCRM", " ", "Productivity"].map(str::to_owned).to_vec();

        let (profile, repaired) = checked(Profile { categories, ..Profile::default() });

        assert_eq!(profile.categories, ["Sales and CRM", "Productivity"]);
        assert!(repaired > 0);
        let many = vec!["AI".to_owned(); MOST_CATEGORIES + 1];
        assert_eq!(checked(Profile { categories: many, ..Profile::default() }).0.categories.len(), MOST_CATEGORIES);
    }

    #[test]
    fn an_example_is_a_record_or_nothing() {
        let example = |record_type: &str, record_id: &str| {
            let record = CrmRecord { record_type: record_type.to_owned(), record_id: record_id.to_owned() };
            checked(Profile { example: Some(record), ..Profile::default() }).0.example
        };

        let account = CrmRecord { record_type: "account".to_owned(), record_id: "4&2".to_owned() };
        assert_eq!(example("Account", "4&2"), Some(account.clone()));
        let profile = Profile { example: Some(account), ..Profile::default() };
        assert_eq!(profile.example_query().as_deref(), Some("recordType=account&recordId=4%262"));
        assert_eq!(example("account", " "), None);
        assert_eq!(example("account", &"x".repeat(LONGEST_EXAMPLE + 1)), None);
    }
}
