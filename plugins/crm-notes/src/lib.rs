//! CRM Notes: what colleagues have noted, met about and promised around a record.
//!
//! Unlike the other samples it carries no data. It sends a backend three concurrent requests, with a
//! secret that it never sees, keeps the answers in the host's cache, and shows those when the
//! backend is slow or down.

mod about;
mod backend;
mod entry;
mod record_summary;
mod settings;

/// The plugin.
struct Notes;

insight_sdk::export!(Notes: About, RecordSummary);
