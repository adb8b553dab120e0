//! Record summary: what happened to the envelopes of an account.

use std::cmp::Reverse;

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

use crate::TailspinSign;
use crate::backend::envelopes_of;
use crate::texts::Texts;

impl RecordSummary for TailspinSign {
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let texts = Texts::of(&context);
        let mut envelopes = envelopes_of(&context, &request.about)?;
        envelopes.retain(|envelope| request.covers_instant(envelope.changed_at));
        envelopes.sort_by_key(|envelope| Reverse(envelope.changed_at));
        let page = request.page(envelopes).map(|envelope| {
            Activity::new(&envelope.subject, texts.progress(&envelope), envelope.changed_at)
                .property("Status", texts.status(envelope.status))
                .property(texts.of_both("Sent", "Gesendet"), texts.locale.date(envelope.sent_at))
                .property(texts.expires_name(), texts.expiry(&envelope))
                .property(texts.value_name(), texts.value(&envelope))
                .url(envelope.url)
        });
        Ok(page.in_language(texts.locale.language()))
    }
}
