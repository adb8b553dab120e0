//! Record details: the cases of a record, the newest first.

use insight_sdk::{CallContext, Failure, Page, RecordDetails, RelatedRecord, RelatedRecordRequest};

use crate::Care;
use crate::case::Case;
use crate::crm::cases_about;

impl RecordDetails for Care {
    fn answer(context: CallContext, request: RelatedRecordRequest) -> Result<Page<RelatedRecord>, Failure> {
        let cases = cases_about(&context, &request.about)?;
        Ok(request.page(cases).map(related).in_language("en"))
    }
}

/// Lists a case.
fn related(case: &Case) -> RelatedRecord {
    RelatedRecord {
        record_id: case.id.into(),
        record_type: "case".into(),
        type_name: "Case".into(),
        type_name_plural: "Cases".into(),
        title: case.title.into(),
        url: Some(case.url()),
        properties: case.details(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::FOURTH_COFFEE;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn the_newest_case_comes_first() {
        let request = RelatedRecordRequest::about(CrmRecord::new("account", FOURTH_COFFEE));

        let page = <Care as RecordDetails>::answer(testing::context(), request);

        assert_eq!(page.expect("it is known").items[0].record_id, "cs-7006");
    }
}
