//! Patterns of an issuer's name, with a placeholder for the tenant.

/// The placeholder for the tenant.
const TENANT: &str = "{tenant}";

/// The domains of Entra ID's issuers, in its public and national clouds.
const ENTRA_ID: [&str; 5] =
    ["microsoftonline.com", "microsoftonline.us", "microsoftonline.cn", "windows.net", "chinacloudapi.cn"];

/// A permitted `iss` of tokens: a text, in which [`TENANT`] stands for the token's own tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form(String);

impl Form {
    /// Creates the form written as `text`.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns whether the form depends on the token's tenant.
    pub(crate) fn names_tenant(&self) -> bool {
        self.0.contains(TENANT)
    }

    /// Returns whether it is a form of Entra ID, or of an issuer with tenants like it: their tokens state tenant and
    /// times, and tenants share their signing keys.
    pub(crate) fn has_tenants(&self) -> bool {
        let host = self.0.split_once("://").map_or("", |(_, rest)| rest.split(['/', ':']).next().unwrap_or_default());
        let is_below = |domain: &&str| {
            let above = host.len().checked_sub(domain.len()).and_then(|length| host.split_at_checked(length));
            above.is_some_and(|(above, end)| {
                end.eq_ignore_ascii_case(domain) && (above.is_empty() || above.ends_with('.'))
            })
        };
        self.names_tenant() || ENTRA_ID.iter().any(is_below)
    }

    /// The issuer of `tenant`.
    pub(crate) fn of(&self, tenant: &str) -> String {
        self.0.replace(TENANT, tenant)
    }

    /// Returns whether `issuer` is the one of `tenant`. Without a tenant, only a form without placeholder can match.
    pub(super) fn is(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match tenant {
            Some(tenant) => self.of(tenant) == issuer,
            None => !self.names_tenant() && self.0 == issuer,
        }
    }

    /// Returns whether `issuer` is the one of some tenant, or has a placeholder for it, such as Entra ID's
    /// `{tenantid}`.
    pub(super) fn spans(&self, issuer: &str) -> bool {
        match self.0.split_once(TENANT) {
            Some((before, after)) => {
                let tenant = issuer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                tenant.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/'))
            }
            None => self.0 == issuer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_place_is_bound_to_the_tokens_tenant() {
        let form = Form::new("https://login.example/{tenant}/v2.0");

        assert!(form.is("https://login.example/one/v2.0", Some("one")));
        assert!(!form.is("https://login.example/one/v2.0", Some("other")));
        assert!(!form.is("https://login.example/one/v2.0", None));
        assert!(!form.is("https://login.example/{tenant}/v2.0", None));
    }

    #[test]
    fn a_form_without_a_place_is_itself() {
        let form = Form::new("https://login.example/");

        assert!(form.is("https://login.example/", None) && form.is("https://login.example/", Some("one")));
        assert!(!form.is("https://login.example", None));
    }

    #[test]
    fn issuers_with_tenants_are_known_by_placeholder_or_domain() {
        for form in
            ["https://id.example/{tenant}/", "https://login.microsoftonline.com/one/v2.0", "https://sts.windows.net/"]
        {
            assert!(Form::new(form).has_tenants(), "{form}");
        }
        for form in ["https://id.example/", "https://evilwindows.net/", "https://id.example/sts.windows.net/", "", "é"]
        {
            assert!(!Form::new(form).has_tenants(), "{form}");
        }
    }

    #[test]
    fn what_an_issuer_says_of_itself_names_one_tenant_or_has_a_place_for_it() {
        let form = Form::new("https://login.example/{tenant}/v2.0");

        assert!(form.spans("https://login.example/{tenantid}/v2.0") && form.spans("https://login.example/one/v2.0"));
        for other in ["https://login.example//v2.0", "https://login.example/a/b/v2.0", "https://evil.example/one/v2.0"]
        {
            assert!(!form.spans(other), "{other}");
        }
    }
}
