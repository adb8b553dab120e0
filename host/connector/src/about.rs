//! The metadata of a connector: the maker's statements, else the plugin's profile.
//!
//! Missing metadata is asked for by key, never made up: a connector is written only if its publisher, addresses and
//! categories are known.

use super::settings::{Contact, Settings};
use super::{Offer, Provider, categories, certification};
use contract::{Printable, Profile};

/// The metadata of a connector, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) version: String,
    pub(super) publisher: Option<String>,
    pub(super) website: Option<String>,
    pub(super) privacy_policy: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) brand_color: Option<String>,
    pub(super) contact: Contact,
    /// Copilots to which the connector says that it is published.
    pub(super) copilots: Vec<String>,
}

impl About {
    /// Collects the metadata of `offer`; `settings` take precedence.
    ///
    /// With several providers no profile describes them all, so only their names are used.
    pub fn of(offer: &Offer, settings: &Settings) -> Self {
        let profile = offer.only().and_then(|provider| provider.profile.as_ref());
        let publisher = profile.map(|profile| &profile.publisher);
        // A blank statement is none.
        let stated = |ours: &Option<String>, theirs: Option<&String>| {
            ours.as_ref().or(theirs).filter(|text| !text.trim().is_empty()).cloned()
        };
        let website = stated(&settings.website, publisher.and_then(|publisher| publisher.website.as_ref()));
        let categories = match settings.categories.as_slice() {
            [] => profile.map(|profile| profile.categories.clone()).unwrap_or_default(),
            stated => stated.to_vec(),
        };
        Self {
            title: settings.title.clone().unwrap_or_else(|| title(offer)),
            description: stated(&settings.description, said(profile, |profile| &profile.description))
                .unwrap_or_else(|| description(offer)),
            version: stated(&settings.version, said(profile, |profile| &profile.version))
                .unwrap_or_else(|| "1.0.0".to_owned()),
            publisher: stated(&settings.publisher, said(profile, |profile| &profile.publisher.name)),
            privacy_policy: stated(
                &settings.privacy_policy,
                publisher.and_then(|publisher| publisher.privacy_policy.as_ref()),
            ),
            categories,
            brand_color: stated(&settings.brand_color, profile.and_then(|profile| profile.brand_color.as_ref())),
            contact: Contact {
                name: stated(&settings.contact.name, said(profile, |profile| &profile.publisher.name)),
                email: stated(
                    &settings.contact.email,
                    publisher.and_then(|publisher| publisher.support_email.as_ref()),
                ),
                url: settings.contact.url.clone().or_else(|| website.clone()),
            },
            website,
            copilots: settings.published_to_copilots.clone(),
        }
    }

    /// Returns every key that is missing or that certification would reject, with the change to make.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut missing = |key: &str, value: &Option<String>, what: &str| {
            if value.is_none() {
                problems.push(format!("`{key}`: {what}"));
            }
        };
        missing("publisher", &self.publisher, "the company that publishes it");
        missing("website", &self.website, "the company's web site");
        missing("privacy-policy", &self.privacy_policy, "the URL of its privacy policy");
        missing("contact.name", &self.contact.name, "the contact for users");
        missing("contact.email", &self.contact.email, "the contact's mail address");
        missing("brand-color", &self.brand_color, "the colour behind the icon, such as \"#0f6cbd\"");
        self.check_texts(&mut problems);
        self.check_addresses(&mut problems);
        self.check_catalogue(&mut problems);
        problems
    }

    fn check_texts(&self, problems: &mut Vec<String>) {
        let mut object = |key: &str, broken: String| problems.push(format!("`{key}` {broken}"));
        certification::title(&self.title).into_iter().for_each(|broken| object("title", broken));
        certification::description(&self.description).into_iter().for_each(|broken| object("description", broken));
    }

    fn check_addresses(&self, problems: &mut Vec<String>) {
        let websites =
            [("website", &self.website), ("privacy-policy", &self.privacy_policy), ("contact.url", &self.contact.url)];
        let websites = websites.into_iter().map(|(key, url)| (key, url.as_deref().and_then(certification::website)));
        let email = self.contact.email.as_deref().and_then(certification::email);
        for (key, broken) in websites.chain([("contact.email", email)]) {
            problems.extend(broken.map(|broken| format!("`{key}` {broken}")));
        }
    }

    fn check_catalogue(&self, problems: &mut Vec<String>) {
        let unknown = categories::unknown(&self.categories);
        if self.categories.is_empty() {
            problems.push(format!("`categories`: one or two of {}", categories::listed()));
        } else if self.categories.len() > categories::MOST {
            let (count, most) = (self.categories.len(), categories::MOST);
            problems.push(format!("`categories` must name at most {most}, not {count}"));
        }
        if !unknown.is_empty() {
            let unknown = unknown.iter().map(|name| Printable(name).to_string()).collect::<Vec<_>>().join("`, `");
            problems.push(format!("`categories`: there is no `{unknown}`; there are {}", categories::listed()));
        }
        if let Some(broken) = self.brand_color.as_deref().and_then(certification::brand_color) {
            problems.push(format!("`brand-color` {broken}"));
        }
    }
}

/// Returns a text of a profile, unless it is empty.
fn said<'a>(profile: Option<&'a Profile>, text: impl Fn(&'a Profile) -> &'a String) -> Option<&'a String> {
    profile.map(text).filter(|text| !text.is_empty())
}

/// Returns the default title of a connector.
fn title(offer: &Offer) -> String {
    offer.only().map_or_else(|| "Insight Host".to_owned(), |provider| provider.title().to_owned())
}

fn description(offer: &Offer) -> String {
    let titles: Vec<&str> = offer.providers.iter().map(Provider::title).collect();
    match titles.as_slice() {
        [] => "Insights for sellers in Copilot for Sales.".to_owned(),
        titles => format!("Insights for sellers in Copilot for Sales, from {}.", titles.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::tests::{offer, provider};
    use contract::Publisher;

    fn hub() -> Provider {
        let profile = Profile {
            title: "Contoso Hub".to_owned(),
            description: "Shows sellers the contracts around an account.".to_owned(),
            version: "1.4.0".to_owned(),
            publisher: Publisher {
                name: "Contoso Ltd.".to_owned(),
                website: Some("https://hub.contoso.example/".to_owned()),
                privacy_policy: Some("https://hub.contoso.example/privacy".to_owned()),
                support_email: Some("hub@contoso.example".to_owned()),
            },
            brand_color: Some("#0f6cbd".to_owned()),
            categories: ["Sales and CRM", "Productivity"].map(str::to_owned).to_vec(),
            ..Profile::default()
        };
        Provider { profile: Some(profile), ..provider("contoso-hub", &["record-summary"], &[]) }
    }

    #[test]
    fn a_plugin_that_says_everything_needs_no_statements() {
        let about = About::of(&offer(&[hub()]), &Settings::default());

        assert_eq!(about.problems(), [""; 0]);
        assert_eq!(about.categories, ["Sales and CRM", "Productivity"]);
        assert_eq!(about.contact.url.as_deref(), Some("https://hub.contoso.example/"));
    }

    #[test]
    fn what_a_maker_states_goes_before_what_a_plugin_says() {
        let settings = Settings { title: Some("Hub for sellers".to_owned()), ..Settings::default() };

        let about = About::of(&offer(&[hub()]), &settings);

        assert_eq!(about.title, "Hub for sellers");
        assert_eq!(about.publisher.as_deref(), Some("Contoso Ltd."));
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once_by_its_key() {
        let two = offer(&[hub(), provider("other", &["record-summary"], &[])]);

        let error = About::of(&two, &Settings::default()).problems().join("\n");

        for key in
            ["publisher", "website", "privacy-policy", "contact.name", "contact.email", "brand-color", "categories"]
        {
            assert!(error.contains(&format!("`{key}`")), "{key} in {error}");
        }
    }

    #[test]
    fn what_certification_refuses_is_named_by_its_key() {
        let settings = Settings {
            title: Some("The API of Contoso Hub for all sellers".to_owned()),
            description: Some("Short".to_owned()),
            brand_color: Some("#FFFFFF".to_owned()),
            categories: vec!["Customer service".to_owned()],
            ..Settings::default()
        };

        let problems = About::of(&offer(&[hub()]), &settings).problems();

        for part in
            ["30 characters", "`title` must not say `API`", "500 characters", "brand-color", "no `Customer service`"]
        {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part} in {problems:?}");
        }
    }

    #[test]
    fn addresses_that_nobody_else_reaches_are_named_by_their_keys() {
        let settings = Settings {
            website: Some("http://localhost".to_owned()),
            privacy_policy: Some("https://127.0.0.1/privacy".to_owned()),
            contact: Contact {
                email: Some("help".to_owned()),
                url: Some("contoso.example/help".to_owned()),
                ..Contact::default()
            },
            ..Settings::default()
        };

        let problems = About::of(&offer(&[hub()]), &settings).problems();

        let keys: Vec<&str> = problems.iter().filter_map(|problem| problem.split('`').nth(1)).collect();
        assert_eq!(keys, ["website", "privacy-policy", "contact.url", "contact.email"], "{problems:?}");
    }

    #[test]
    fn blank_names_and_a_third_category_are_named_by_their_keys() {
        let settings = Settings {
            publisher: Some(String::new()),
            contact: Contact { name: Some(" ".to_owned()), ..Contact::default() },
            categories: ["AI", "Data", "Productivity"].map(str::to_owned).to_vec(),
            ..Settings::default()
        };

        let problems = About::of(&offer(&[hub()]), &settings).problems();

        let keys: Vec<&str> = problems.iter().filter_map(|problem| problem.split('`').nth(1)).collect();
        assert_eq!(keys, ["publisher", "contact.name", "categories"], "{problems:?}");
    }
}
