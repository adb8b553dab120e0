//! A contract, as Contoso Hub keeps it.

use insight_sdk::ContentKind;

/// A contract between Contoso and a customer.
#[derive(Debug, PartialEq)]
pub(crate) struct Contract {
    /// Its identifier in the hub.
    pub(crate) id: &'static str,
    /// Its title, in the language it was written in.
    pub(crate) title: &'static str,
    /// Identifiers of the accounts and opportunities in the CRM that it belongs to.
    pub(crate) about: &'static [&'static str],
    /// Its status.
    pub(crate) status: Status,
    /// The time of its last change of status, in UTC and to the second.
    pub(crate) date: &'static str,
    /// Names of the people who have signed.
    pub(crate) signed_by: &'static [&'static str],
    /// Addresses of the people who work on it.
    pub(crate) participants: &'static [&'static str],
    /// Kind of its file.
    pub(crate) file: ContentKind,
}

/// The status of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// The customer has yet to open it.
    Sent,
    /// The customer has opened it.
    Delivered,
    /// All have signed.
    Signed,
}

impl Contract {
    /// Returns the URL of its page in the hub.
    pub(crate) fn url(&self) -> String {
        format!("https://hub.contoso.example/contract/{}", self.id)
    }

    /// Returns the URL of its file.
    pub(crate) fn file_url(&self) -> String {
        let extension = match self.file {
            ContentKind::Word => ".docx",
            ContentKind::Pdf => ".pdf",
            ContentKind::Powerpoint => ".pptx",
            ContentKind::Excel => ".xlsx",
            ContentKind::File | ContentKind::WebPage | ContentKind::Other(_) => "",
        };
        self.url() + extension
    }

    /// Returns whether one of these addresses works on it, in any letter case.
    pub(crate) fn involves(&self, addresses: &[impl AsRef<str>]) -> bool {
        let asked_for =
            |participant: &&str| addresses.iter().any(|address| address.as_ref().eq_ignore_ascii_case(participant));
        self.participants.iter().any(asked_for)
    }
}

#[cfg(test)]
mod tests {
    use crate::data::CONTRACTS;

    #[test]
    fn a_file_ends_in_what_it_is() {
        assert_eq!(CONTRACTS[0].file_url(), "https://hub.contoso.example/contract/ct-0001.pdf");
        assert_eq!(CONTRACTS[2].file_url(), "https://hub.contoso.example/contract/ct-0003");
    }

    #[test]
    fn an_address_is_the_same_in_any_letter_case() {
        assert!(CONTRACTS[0].involves(&["Alberto@FourthCoffee.example"]));
        assert!(!CONTRACTS[0].involves(&["nobody@fourthcoffee.example"]));
    }
}
