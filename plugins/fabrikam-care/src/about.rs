//! The profile of Fabrikam Care. Name, version, description and publisher are in `Cargo.toml`.

use insight_sdk::{About, Profile};

use crate::Care;

impl About for Care {
    fn describe() -> Profile {
        insight_sdk::profile!()
            .privacy_policy("https://care.fabrikam.example/privacy")
            .brand_color("#107c41")
            .languages(&["en"])
            .categories(&["Sales and CRM", "Business Management"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_fits_where_sellers_see_it() {
        let title = Care::describe().title;

        assert_eq!(title, "Fabrikam Care");
    }
}
