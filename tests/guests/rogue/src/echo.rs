//! The echo of a request, as it arrived.

use std::thread::sleep;
use std::time::Duration;

use insight_sdk::{ActivityRequest, CallContext, CrmKind, Page};

use crate::{Answer, activity};

/// Answers with one item whose properties are the context and the request.
pub(crate) fn echo(context: &CallContext, request: &ActivityRequest) -> Answer {
    let asked = [
        ("record-type", request.about.record_type.clone()),
        ("record-id", request.about.record_id.clone()),
        ("since", or_none(request.since.as_ref())),
        ("until", or_none(request.until.as_ref())),
        ("top", request.top.to_string()),
        ("skip", request.skip.to_string()),
    ];
    let told = asked.into_iter().chain(told(context));
    Ok(Page::cut([activity("Echo").properties(told)], 0, 1))
}

/// Answers with two items that tell the time at which the request arrived. A page of the first alone takes longer than
/// the second that such a time is rounded to, so that the next request arrives at another.
pub(crate) fn moments(context: &CallContext, request: &ActivityRequest) -> Answer {
    if (request.skip, request.top) == (0, 1) {
        sleep(Duration::from_millis(1100));
    }
    Ok(request.page(["First", "Second"]).map(|name| activity(format!("{name} at {}", context.received_at))))
}

/// Returns the fields of the context but the times, which differ from call to call.
fn told(context: &CallContext) -> [(&'static str, String); 9] {
    let crm = match &context.crm.kind {
        Some(CrmKind::Dynamics365) => "dynamics365",
        Some(CrmKind::Salesforce) => "salesforce",
        Some(CrmKind::Other(name)) => name,
        None => "none",
    };
    let caller = context.caller.as_ref().map(|caller| format!("{} of {}", caller.user_id, caller.tenant_id));
    [
        ("crm-kind", crm.into()),
        ("crm-host", or_none(context.crm.host.as_ref())),
        ("languages", context.languages.join(" ")),
        ("activity-id", context.activity_id.clone()),
        ("user-agent", or_none(context.user_agent.as_ref())),
        ("traceparent", or_none(context.traceparent.as_ref())),
        ("caller", or_none(caller.as_ref())),
        ("user-name", or_none(context.caller.as_ref().and_then(|caller| caller.user_name.as_ref()))),
        ("time-zone", or_none(context.time_zone.as_ref())),
    ]
}

/// Returns every field of the context, one per line, as a body for a backend.
pub(crate) fn report(context: &CallContext) -> String {
    let times = [("received-at", context.received_at.clone()), ("time-left-ms", context.time_left_ms.to_string())];
    let lines = told(context).into_iter().chain(times).map(|(name, value)| format!("{name}: {value}\n"));
    lines.collect()
}

fn or_none(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| "none".into())
}
