//! The CRM that Fabrikam Care is connected to, and the cases of its records.

use insight_sdk::{CallContext, CrmKind, CrmRecord, Failure};

use crate::case::Case;
use crate::cases::CASES;

/// Returns the cases of a record, the newest first. Only accounts and opportunities have any.
///
/// # Errors
///
/// Fails if the seller works with another CRM, or there is no such account or opportunity.
pub(crate) fn cases_about(context: &CallContext, record: &CrmRecord) -> Result<Vec<&'static Case>, Failure> {
    check_connection(context)?;
    if !matches!(&*record.record_type, "account" | "opportunity") {
        return Ok(Vec::new());
    }

    let concerns = |case: &&Case| case.about.iter().any(|id| id.eq_ignore_ascii_case(&record.record_id));
    let cases: Vec<_> = CASES.iter().rev().filter(concerns).collect();
    if cases.is_empty() { Err(Failure::RecordNotFound) } else { Ok(cases) }
}

/// Checks that a seller works with the CRM that Fabrikam Care is connected to. A request that names
/// no CRM is accepted.
///
/// # Errors
///
/// Fails if the seller works with another CRM.
pub(crate) fn check_connection(context: &CallContext) -> Result<(), Failure> {
    if context.crm.may_be(&CrmKind::Dynamics365, "contoso.crm.dynamics.com") {
        return Ok(());
    }
    Err(Failure::InvalidCrmConnection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{CAFE_A100, FOURTH_COFFEE};
    use insight_sdk::{Crm, testing};

    fn about(record_type: &str, record_id: &str) -> Result<Vec<&'static Case>, Failure> {
        cases_about(&testing::context(), &CrmRecord::new(record_type, record_id))
    }

    #[test]
    fn an_opportunity_has_fewer_cases_than_its_account() {
        assert_eq!(about("opportunity", CAFE_A100).expect("it is known").len(), 2);
        assert_eq!(about("account", FOURTH_COFFEE).expect("it is known").len(), 4);
    }

    #[test]
    fn an_unknown_account_is_not_found_and_a_lead_has_no_cases() {
        assert_eq!(about("account", "42"), Err(Failure::RecordNotFound));
        assert_eq!(about("lead", "42"), Ok(Vec::new()));
    }

    #[test]
    fn salesforce_is_not_connected() {
        let crm = Crm { kind: Some(CrmKind::Salesforce), host: None };
        let context = CallContext { crm, ..testing::context() };

        assert_eq!(check_connection(&context), Err(Failure::InvalidCrmConnection));
    }
}
