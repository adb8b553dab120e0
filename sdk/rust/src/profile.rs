//! The profile of a plugin, most of it from its `Cargo.toml`.

use crate::{CrmRecord, Profile, Property, Publisher};

/// Reads the plugin's [`Profile`] from its `Cargo.toml`.
///
/// | profile | `Cargo.toml` |
/// |---|---|
/// | `title` | `name`, put in capitals: `contoso-hub` is titled `Contoso Hub` |
/// | `description`, `version` | the same |
/// | `publisher.name`, `publisher.support_email` | the first of `authors`: `"Contoso <help@contoso.example>"` |
/// | `publisher.website` | `homepage` |
///
/// The rest, for which Cargo has no keys, is set by methods of [`Profile`]:
///
/// ```
/// # use insight_sdk::{About, Profile};
/// # struct Hub;
/// impl About for Hub {
///     fn describe() -> Profile {
///         insight_sdk::profile!()
///             .privacy_policy("https://contoso.example/privacy")
///             .brand_color("#0f6cbd")
///             .languages(&["en", "de", "fr"])
///             .categories(&["Sales and CRM"])
///     }
/// }
/// ```
#[macro_export]
macro_rules! profile {
    () => {
        $crate::Profile::from_cargo(
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_DESCRIPTION"),
            env!("CARGO_PKG_AUTHORS"),
            env!("CARGO_PKG_HOMEPAGE"),
        )
    };
}

impl Profile {
    /// Creates a profile from Cargo's metadata of a package.
    #[doc(hidden)]
    #[must_use]
    pub fn from_cargo(name: &str, version: &str, description: &str, authors: &str, homepage: &str) -> Self {
        // Cargo joins authors with colons.
        let first = authors.split(':').next().unwrap_or_default();
        let (publisher, email) = match first.split_once('<') {
            Some((publisher, email)) => (publisher.trim(), email.trim_end_matches('>').trim()),
            None => (first.trim(), ""),
        };
        Self {
            title: title_case(name),
            description: description.trim().into(),
            version: version.into(),
            publisher: Publisher {
                name: publisher.into(),
                website: present(homepage),
                privacy_policy: None,
                support_email: present(email),
            },
            brand_color: None,
            icon: None,
            languages: Vec::new(),
            categories: Vec::new(),
            example: None,
            properties: Vec::new(),
        }
    }

    /// Sets the partner's name as sellers know it, at most 20 characters.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// Sets the address of the publisher's privacy policy.
    #[must_use]
    pub fn privacy_policy(mut self, url: impl Into<String>) -> Self {
        self.publisher.privacy_policy = Some(url.into());
        self
    }

    /// Sets the colour behind the icon, such as `#0f6cbd`.
    #[must_use]
    pub fn brand_color(self, color: impl Into<String>) -> Self {
        Self { brand_color: Some(color.into()), ..self }
    }

    /// Sets the icon: a square PNG of 100 to 230 pixels per side, not transparent.
    #[must_use]
    pub fn icon(self, png: &[u8]) -> Self {
        Self { icon: Some(png.into()), ..self }
    }

    /// Sets the languages of the plugin's texts, as BCP 47 tags, its own first.
    #[must_use]
    pub fn languages(self, tags: &[&str]) -> Self {
        Self { languages: tags.iter().copied().map(String::from).collect(), ..self }
    }

    /// Sets the categories of Power Platform, one or two, such as `Sales and CRM`.
    #[must_use]
    pub fn categories(self, names: &[&str]) -> Self {
        Self { categories: names.iter().copied().map(String::from).collect(), ..self }
    }

    /// Sets a record that the plugin can say something about, for trials and checks.
    #[must_use]
    pub fn example(self, record: CrmRecord) -> Self {
        Self { example: Some(record), ..self }
    }

    /// Adds another property for catalogues.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.push(Property { name: name.into(), value: value.into() });
        self
    }
}

/// Converts `contoso-hub` to `Contoso Hub`.
fn title_case(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    for word in name.split(['-', '_']) {
        if !title.is_empty() {
            title.push(' ');
        }
        let mut letters = word.chars();
        title.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        title.push_str(letters.as_str());
    }
    title
}

/// Returns the text unless it is empty: Cargo passes keys that are not set as empty texts.
fn present(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(authors: &str) -> Profile {
        Profile::from_cargo("contoso-hub", "1.4.0", " Contracts. ", authors, "")
    }

    #[test]
    fn the_name_of_the_package_becomes_a_title() {
        assert_eq!(profile("").title, "Contoso Hub");
    }

    #[test]
    fn the_first_author_is_the_publisher() {
        let publisher = profile("Contoso Ltd. <help@contoso.example>:Kenny").publisher;

        assert_eq!(publisher.name, "Contoso Ltd.");
        assert_eq!(publisher.support_email.as_deref(), Some("help@contoso.example"));
    }

    #[test]
    fn an_author_without_address_is_a_name() {
        let publisher = profile("Contoso Ltd.").publisher;

        assert_eq!(publisher.name, "Contoso Ltd.");
        assert_eq!(publisher.support_email, None);
    }

    #[test]
    fn a_key_that_is_not_set_is_absent() {
        assert_eq!(profile("").publisher.website, None);
    }
}
