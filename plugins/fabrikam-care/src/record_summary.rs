//! Record summary: the last change of each case of a record, the newest first.

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary};

use crate::Care;
use crate::case::Case;
use crate::crm::cases_about;

impl RecordSummary for Care {
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let cases = cases_about(&context, &request.about)?;
        let wanted = cases.into_iter().filter(|case| request.covers(case.changed()));
        Ok(request.page(wanted).map(activity).in_language("en"))
    }
}

/// Describes the last change of a case.
fn activity(case: &Case) -> Activity {
    let title = if case.closed.is_some() { "Case closed" } else { "Case opened" };
    let story = format!("{}: {} ({}).", case.account, case.title, case.state().to_lowercase());
    Activity::new(title, story, case.changed()).url(case.url()).properties(case.details())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::ALPINE_SKI_HOUSE;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn a_closed_case_counts_on_the_day_it_was_closed() {
        let request = ActivityRequest {
            since: Some("2025-12-28T00:00:00Z".into()),
            until: Some("2025-12-28T23:59:59Z".into()),
            ..ActivityRequest::about(CrmRecord::new("account", ALPINE_SKI_HOUSE))
        };

        let page = <Care as RecordSummary>::answer(testing::context(), request);

        let told = "Alpine Ski House: No hot water at 2,000 metres (closed).";
        assert_eq!(page.expect("it is known").items[0].description, told);
    }
}
