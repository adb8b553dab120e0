//! The query of a question, as targets without the host's own parser read it.

use insight_sdk::{ActivityRequest, CallContext, Crm, CrmRecord};

/// The page size of a question that names none.
const TOP: u32 = 5;

/// Parses a query.
pub(crate) fn parse(query: &str) -> ActivityRequest {
    let mut request = ActivityRequest { about: CrmRecord::new("", ""), since: None, until: None, top: TOP, skip: 0 };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "recordType" => request.about.record_type = value.into_owned(),
            "recordId" => request.about.record_id = value.into_owned(),
            "top" => request.top = value.parse().unwrap_or(TOP),
            "skip" => request.skip = value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    request
}

/// Returns the context of a call whose caller says nothing of itself.
pub(crate) fn context() -> CallContext {
    CallContext {
        activity_id: String::new(),
        received_at: String::new(),
        time_left_ms: 4_000,
        languages: Vec::new(),
        time_zone: None,
        crm: Crm { kind: None, host: None },
        caller: None,
        user_agent: None,
        traceparent: None,
    }
}
