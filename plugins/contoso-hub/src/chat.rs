//! Chat: the people who have a say in the contracts of an account.

use insight_sdk::{CallContext, Card, CardContent, Chat, ChatAnswer, ChatRequest, Failure, Parameter, Skill};

use crate::Hub;
use crate::customer::Account;
use crate::data::ACCOUNTS;
use crate::language::Language;
use crate::subject::{Subject, check_connection};

/// The name of the only skill.
const KEY_STAKEHOLDERS: &str = "key-stakeholders";

/// The most bullet points under a title.
const BULLETS: usize = 5;

impl Chat for Hub {
    fn skills() -> Vec<Skill> {
        let account_name = Parameter::text("accountName", "Name of the account in the CRM.");
        let key_stakeholders = Skill::new(
            KEY_STAKEHOLDERS,
            "Chat about key stakeholders",
            "Returns the key decision makers, or key stakeholders, of an account, given the name \
             of the account in the CRM.",
        );
        vec![key_stakeholders.parameter(account_name.required())]
    }

    fn answer(context: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure> {
        check_connection(&context)?;
        let language = Language::of(&context);
        let name = request.text("accountName").unwrap_or_default().trim();

        let named = ACCOUNTS.iter().filter(|account| account.name.eq_ignore_ascii_case(name));
        let cards = named.map(|account| card(account, language));
        Ok(ChatAnswer::new(cards).in_language(language.tag()))
    }
}

/// Builds the card of the people who have a say at an account. The host lays it out.
fn card(account: &'static Account, language: Language) -> Card {
    let people = account.stakeholders.iter().map(|person| (person.name, language.role(person.role)));
    let contracts = Subject::Account(account).contracts().take(BULLETS);
    let content = CardContent::default()
        .text(language.who_decides())
        .facts(people)
        .section(language.latest_contracts(), contracts.map(|contract| language.story(contract)));

    Card::new(account.name, content).subtitle(language.stakeholders()).url(account.url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::{CardBody, testing};

    fn asked(account_name: &str) -> Vec<Card> {
        let request = ChatRequest::by(KEY_STAKEHOLDERS).with("accountName", account_name);
        <Hub as Chat>::answer(testing::context(), request).expect("nothing can fail").cards
    }

    #[test]
    fn a_card_tells_people_and_roles() {
        let card = asked("fourth coffee").swap_remove(0);

        let CardBody::Content(content) = card.body else { panic!("the host lays it out") };
        assert_eq!(card.title, "Fourth Coffee");
        assert_eq!(content.facts[0], ("Alberto Burgos", "Decision maker").into());
        assert_eq!(content.sections[0].bullets.len(), BULLETS);
    }

    #[test]
    fn an_account_that_nobody_knows_has_no_card() {
        assert_eq!(asked("Northwind Traders"), []);
    }

    #[test]
    fn the_skill_needs_the_name_of_an_account() {
        let skill = Hub::skills().swap_remove(0);

        assert_eq!(skill.name, "key-stakeholders");
        assert!(skill.parameters[0].required);
    }
}
