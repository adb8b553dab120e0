//! Links worth adding to an email: the pages of the orders that it is about.

use insight_sdk::{CallContext, ContentKind, ContentLink, ContentLinkRequest, EmailDraft, Failure, Page};

use crate::Plugin;
use crate::orders::orders_of;

impl EmailDraft for Plugin {
    fn answer(_: CallContext, request: ContentLinkRequest) -> Result<Page<ContentLink>, Failure> {
        let Some(record) = &request.about else { return Ok(Page::empty()) };
        let page = request.page(orders_of(record)?).map(|order| {
            ContentLink::new(ContentKind::WebPage, order.url(), format!("Order {}", order.number), order.sentence())
        });
        Ok(page.in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn each_order_is_linked() {
        let request = ContentLinkRequest::about(CrmRecord::new("account", "42"));

        let page = Plugin::answer(testing::context(), request).expect("the account is known");

        assert_eq!(page.items[0].url, "https://contoso.example/orders/1003");
    }
}
