//! A plugin's description of itself.

use super::language;
use super::line::line;
use super::link::web;
use super::properties::check as check_properties;
use super::repair::{Change, Flaw, Repairs};

/// Longest name of a partner, as shown to sellers.
const LONGEST_PARTNER_NAME: usize = 20;

/// Longest description, and longest line of any other kind.
const LONGEST_TEXT: usize = 500;

/// Most languages that are kept.
const MOST_LANGUAGES: usize = 64;

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
            properties: check_properties("properties", self.properties, repairs),
        }
    }

    /// The query of an example request to the plugin: its property `Example`.
    #[must_use]
    pub fn example(&self) -> Option<&str> {
        self.properties.iter().find(|(name, _)| name == "Example").map(|(_, query)| query.as_str())
    }
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
