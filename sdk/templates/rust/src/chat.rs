//! Questions in the chat: where the orders of an account stand.

use insight_sdk::{CallContext, Card, CardContent, Chat, ChatAnswer, ChatRequest, Failure, Parameter, Skill};

use crate::Plugin;
use crate::orders::orders_by_name;

impl Chat for Plugin {
    fn skills() -> Vec<Skill> {
        let account = Parameter::text("accountName", "Name of the account, such as Fourth Coffee").required();
        vec![
            Skill::new("orders", "Chat about orders", "Finds the latest orders of an account and where they stand.")
                .parameter(account),
        ]
    }

    fn answer(_: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure> {
        let orders = orders_by_name(request.text("accountName").unwrap_or_default());
        let cards = orders.iter().map(|order| {
            let content = CardContent::default().text(order.sentence()).facts([("Status", order.status)]);
            Card::new(format!("Order {}", order.number), content).url(order.url())
        });
        Ok(ChatAnswer::new(cards).in_language("en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing;

    #[test]
    fn each_order_of_the_account_has_a_card() {
        let request = ChatRequest::by("orders").with("accountName", "fourth coffee");

        let answer = Plugin::answer(testing::context(), request).expect("questions are answered");

        assert_eq!(answer.cards.len(), 3);
    }
}
