//! Key sales info of a CRM record: where its orders stand.

use insight_sdk::{CallContext, Failure, Highlight, HighlightRequest, KeySalesInfo, Page};

use crate::Plugin;
use crate::orders::orders_of;

impl KeySalesInfo for Plugin {
    fn answer(_: CallContext, request: HighlightRequest) -> Result<Page<Highlight>, Failure> {
        let page = request
            .page(orders_of(&request.about)?)
            .map(|order| Highlight::new(order.sentence()).at(order.placed_at).url(order.url()));
        Ok(page.in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn a_page_holds_no_more_than_is_wanted() {
        let request = HighlightRequest { top: 1, ..HighlightRequest::about(CrmRecord::new("account", "42")) };

        let page = Plugin::answer(testing::context(), request).expect("the account is known");

        assert_eq!(page.items[0].description, "Order 1003 of 2026-05-12 is on its way.");
        assert!(page.has_more);
    }
}
