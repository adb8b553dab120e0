//! Email summary: the contracts that a thread's participants work on, the newest first.

use insight_sdk::{CallContext, EmailInsight, EmailInsightRequest, EmailSummary, Failure, Page};

use crate::Hub;
use crate::language::Language;
use crate::subject::{check_connection, contracts_involving};

impl EmailSummary for Hub {
    fn answer(context: CallContext, request: EmailInsightRequest) -> Result<Page<EmailInsight>, Failure> {
        check_connection(&context)?;
        let language = Language::of(&context);

        let page = request.page(contracts_involving(&request.participants));
        let insights = page.map(|contract| EmailInsight::new(language.story(contract)));
        Ok(insights.in_language(language.tag()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing;

    fn between(addresses: &[&str]) -> Page<EmailInsight> {
        let request = EmailInsightRequest { top: 100, ..EmailInsightRequest::between(addresses.iter().copied()) };
        <Hub as EmailSummary>::answer(testing::context(), request).expect("nothing can fail")
    }

    #[test]
    fn a_contract_is_told_to_those_who_work_on_it() {
        let page = between(&["TONY+legal@fourthcoffee.example"]);

        let told = "Fourth Coffee Service Terms was sent on June 21, 2024.";
        assert!(page.items.iter().any(|insight| insight.text == told));
    }

    #[test]
    fn strangers_learn_nothing() {
        assert_eq!(between(&["someone@northwind.example"]).items, []);
    }
}
