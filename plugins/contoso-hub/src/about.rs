//! The profile of Contoso Hub. Name, version, description and publisher are in `Cargo.toml`.

use insight_sdk::{About, CrmRecord, Profile};

use crate::Hub;
use crate::data::CAFE_A100;
use crate::language::SPOKEN;

impl About for Hub {
    fn describe() -> Profile {
        insight_sdk::profile!()
            .privacy_policy("https://hub.contoso.example/privacy")
            .brand_color("#0f6cbd")
            .icon(include_bytes!("../icon.png"))
            .languages(&SPOKEN)
            .categories(&["Sales and CRM", "Productivity"])
            .example(CrmRecord::new("opportunity", CAFE_A100))
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
