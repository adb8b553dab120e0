//! Record summary: the last change of each contract of a record, the latest first.

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

use crate::Hub;
use crate::contract::Contract;
use crate::language::Language;
use crate::subject::{Subject, check_connection};

impl RecordSummary for Hub {
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        check_connection(&context)?;
        let subject = Subject::find(&request.about)?;
        let language = Language::of(&context);

        let contracts = subject.contracts().filter(|contract| request.covers(contract.date));
        let page = request.page(contracts).map(|contract| activity(contract, language));
        Ok(page.in_language(language.tag()))
    }
}

/// Describes the last change of a contract.
fn activity(contract: &Contract, language: Language) -> Activity {
    Activity::new(language.event(contract.status), language.story(contract), contract.date)
        .url(contract.url())
        .properties(language.details(contract))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{CAFE_A100, FOURTH_COFFEE};
    use insight_sdk::{CrmRecord, testing};

    fn asked(request: ActivityRequest) -> Page<Activity> {
        <Hub as RecordSummary>::answer(testing::context(), request).expect("it is known")
    }

    fn about_fourth_coffee() -> ActivityRequest {
        ActivityRequest::about(CrmRecord::new("account", FOURTH_COFFEE))
    }

    #[test]
    fn the_latest_comes_first() {
        let page = asked(about_fourth_coffee());

        assert!(page.items.is_sorted_by(|one, next| one.date_time >= next.date_time));
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let first = asked(about_fourth_coffee());
        let all = asked(ActivityRequest { top: 100, ..about_fourth_coffee() });
        let second = asked(ActivityRequest { skip: 10, ..about_fourth_coffee() });

        assert!(first.has_more);
        assert!(!all.has_more);
        assert_eq!([first.items, second.items].concat(), all.items[..20]);
    }

    #[test]
    fn both_ends_of_a_date_range_are_in_it() {
        let day = String::from("2024-05-07T03:28:38Z");
        let request = ActivityRequest {
            since: Some(day.clone()),
            until: Some(day),
            ..ActivityRequest::about(CrmRecord::new("opportunity", CAFE_A100))
        };

        let page = asked(request);

        assert_eq!(page.items.len(), 1);
        assert_eq!(
            page.items[0].description,
            "Alberto Burgos and Tony Benis signed 50 Cafe A-100 Automatic Renewal Contract on \
             May 7, 2024."
        );
    }

    #[test]
    fn a_german_seller_reads_german() {
        let answer = <Hub as RecordSummary>::answer(testing::context_in("de-DE"), about_fourth_coffee());
        let page = answer.expect("it is known");

        assert_eq!(page.language.as_deref(), Some("de"));
        assert!(page.items[0].title.starts_with("Vertrag"));
    }
}
