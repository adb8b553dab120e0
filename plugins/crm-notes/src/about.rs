//! The profile of CRM Notes. Name, version, description and publisher are in `Cargo.toml`.

use insight_sdk::{About, Profile};

use crate::Notes;

impl About for Notes {
    fn describe() -> Profile {
        insight_sdk::profile!()
            .title("CRM Notes")
            .privacy_policy("https://notes.woodgrove.example/privacy")
            .brand_color("#7719aa")
            .languages(&["en"])
            .categories(&["Collaboration"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sellers_know_whom_they_hear() {
        let profile = Notes::describe();

        assert_eq!(profile.title, "CRM Notes");
        assert_eq!(profile.publisher.name, "Woodgrove Software");
    }
}
