//! The echo of a request, as it arrived.

use insight_sdk::{ActivityRequest, CallContext, CrmKind, Page};

use crate::{Answer, activity};

/// Answers with one item whose properties are the context and the request.
pub(crate) fn echo(context: &CallContext, request: &ActivityRequest) -> Answer {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    let crm = match &context.crm.kind {
        Some(CrmKind::Dynamics365) => "dynamics365",
        Some(CrmKind::Salesforce) => "salesforce",
        Some(CrmKind::Other(name)) => name,
        None => "none",
    };
    let caller = context.caller.as_ref().map(|caller| format!("{} of {}", caller.user_id, caller.tenant_id));
    let told = [
        ("record-type", request.about.record_type.clone()),
        ("record-id", request.about.record_id.clone()),
        ("since", or_none(&request.since)),
        ("until", or_none(&request.until)),
        ("top", request.top.to_string()),
        ("skip", request.skip.to_string()),
        ("crm-kind", crm.into()),
        ("crm-host", or_none(&context.crm.host)),
        ("languages", context.languages.join(" ")),
        ("activity-id", context.activity_id.clone()),
        ("user-agent", or_none(&context.user_agent)),
        ("traceparent", or_none(&context.traceparent)),
        ("caller", caller.unwrap_or_else(|| "none".into())),
    ];
    Ok(Page::cut([activity("Echo").properties(told)], 0, 1))
}
