//! The ids of operations: the family that certified connectors have in common, and the former one.
//!
//! The agent matches by descriptions, and matched by ids before May 2024. Makers who have imported a connector of
//! version 0.1 keep its ids, as flows refer to operations by them.

use std::iter;

use serde::Deserialize;

use super::words;
use contract::operation::{EMAIL_DRAFT, KEY_SALES_INFO};
use contract::{Method, OPERATIONS, Operation};

/// The operations whose ids differ between the families, with the former ids.
const FORMER: [(&Operation, &str); 2] = [(&KEY_SALES_INFO, "scp-get-key-sales"), (&EMAIL_DRAFT, "scp-get-email-draft")];

/// A family of operation ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum OperationIds {
    /// The ids observed in certified connectors.
    #[default]
    Observed,
    /// The ids of version 0.1.
    #[serde(rename = "0.1")]
    Former,
}

impl OperationIds {
    /// Both families.
    const ALL: [Self; 2] = [Self::Observed, Self::Former];

    /// Returns the id of an operation.
    pub(crate) fn of(self, operation: &'static Operation) -> &'static str {
        let former = FORMER.into_iter().find(|(of, _)| of.id == operation.id).map(|(_, id)| id);
        former.filter(|_| self == Self::Former).unwrap_or(operation.id)
    }

    /// Returns the id of the operation by which Power Platform tests a connection.
    pub(crate) const fn of_connection_test(self) -> &'static str {
        match self {
            Self::Observed => "TestConnection",
            Self::Former => "test-connection",
        }
    }

    /// Returns the id of a chat skill's operation; that by POST is for readers that tell operations apart by methods.
    pub(crate) fn of_skill(self, provider: &str, skill: &str, method: Method) -> String {
        match (self, method) {
            (Self::Observed, Method::Get) => words::pascal([provider, skill]),
            (Self::Observed, Method::Post) => words::pascal([provider, skill, "by-body"]),
            (Self::Former, Method::Get) => format!("{provider}-{skill}"),
            (Self::Former, Method::Post) => format!("{provider}-{skill}-by-body"),
        }
    }

    /// Returns the operation that has this id in either family.
    pub(crate) fn operation(id: &str) -> Option<&'static Operation> {
        OPERATIONS.into_iter().find(|operation| Self::ALL.iter().any(|family| family.of(operation) == id))
    }
}

/// Returns the ids that no skill's operation may have, in the form in which ids are compared.
pub fn reserved_operation_ids() -> impl Iterator<Item = String> {
    let operations = OPERATIONS.iter().map(|operation| operation.id);
    operations.chain(iter::once(OperationIds::Observed.of_connection_test())).map(comparable_id)
}

/// Returns the ids of a chat skill's operations, by GET and by POST, in the form in which ids are compared.
pub fn skill_operation_ids(provider: &str, skill: &str) -> [String; 2] {
    [Method::Get, Method::Post].map(|method| comparable_id(&OperationIds::Observed.of_skill(provider, skill, method)))
}

/// Returns `id` in the form in which ids are compared: Power Platform does so without regard to case.
pub(crate) fn comparable_id(id: &str) -> String {
    id.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_has_the_observed_id_and_may_keep_the_former_one() {
        let ids = |family: OperationIds| OPERATIONS.map(|operation| family.of(operation));

        assert_eq!(
            ids(OperationIds::Observed),
            [
                "scp-get-related-activities",
                "scp-get-related-records",
                "scp-get-sales-highlights",
                "scp-get-email-insights",
                "scp-get-email-insights-v2",
                "scp-get-content-suggestions",
            ]
        );
        assert_eq!(
            ids(OperationIds::Former),
            [
                "scp-get-related-activities",
                "scp-get-related-records",
                "scp-get-key-sales",
                "scp-get-email-insights",
                "scp-get-email-insights-v2",
                "scp-get-email-draft",
            ]
        );
    }

    #[test]
    fn an_operation_is_known_by_either_id() {
        for id in ["scp-get-content-suggestions", "scp-get-email-draft"] {
            assert_eq!(OperationIds::operation(id).map(|operation| operation.path), Some("email-draft"), "{id}");
        }
        assert!(OperationIds::operation("scp-get-nothing").is_none());
    }

    #[test]
    fn a_skills_id_is_its_providers_and_its_own_name() {
        let id = |family: OperationIds, method| family.of_skill("contoso-hub", "key-stakeholders", method);

        assert_eq!(id(OperationIds::Observed, Method::Get), "ContosoHubKeyStakeholders");
        assert_eq!(id(OperationIds::Observed, Method::Post), "ContosoHubKeyStakeholdersByBody");
        assert_eq!(id(OperationIds::Former, Method::Get), "contoso-hub-key-stakeholders");
    }
}
