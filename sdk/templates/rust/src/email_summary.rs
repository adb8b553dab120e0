//! Insights for the summary of an email thread: the latest order of each account that it is about.

use insight_sdk::{CallContext, EmailInsight, EmailInsightRequest, EmailSummary, Failure, Page};

use crate::Plugin;
use crate::orders::orders_of;

impl EmailSummary for Plugin {
    fn answer(_: CallContext, request: EmailInsightRequest) -> Result<Page<EmailInsight>, Failure> {
        // A record that is unknown here does not keep the others from being told of.
        let latest = request.about.iter().filter_map(|of| orders_of(&of.crm_record).ok()?.first());
        let page = request.page(latest).map(|order| EmailInsight::new(order.sentence()));
        Ok(page.in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CrmRecord, ThreadRecord, testing};

    #[test]
    fn each_known_account_has_one_insight() {
        let record = |id| ThreadRecord { crm_record: CrmRecord::new("account", id), connected: true };
        let mut request = EmailInsightRequest::between(["buyer@fourthcoffee.example"]);
        request.about = vec![record("43"), record("42")];

        let page = Plugin::answer(testing::context(), request).expect("threads are answered");

        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].text, "Order 1003 of 2026-05-12 is on its way.");
    }
}
