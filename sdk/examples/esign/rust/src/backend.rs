//! The backend, which knows the envelopes of an account.

use std::time::Duration;

use insight_sdk::{Api, Cache, CallContext, CrmRecord, Failure};
use serde::{Deserialize, Serialize};

use crate::envelope::Envelope;

#[derive(Deserialize, Serialize)]
struct List {
    envelopes: Vec<Envelope>,
}

/// Returns the envelopes of an account; none for records of other types.
pub fn envelopes_of(context: &CallContext, record: &CrmRecord) -> Result<Vec<Envelope>, Failure> {
    match &*record.record_type {
        "account" => envelopes(context, "account", &record.record_id),
        _ => Ok(Vec::new()),
    }
}

/// Returns the envelopes of the account of this name.
pub fn envelopes_by_name(context: &CallContext, name: &str) -> Result<Vec<Envelope>, Failure> {
    envelopes(context, "accountName", name)
}

fn envelopes(context: &CallContext, parameter: &str, value: &str) -> Result<Vec<Envelope>, Failure> {
    let api = Api::from_config(context, "backend")?.bearer("sign-token");
    let cache = Cache::new(context, "envelopes").fresh(Duration::from_secs(60)).stale(Duration::from_secs(3600));
    let list: List = cache
        .get_or_fetch(format!("{parameter}={value}"), || api.get("/v1/envelopes").query(parameter, value).json())?;
    Ok(list.envelopes)
}
