//! Fabrikam Care: the support cases of whatever a seller is looking at.
//!
//! It knows some of the records that Contoso Hub knows, so that the answers of two partners are
//! merged. It answers in English only, supports Dynamics 365 only, and writes its own Adaptive Card.

mod about;
mod card;
mod case;
mod cases;
mod chat;
mod crm;
mod record_details;
mod record_summary;

/// The plugin.
struct Care;

insight_sdk::export!(Care: About, RecordSummary, RecordDetails, Chat);
