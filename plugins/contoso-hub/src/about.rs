//! The profile of Contoso Hub. Name, version, description and publisher are in `Cargo.toml`.

use insight_sdk::{About, Profile};

use crate::Hub;
use crate::language::SPOKEN;

/// The query of an example request that shows the plugin's abilities.
const EXAMPLE: &str = "recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01";

impl About for Hub {
    fn describe() -> Profile {
        insight_sdk::profile!()
            .privacy_policy("https://hub.contoso.example/privacy")
            .brand_color("#0f6cbd")
            .icon(include_bytes!("../icon.png"))
            .languages(&SPOKEN)
            .property("Example", EXAMPLE)
            .property("Categories", "Sales and CRM;Productivity")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_fits_where_sellers_see_it() {
        let profile = Hub::describe();

        assert_eq!(profile.title, "Contoso Hub");
        assert!(profile.title.encode_utf16().count() <= 20);
    }

    #[test]
    fn sellers_know_whom_to_ask() {
        let publisher = Hub::describe().publisher;

        assert_eq!(publisher.name, "Contoso Ltd.");
        assert_eq!(publisher.support_email.as_deref(), Some("hub-support@contoso.example"));
        assert_eq!(publisher.website.as_deref(), Some("https://hub.contoso.example"));
    }
}
