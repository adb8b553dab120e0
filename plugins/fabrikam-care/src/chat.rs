//! Chat: the open cases of an account.

use insight_sdk::{CallContext, Card, CardBody, Chat, ChatAnswer, ChatRequest, Failure, Parameter, Skill};

use crate::Care;
use crate::card::adaptive_card;
use crate::case::Case;
use crate::cases::CASES;
use crate::crm::check_connection;

impl Chat for Care {
    fn skills() -> Vec<Skill> {
        let account_name = Parameter::text("accountName", "Name of the account in the CRM.");
        let open_cases = Skill::new(
            "open-cases",
            "Chat about open support cases",
            "Returns the open support cases of an account, given the name of the account in the \
             CRM.",
        );
        vec![open_cases.parameter(account_name.required())]
    }

    fn answer(context: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure> {
        check_connection(&context)?;
        let name = request.text("accountName").unwrap_or_default().trim();

        let wanted = |case: &&Case| case.closed.is_none() && case.account.eq_ignore_ascii_case(name);
        let cards = CASES.iter().rev().filter(wanted).map(card);
        Ok(ChatAnswer::new(cards).in_language("en"))
    }
}

/// Builds the card of a case, from an Adaptive Card that the plugin writes itself.
fn card(case: &Case) -> Card {
    Card::new(case.title, CardBody::AdaptiveCard(adaptive_card(case))).subtitle(case.account).url(case.url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing;

    fn asked(account_name: &str) -> Vec<Card> {
        let request = ChatRequest::by("open-cases").with("accountName", account_name);
        <Care as Chat>::answer(testing::context(), request).expect("nothing can fail").cards
    }

    #[test]
    fn a_card_for_each_open_case_the_newest_first() {
        let titles: Vec<_> = asked("fourth coffee").into_iter().map(|card| card.title).collect();

        assert_eq!(titles, ["Training for new baristas", "Milk frother leaks in three shops"]);
    }

    #[test]
    fn an_account_that_nobody_knows_has_no_card() {
        assert_eq!(asked("Northwind Traders"), []);
    }
}
