//! What an issuer calls itself.

/// What stands for the tenant in a form.
const TENANT: &str = "{tenant}";

/// What a token's `iss` may be: a text, or one with [`TENANT`] in it, which stands for the token's own tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form(String);

impl Form {
    /// The form that is written so.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it is bound to the token's tenant.
    pub(crate) fn names_tenant(&self) -> bool {
        self.0.contains(TENANT)
    }

    /// The issuer of `tenant`.
    pub(crate) fn of(&self, tenant: &str) -> String {
        self.0.replace(TENANT, tenant)
    }

    /// Whether `issuer` is the one of `tenant`. Without a tenant, only a form that names none can be anybody's.
    pub(super) fn is(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match tenant {
            Some(tenant) => self.of(tenant) == issuer,
            None => !self.names_tenant() && self.0 == issuer,
        }
    }

    /// Whether `issuer` is the one of some tenant, or writes a place for it as Entra ID does: `{tenantid}`.
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
    fn what_an_issuer_says_of_itself_names_one_tenant_or_has_a_place_for_it() {
        let form = Form::new("https://login.example/{tenant}/v2.0");

        assert!(form.spans("https://login.example/{tenantid}/v2.0") && form.spans("https://login.example/one/v2.0"));
        for other in ["https://login.example//v2.0", "https://login.example/a/b/v2.0", "https://evil.example/one/v2.0"]
        {
            assert!(!form.spans(other), "{other}");
        }
    }
}
