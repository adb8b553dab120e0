//! Key sales info: facts that a seller should know about an account, then its contracts.

use insight_sdk::{CallContext, Failure, Highlight, HighlightRequest, KeySalesInfo, Page};

use crate::Hub;
use crate::contract::Contract;
use crate::customer::Account;
use crate::language::Language;
use crate::subject::{Subject, check_connection};

impl KeySalesInfo for Hub {
    fn answer(context: CallContext, request: HighlightRequest) -> Result<Page<Highlight>, Failure> {
        check_connection(&context)?;
        let subject = Subject::find(&request.about)?;
        let language = Language::of(&context);

        let facts = subject.account().into_iter().flat_map(|account| facts(account, language));
        let contracts = subject.contracts().map(|contract| highlight(contract, language));
        Ok(request.page(facts.chain(contracts)).in_language(language.tag()))
    }
}

/// Returns the facts about an account as highlights.
fn facts(account: &Account, language: Language) -> impl Iterator<Item = Highlight> {
    account.facts.iter().map(move |fact| Highlight::new(language.fact(fact, account)).url(account.url()))
}

/// Describes the last change of a contract.
fn highlight(contract: &Contract, language: Language) -> Highlight {
    Highlight::new(language.story(contract))
        .at(contract.date)
        .url(contract.url())
        .properties(language.details(contract))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{CAFE_A100, FOURTH_COFFEE};
    use insight_sdk::{CrmRecord, testing};

    fn about(record_type: &str, record_id: &str) -> Page<Highlight> {
        let request = HighlightRequest::about(CrmRecord::new(record_type, record_id));
        <Hub as KeySalesInfo>::answer(testing::context(), request).expect("it is known")
    }

    #[test]
    fn what_is_known_of_an_account_comes_before_its_contracts() {
        let page = about("account", FOURTH_COFFEE);

        assert_eq!(page.items[0].description, "You have 5 connections in Fourth Coffee.");
        assert!(page.items[3].date_time.is_some());
        assert!(page.has_more);
    }

    #[test]
    fn an_opportunity_is_its_accounts_as_well() {
        let page = about("opportunity", CAFE_A100);

        assert_eq!(page.items[0].description, "You have 5 connections in Fourth Coffee.");
    }
}
