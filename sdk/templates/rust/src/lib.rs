//! Tells sellers about the orders of an account.

pub mod orders;

mod chat;
mod email_draft;
mod email_summary;
mod key_sales_info;
mod record_details;
mod record_summary;

use insight_sdk::{About, CrmRecord, Profile};

/// The plugin.
struct Plugin;

impl About for Plugin {
    /// Version, description and publisher are in `Cargo.toml`.
    fn describe() -> Profile {
        insight_sdk::profile!()
            .title("My Plugin")
            .privacy_policy("https://contoso.example/privacy")
            .brand_color("#0f6cbd")
            .languages(&["en"])
            .categories(&["Sales and CRM"])
            .example(CrmRecord::new("account", "42"))
    }
}

insight_sdk::export!(
    Plugin: About,
    RecordSummary,
    RecordDetails,
    KeySalesInfo,
    EmailSummary,
    EmailDraft,
    Chat,
);
