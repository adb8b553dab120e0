//! Contoso Hub: the contracts around whatever a seller is looking at.
//!
//! A real hub would query its backend by `insight_sdk::http_client`; this one carries its data, so
//! that there is nothing to set up. Each capability has a file of its own, and all take the same
//! steps: find the subject, select its contracts, describe them.

mod about;
mod chat;
mod contract;
mod customer;
mod data;
mod email_draft;
mod email_summary;
mod key_sales_info;
mod language;
mod phrases;
mod record_details;
mod record_summary;
mod subject;

/// The plugin.
struct Hub;

insight_sdk::export!(
    Hub: About, RecordSummary, RecordDetails, KeySalesInfo, EmailSummary, EmailDraft, Chat
);
