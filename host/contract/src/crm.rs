//! The CRM that a seller works with, and its records.

use url::Url;

/// Longest host name, in bytes, by the rules of DNS.
const LONGEST_HOST: usize = 253;

/// A CRM organization, as far as the request identifies it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crm {
    /// The product (`crmType`).
    pub kind: Option<CrmKind>,
    /// Host name in lower case, such as `contoso.crm.dynamics.com` (`crmOrgUrl`).
    pub host: Option<String>,
}

/// A CRM product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrmKind {
    /// Microsoft Dynamics 365.
    Dynamics365,
    /// Salesforce.
    Salesforce,
    /// Another product, by its name in the request, in lower case and without blanks.
    Other(String),
}

impl CrmKind {
    /// Reads a name without regard to case and blanks.
    pub(super) fn read(name: &str) -> Self {
        let name = name.split_whitespace().collect::<String>().to_lowercase();
        match name.as_str() {
            "dynamics365" => Self::Dynamics365,
            "salesforce" => Self::Salesforce,
            _ => Self::Other(name),
        }
    }
}

/// A record in the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrmRecord {
    /// Logical name of its table, in lower case, such as `account`. Custom tables occur.
    pub record_type: String,
    /// Its identifier in the CRM.
    pub record_id: String,
}

/// The host name in `text`, which is either a host name or an `http` or `https` URL, with or without a path.
///
/// Port, path and a final dot are ignored: an organization is identified by its host name.
pub(super) fn host(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) }.ok()?;
    let names_a_user = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || names_a_user {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    (!host.is_empty() && host.len() <= LONGEST_HOST).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_with_and_without_a_scheme() {
        for text in [
            "contoso.crm.dynamics.com",
            "Contoso.CRM.dynamics.com/",
            "https://contoso.crm.dynamics.com",
            "HTTPS://contoso.crm.dynamics.com/main.aspx?id=1",
            "http://contoso.crm.dynamics.com:8080/",
            "contoso.crm.dynamics.com.",
        ] {
            assert_eq!(host(text).as_deref(), Some("contoso.crm.dynamics.com"), "{text}");
        }
    }

    #[test]
    fn what_names_no_host_is_refused() {
        for text in [
            "/",
            "https://",
            "https:///",
            ":443",
            "con toso.com",
            "ftp://contoso.com",
            "javascript:alert(1)",
            "kenny@contoso.com",
            "https://kenny:secret@contoso.com",
            "https://.",
            "a<b",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn a_host_longer_than_names_can_be_is_refused() {
        assert_eq!(host(&"contoso.".repeat(40)), None);
    }

    #[test]
    fn products_compare_without_case_and_blanks() {
        assert_eq!(CrmKind::read("Dynamics 365"), CrmKind::Dynamics365);
        assert_eq!(CrmKind::read("dynamics365"), CrmKind::Dynamics365);
        assert_eq!(CrmKind::read(" SalesForce "), CrmKind::Salesforce);
        assert_eq!(CrmKind::read("Hub Spot"), CrmKind::Other("hubspot".to_owned()));
    }
}
