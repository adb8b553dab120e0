//! The metadata of an agent: the maker's statements, else the plugin's profile.

use contract::Profile;
use uuid::Uuid;

use super::settings::AgentSettings;
use super::{AgentRuntime, app_id};
use crate::{Offer, Provider, PublicUrl, certification};

/// The property of a profile that holds the URL of the terms of use.
const TERMS_OF_USE: &str = "Terms of use";

/// The most characters of an agent's texts, in UTF-16 code units.
pub(super) const LONGEST_TITLE: usize = 30;
pub(super) const LONGEST_SUMMARY: usize = 80;
pub(super) const LONGEST_DESCRIPTION: usize = 1_000;
const LONGEST_DEVELOPER: usize = 32;

/// The metadata of an agent, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct AgentAbout {
    pub(super) app_id: Uuid,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) version: String,
    pub(super) developer: Option<String>,
    pub(super) website: Option<String>,
    pub(super) privacy_policy: Option<String>,
    pub(super) terms_of_use: Option<String>,
    pub(super) accent_color: String,
    pub(super) support_email: Option<String>,
    pub(super) instructions: Option<String>,
    has_color: bool,
}

impl AgentAbout {
    /// Collects the metadata of `offer`; `settings` take precedence.
    ///
    /// With several providers no profile describes them all, so only their names are used.
    pub(super) fn of(
        offer: &Offer,
        settings: &AgentSettings,
        runtime: AgentRuntime,
        location: &PublicUrl,
        provider: Option<&str>,
    ) -> Self {
        let profile = offer.only().and_then(|provider| provider.profile.as_ref());
        // A blank statement is none.
        let stated = |ours: &Option<String>, theirs: fn(&Profile) -> Option<&String>| {
            ours.as_ref().or(profile.and_then(theirs)).filter(|text| !text.trim().is_empty()).cloned()
        };
        let description = stated(&settings.description, |profile| Some(&profile.description));
        let description = description.unwrap_or_else(|| described(offer));
        let color = stated(&settings.brand_color, |profile| profile.brand_color.as_ref());
        Self {
            app_id: app_id(settings.app_id, runtime, location, provider),
            title: settings.title.clone().unwrap_or_else(|| title(offer)),
            summary: settings.summary.clone().unwrap_or_else(|| shortened(&description, LONGEST_SUMMARY)),
            description,
            version: stated(&settings.version, |profile| Some(&profile.version))
                .map_or_else(|| "1.0.0".to_owned(), |version| semantic(&version)),
            developer: stated(&settings.publisher, |profile| Some(&profile.publisher.name)),
            website: stated(&settings.website, |profile| profile.publisher.website.as_ref()),
            privacy_policy: stated(&settings.privacy_policy, |profile| profile.publisher.privacy_policy.as_ref()),
            terms_of_use: stated(&settings.terms_of_use, terms_of_use),
            has_color: color.is_some(),
            accent_color: color.unwrap_or_default(),
            support_email: stated(&None, |profile| profile.publisher.support_email.as_ref()),
            instructions: settings.instructions.clone().filter(|text| !text.trim().is_empty()),
        }
    }

    /// Returns every key that is missing or that Microsoft would refuse, with the change to make.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let texts = [
            ("publisher", self.developer.as_deref(), LONGEST_DEVELOPER, "the company that publishes it"),
            ("title", Some(self.title.as_str()), LONGEST_TITLE, "the agent's name"),
            ("summary", Some(self.summary.as_str()), LONGEST_SUMMARY, "its benefit for sellers"),
            ("description", Some(self.description.as_str()), LONGEST_DESCRIPTION, "its benefit for sellers"),
        ];
        for (key, text, most, what) in texts {
            match text.map(|text| (text, text.encode_utf16().count())) {
                None => problems.push(format!("`{key}`: {what}, in at most {most} characters")),
                Some((text, _)) if text.trim().is_empty() => problems.push(format!("`{key}` must not be blank")),
                Some((_, length)) if length > most => {
                    problems.push(format!("`{key}` must have at most {most} characters, not {length}"));
                }
                Some((text, _)) if text.contains("[[") || text.contains("]]") => {
                    problems.push(format!("`{key}` must not hold `[[` or `]]`, which mark keys of language files"));
                }
                Some(_) => {}
            }
        }
        let addresses = [
            ("website", &self.website, "the company's web site"),
            ("privacy-policy", &self.privacy_policy, "the URL of its privacy policy"),
            ("terms-of-use", &self.terms_of_use, "the URL of its terms of use"),
        ];
        for (key, url, what) in addresses {
            match url.as_deref() {
                None => problems.push(format!("`{key}`: {what}")),
                Some(url) => problems.extend(certification::website(url).map(|broken| format!("`{key}` {broken}"))),
            }
        }
        if !self.has_color {
            problems.push("`brand-color`: the colour behind the icon, such as \"#0f6cbd\"".to_owned());
        } else if !is_color(&self.accent_color) {
            problems.push("`brand-color` must be like \"#0f6cbd\"".to_owned());
        }
        problems
    }
}

fn terms_of_use(profile: &Profile) -> Option<&String> {
    profile.properties.iter().find(|(name, _)| name == TERMS_OF_USE).map(|(_, url)| url)
}

fn is_color(color: &str) -> bool {
    let digits = color.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns the default name of an agent.
fn title(offer: &Offer) -> String {
    let title = offer.only().map_or("Insight Host", Provider::title);
    shortened(title, LONGEST_TITLE)
}

fn described(offer: &Offer) -> String {
    let titles: Vec<&str> = offer.providers.iter().map(Provider::title).collect();
    let description = format!("Insights for sellers from {}.", titles.join(", "));
    shortened(&description, LONGEST_DESCRIPTION)
}

/// Shortens a text to `most` UTF-16 code units: to its first sentence, else to whole
/// clauses or words and an ellipsis.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let fits = |text: &str| text.encode_utf16().count() <= most;
    if fits(text) {
        return text.to_owned();
    }
    if let Some((sentence, _)) = text.split_once(". ").filter(|(sentence, _)| fits(&format!("{sentence}."))) {
        return format!("{sentence}.");
    }
    let mut short = String::new();
    for word in text.split_inclusive(' ') {
        if !fits(&format!("{}…", format!("{short}{word}").trim_end())) {
            break;
        }
        short.push_str(word);
    }
    // A whole clause reads better than half of one, unless little would be left.
    let clause = short.rfind([',', ';']).filter(|end| *end >= short.len() / 2);
    format!("{}…", short[..clause.unwrap_or(short.len())].trim_end())
}

/// Returns three numbers of a version, which an app's must have.
fn semantic(version: &str) -> String {
    let mut numbers = version.split(['.', '-', '+']).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    format!("{}.{}.{}", next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_after_a_sentence_or_between_words() {
        assert_eq!(shortened("Short.", 10), "Short.");
        assert_eq!(shortened("One sentence. And another.", 15), "One sentence.");
        assert_eq!(shortened("Shows contracts, who signed them", 18), "Shows contracts…");
    }

    #[test]
    fn the_version_of_an_app_has_three_numbers() {
        for (version, expected) in [("1.4.0", "1.4.0"), ("2", "2.0.0"), ("1.2.3-beta.1", "1.2.3"), ("v", "0.0.0")] {
            assert_eq!(semantic(version), expected);
        }
    }
}
