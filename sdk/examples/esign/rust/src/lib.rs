//! Tailspin Sign: tells sellers which agreements wait for signatures.

mod amount;
mod backend;
mod chat;
mod email_draft;
mod envelope;
mod key_sales_info;
mod record_summary;
mod texts;

use insight_sdk::{About, CrmRecord, Profile};

/// The plugin.
struct TailspinSign;

impl About for TailspinSign {
    fn describe() -> Profile {
        insight_sdk::profile!()
            .privacy_policy("https://sign.tailspin.example/privacy")
            .brand_color("#5c2e91")
            .languages(&texts::LANGUAGES)
            .categories(&["Sales and CRM"])
            .example(CrmRecord::new("account", "42"))
    }
}

insight_sdk::export!(TailspinSign: About, RecordSummary, KeySalesInfo, EmailDraft, Chat);

#[cfg(test)]
mod tests;
