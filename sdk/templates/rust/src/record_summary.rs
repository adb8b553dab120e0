//! Activities for the summary of a CRM record: its orders.

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

use crate::Plugin;
use crate::orders::orders_of;

impl RecordSummary for Plugin {
    fn answer(_: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let orders = orders_of(&request.about)?.iter().filter(|order| request.covers(order.placed_at));
        let page = request.page(orders).map(|order| {
            Activity::new(format!("Order {}", order.number), order.sentence(), order.placed_at)
                .url(order.url())
                .properties([("Status", order.status)])
        });
        Ok(page.in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CrmRecord, testing};

    fn answer(record_id: &str) -> Result<Page<Activity>, Failure> {
        let request = ActivityRequest::about(CrmRecord::new("account", record_id));
        Plugin::answer(testing::context(), request)
    }

    #[test]
    fn the_latest_order_comes_first() {
        let page = answer("42").expect("the account is known");

        assert_eq!(page.items[0].title, "Order 1003");
        assert_eq!(page.items.len(), 3);
    }

    #[test]
    fn an_unknown_account_is_not_found() {
        assert_eq!(answer("43"), Err(Failure::RecordNotFound));
    }
}
