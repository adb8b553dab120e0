//! The subject of a request, and its contracts.

use insight_sdk::{CallContext, CrmKind, CrmRecord, Failure};

use crate::contract::Contract;
use crate::customer::{Account, Contact, Opportunity};
use crate::data::{ACCOUNTS, CONTRACTS, OPPORTUNITIES};

/// A record of the CRM that a request is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Subject {
    /// A company.
    Account(&'static Account),
    /// A possible sale.
    Opportunity(&'static Opportunity),
    /// A person.
    Contact(&'static Contact),
    /// A record that no contract is about, such as a lead.
    Other,
}

impl Subject {
    /// Looks a record up.
    ///
    /// # Errors
    ///
    /// Fails if there is no such account, opportunity or contact.
    pub(crate) fn find(record: &CrmRecord) -> Result<Self, Failure> {
        let is = |id: &str| id.eq_ignore_ascii_case(&record.record_id);

        let subject = match &*record.record_type {
            "account" => ACCOUNTS.iter().find(|account| is(account.id)).map(Self::Account),
            "opportunity" => OPPORTUNITIES.iter().find(|sale| is(sale.id)).map(Self::Opportunity),
            "contact" => contacts().find(|contact| is(contact.id)).map(Self::Contact),
            _ => Some(Self::Other),
        };
        subject.ok_or(Failure::RecordNotFound)
    }

    /// Returns the contracts about it, the newest first.
    pub(crate) fn contracts(self) -> impl Iterator<Item = &'static Contract> {
        newest_first().filter(move |contract| match self {
            Self::Account(account) => contract.about.contains(&account.id),
            Self::Opportunity(opportunity) => contract.about.contains(&opportunity.id),
            Self::Contact(contact) => contract.involves(&[contact.email]),
            Self::Other => false,
        })
    }

    /// Returns the company behind it.
    pub(crate) fn account(self) -> Option<&'static Account> {
        match self {
            Self::Account(account) => Some(account),
            Self::Opportunity(opportunity) => Some(opportunity.account),
            Self::Contact(contact) => ACCOUNTS.iter().find(|account| account.stakeholders.contains(contact)),
            Self::Other => None,
        }
    }
}

/// Checks that a seller works with a CRM that Contoso Hub is connected to. A request that names no
/// CRM is accepted.
///
/// # Errors
///
/// Fails if the seller works with another CRM.
pub(crate) fn check_connection(context: &CallContext) -> Result<(), Failure> {
    let connected = context.crm.may_be(&CrmKind::Dynamics365, "contoso.crm.dynamics.com")
        || context.crm.may_be(&CrmKind::Salesforce, "contoso.my.salesforce.com");
    if connected { Ok(()) } else { Err(Failure::InvalidCrmConnection) }
}

/// Returns the contracts that one of these addresses works on, the newest first.
pub(crate) fn contracts_involving(addresses: &[impl AsRef<str>]) -> impl Iterator<Item = &'static Contract> {
    newest_first().filter(|contract| contract.involves(addresses))
}

/// Returns all contracts, the newest first.
fn newest_first() -> impl Iterator<Item = &'static Contract> {
    CONTRACTS.iter().rev()
}

/// Returns the people of all customers.
fn contacts() -> impl Iterator<Item = &'static Contact> {
    ACCOUNTS.iter().flat_map(|account| account.stakeholders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{CAFE_A100, FOURTH_COFFEE};
    use insight_sdk::{Crm, testing};

    fn connection(kind: Option<CrmKind>, host: Option<&str>) -> Result<(), Failure> {
        let crm = Crm { kind, host: host.map(String::from) };
        check_connection(&CallContext { crm, ..testing::context() })
    }

    #[test]
    fn both_organizations_are_connected() {
        let dynamics = connection(Some(CrmKind::Dynamics365), Some("contoso.crm.dynamics.com"));
        let salesforce = connection(Some(CrmKind::Salesforce), Some("contoso.my.salesforce.com"));

        assert_eq!(dynamics, Ok(()));
        assert_eq!(salesforce, Ok(()));
    }

    #[test]
    fn a_seller_who_names_half_or_none_is_welcome() {
        assert_eq!(connection(None, None), Ok(()));
        assert_eq!(connection(Some(CrmKind::Salesforce), None), Ok(()));
        assert_eq!(connection(None, Some("contoso.crm.dynamics.com")), Ok(()));
    }

    #[test]
    fn another_organization_is_not_connected() {
        let elsewhere = Err(Failure::InvalidCrmConnection);

        assert_eq!(connection(None, Some("fabrikam.crm.dynamics.com")), elsewhere);
        assert_eq!(connection(Some(CrmKind::Other("hubspot".into())), None), elsewhere);
        let mixed = connection(Some(CrmKind::Salesforce), Some("contoso.crm.dynamics.com"));
        assert_eq!(mixed, elsewhere);
    }

    #[test]
    fn an_unknown_account_is_not_found() {
        let record = CrmRecord::new("account", "00000000-0000-0000-0000-000000000000");

        assert_eq!(Subject::find(&record), Err(Failure::RecordNotFound));
    }

    #[test]
    fn the_identifier_of_an_opportunity_is_none_of_an_account() {
        let record = CrmRecord::new("account", CAFE_A100);

        assert_eq!(Subject::find(&record), Err(Failure::RecordNotFound));
    }

    #[test]
    fn a_lead_is_in_no_contract() {
        let lead = Subject::find(&CrmRecord::new("lead", "42")).expect("leads are not looked up");

        assert_eq!(lead.contracts().count(), 0);
    }

    #[test]
    fn an_identifier_is_the_same_in_any_letter_case() {
        let record = CrmRecord::new("account", FOURTH_COFFEE.to_uppercase());

        assert!(matches!(Subject::find(&record), Ok(Subject::Account(_))));
    }

    #[test]
    fn a_contact_is_in_the_contracts_it_works_on() {
        let tony = ACCOUNTS[0].stakeholders[1].id;
        let contact = Subject::find(&CrmRecord::new("contact", tony)).expect("it is known");

        assert!(contact.contracts().all(|it| it.involves(&["tony+legal@fourthcoffee.example"])));
        assert!(contact.contracts().count() > 1);
        assert_eq!(contact.account(), Some(&ACCOUNTS[0]));
    }
}
