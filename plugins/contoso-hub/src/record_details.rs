//! Record details: the contracts of a record, the newest first.

use insight_sdk::{CallContext, Failure, Page, RecordDetails, RelatedRecord, RelatedRecordRequest};

use crate::Hub;
use crate::contract::Contract;
use crate::language::Language;
use crate::subject::{Subject, check_connection};

impl RecordDetails for Hub {
    fn answer(context: CallContext, request: RelatedRecordRequest) -> Result<Page<RelatedRecord>, Failure> {
        check_connection(&context)?;
        let subject = Subject::find(&request.about)?;
        let language = Language::of(&context);

        let page = request.page(subject.contracts());
        Ok(page.map(|contract| related(contract, language)).in_language(language.tag()))
    }
}

/// Lists a contract.
fn related(contract: &Contract, language: Language) -> RelatedRecord {
    RelatedRecord {
        record_id: contract.id.into(),
        record_type: "contract".into(),
        type_name: language.contract_word().into(),
        type_name_plural: language.contracts_word().into(),
        title: contract.title.into(),
        url: Some(contract.url()),
        properties: language.details(contract),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ALPINE_SKI_HOUSE;
    use insight_sdk::{CrmRecord, testing};

    #[test]
    fn the_type_is_named_in_the_sellers_language() {
        let request = RelatedRecordRequest::about(CrmRecord::new("account", ALPINE_SKI_HOUSE));

        let answer = <Hub as RecordDetails>::answer(testing::context_in("fr"), request);

        let record = answer.expect("it is known").items.swap_remove(0);
        assert_eq!(record.record_type, "contract");
        assert_eq!(record.type_name_plural, "Contrats");
        assert_eq!(record.properties[0].name, "Statut");
    }

    #[test]
    fn a_lead_has_no_contracts() {
        let request = RelatedRecordRequest::about(CrmRecord::new("lead", "42"));

        let answer = <Hub as RecordDetails>::answer(testing::context(), request);

        assert_eq!(answer.expect("nothing is no failure").items, []);
    }
}
