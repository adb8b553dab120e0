//! Records that relate to a CRM record: its orders.

use insight_sdk::{CallContext, Failure, Page, RecordDetails, RelatedRecord, RelatedRecordRequest};

use crate::Plugin;
use crate::orders::orders_of;

impl RecordDetails for Plugin {
    fn answer(_: CallContext, request: RelatedRecordRequest) -> Result<Page<RelatedRecord>, Failure> {
        let page = request.page(orders_of(&request.about)?).map(|order| RelatedRecord {
            record_id: order.number.to_string(),
            record_type: "order".into(),
            type_name: "Order".into(),
            type_name_plural: "Orders".into(),
            title: format!("Order {}", order.number),
            url: Some(order.url()),
            properties: insight_sdk::properties([("Status", order.status), ("Placed", &order.placed_at[..10])]),
        });
        Ok(page.in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn an_order_shows_its_status_and_its_day() {
        let request = RelatedRecordRequest::about(CrmRecord::new("account", "42"));

        let page = Plugin::answer(testing::context(), request).expect("the account is known");

        assert_eq!(page.items[0].properties[0].value, "on its way");
        assert_eq!(page.items[0].properties[1].value, "2026-05-12");
    }
}
