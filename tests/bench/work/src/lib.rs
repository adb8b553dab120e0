//! The answers that all targets of the benchmark give: the same code behind every server.
//!
//! | workload | answer |
//! |---|---|
//! | literal | the sample plugin `contoso-hub`, from its own sources: three of its contracts |
//! | json | three insights of 60, out of 25 KB of JSON that is parsed here |
//! | backend | three insights out of the answer of a backend, which the target fetches |
//!
//! A server that keeps its state parses the 25 KB once, as its author would write it; a clean sandbox parses them in each
//! call.

#![expect(dead_code, reason = "of the sample, only record summaries are used")]

pub mod backend;
mod entry;
pub mod json;
mod question;
mod wire;

// The sample's modules, which name each other by `crate::`.
#[path = "../../../../plugins/contoso-hub/src"]
mod hub {
    pub(crate) mod contract;
    pub(crate) mod customer;
    pub(crate) mod data;
    pub(crate) mod language;
    pub(crate) mod phrases;
    pub(crate) mod record_summary;
    pub(crate) mod subject;
}
use hub::{contract, customer, data, language, subject};

use insight_sdk::{Activity, Failure, Page, RecordSummary};

/// The sample plugin.
struct Hub;

/// Path of each workload's questions, and the place of its backend's answers.
pub mod path {
    /// Literal insights.
    pub const LITERAL: &str = "/api/providers/contoso-hub/record-summary";
    /// Insights picked from JSON.
    pub const JSON: &str = "/api/providers/bench-json/record-summary";
    /// Insights of a backend.
    pub const BACKEND: &str = "/api/providers/bench-backend/record-summary";
    /// Path of the backend's answers.
    pub const ENTRIES: &str = "/v1/entries";
}

/// Answers a question from the sample's own data, as JSON.
///
/// # Errors
///
/// Fails as the sample does: if it does not know the record.
pub fn literal(query: &str) -> Result<Vec<u8>, Failure> {
    let request = question::parse(query);
    <Hub as RecordSummary>::answer(question::context(), request).map(|page| wire::body(&page))
}

/// Answers a question from the 25 KB of JSON, as JSON.
#[must_use]
pub fn json(query: &str) -> Vec<u8> {
    wire::body(&json::answer(&question::parse(query)))
}

/// Answers a question from a backend's answer, as JSON.
///
/// # Errors
///
/// Fails if the backend's answer is malformed.
pub fn backend(query: &str, entries: &[u8]) -> Result<Vec<u8>, Failure> {
    let page: Page<Activity> = backend::answer(&question::parse(query), entries)?;
    Ok(wire::body(&page))
}
