//! The parts of a plugin's description of itself that its connector and catalogues need.

use contract::Profile;

/// The flaw of a plugin without a description.
pub(super) const NONE: &str = "the plugin does not describe itself";

/// Returns the parts that the description lacks.
pub(super) fn lacked_by(profile: &Profile) -> Vec<&'static str> {
    let parts = [
        (profile.publisher.privacy_policy.is_some(), "it has no address of a privacy policy"),
        (!profile.categories.is_empty(), "it has no categories, such as `Sales and CRM`"),
        (profile.icon.is_some(), "it has no icon, a PNG of 100 to 230 pixels per side"),
        (!profile.languages.is_empty(), "it names no languages of its texts"),
    ];
    parts.into_iter().filter(|(is_there, _)| !is_there).map(|(_, lacked)| lacked).collect()
}

#[cfg(test)]
mod tests {
    use contract::Publisher;

    use super::*;

    #[test]
    fn each_part_that_a_catalogue_needs_is_asked_for() {
        let mut profile = Profile {
            publisher: Publisher {
                privacy_policy: Some("https://contoso.example/p".to_owned()),
                ..Publisher::default()
            },
            icon: Some(Vec::new()),
            languages: vec!["en".to_owned()],
            categories: vec!["Sales and CRM".to_owned()],
            ..Profile::default()
        };
        assert!(lacked_by(&profile).is_empty());

        profile.categories = Vec::new();
        profile.publisher.privacy_policy = None;
        (profile.icon, profile.languages) = (None, Vec::new());

        let lacked = lacked_by(&profile).join("\n");
        for part in ["privacy policy", "categories", "icon", "languages"] {
            assert!(lacked.contains(part), "{part}: {lacked}");
        }
    }
}
