//! Key sales info: envelopes that expire soon, and what was signed of late.

use std::collections::BTreeMap;

use insight_sdk::{CallContext, Failure, Highlight, HighlightRequest, KeySalesInfo, Page, Timestamp, days};

use crate::TailspinSign;
use crate::amount::Total;
use crate::backend::envelopes_of;
use crate::envelope::{Envelope, Status, open};
use crate::texts::Texts;

impl KeySalesInfo for TailspinSign {
    fn answer(context: CallContext, request: HighlightRequest) -> Result<Page<Highlight>, Failure> {
        let (texts, now) = (Texts::of(&context), context.now());
        let envelopes = envelopes_of(&context, &request.about)?;
        let signed = signed_of_late(&envelopes, now);

        let expiring = open(envelopes).into_iter().filter_map(|envelope| {
            let expires_at = envelope.expires_at.filter(|at| (now..=now + days(14)).contains(at))?;
            let highlight = Highlight::new(texts.expires(&envelope, expires_at))
                .at(expires_at)
                .property(texts.waiting_for_name(), envelope.missing().join(", "))
                .property(texts.value_name(), texts.value(&envelope));
            Some(highlight.url(envelope.url))
        });
        let totals = signed.iter().map(|(currency, (count, total))| {
            Highlight::new(texts.signed(*count, &texts.locale.money(total.to_string(), currency)))
        });
        Ok(request.page(expiring.chain(totals)).in_language(texts.locale.language()))
    }
}

/// Counts the agreements that were signed in the last 90 days, and adds up their values, by currency.
fn signed_of_late(envelopes: &[Envelope], now: Timestamp) -> BTreeMap<String, (usize, Total)> {
    let mut totals: BTreeMap<String, (usize, Total)> = BTreeMap::new();
    for envelope in envelopes.iter().filter(|envelope| envelope.status == Status::Signed) {
        let Some(value) = envelope.value.as_ref().filter(|_| envelope.changed_at >= now - days(90)) else { continue };
        let (count, total) = totals.entry(value.currency.clone()).or_default();
        *count += 1;
        total.add(&value.amount);
    }
    totals
}
