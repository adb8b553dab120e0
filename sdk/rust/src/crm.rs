//! The CRM and its records.

use crate::{Crm, CrmKind, CrmRecord};

impl Crm {
    /// Returns whether this may be the organization of that kind and host name.
    ///
    /// Only values that the request states are compared: a CRM without kind and host may be any.
    /// Letter case does not matter.
    ///
    /// ```
    /// # use insight_sdk::{Crm, CrmKind};
    /// let crm = Crm { kind: None, host: Some("contoso.crm.dynamics.com".into()) };
    ///
    /// assert!(crm.may_be(&CrmKind::Dynamics365, "contoso.crm.dynamics.com"));
    /// assert!(!crm.may_be(&CrmKind::Salesforce, "contoso.my.salesforce.com"));
    /// ```
    #[must_use]
    pub fn may_be(&self, kind: &CrmKind, host: &str) -> bool {
        self.kind.as_ref().is_none_or(|named| named == kind)
            && self.host.as_ref().is_none_or(|named| named.eq_ignore_ascii_case(host))
    }
}

impl CrmRecord {
    /// Creates a reference to a record from the logical name of its table, such as `account`, and its identifier.
    #[must_use]
    pub fn new(record_type: impl Into<String>, record_id: impl Into<String>) -> Self {
        Self { record_type: record_type.into(), record_id: record_id.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_contoso(kind: Option<CrmKind>, host: Option<&str>) -> bool {
        let crm = Crm { kind, host: host.map(String::from) };
        crm.may_be(&CrmKind::Dynamics365, "contoso.crm.dynamics.com")
    }

    #[test]
    fn a_request_that_names_no_crm_may_mean_any() {
        assert!(is_contoso(None, None));
    }

    #[test]
    fn half_a_name_is_believed() {
        assert!(is_contoso(Some(CrmKind::Dynamics365), None));
        assert!(is_contoso(None, Some("Contoso.crm.dynamics.com")));
    }

    #[test]
    fn one_wrong_half_is_wrong() {
        assert!(!is_contoso(Some(CrmKind::Salesforce), Some("contoso.crm.dynamics.com")));
        assert!(!is_contoso(Some(CrmKind::Dynamics365), Some("fabrikam.crm.dynamics.com")));
    }
}
