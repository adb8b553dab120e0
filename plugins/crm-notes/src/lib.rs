//! CRM Notes: what colleagues have noted, met about and promised around a record.
//!
//! Unlike the other samples it carries no data. It asks a backend three things side by side, with a
//! secret that it never sees, keeps what it learned in the host's cache, and shows that when the
//! backend is slow or down.

mod about;
mod backend;
mod cache;
mod entry;
mod record_summary;
mod settings;

/// The plugin.
struct Notes;

insight_sdk::export!(Notes: About, RecordSummary);
