//! Customers, as Contoso Hub knows them from the CRM.

/// A company that Contoso sells to.
#[derive(Debug, PartialEq)]
pub(crate) struct Account {
    /// Its identifier in the CRM.
    pub(crate) id: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its people who have a say in contracts.
    pub(crate) stakeholders: &'static [Contact],
    /// Facts that a seller should know about it.
    pub(crate) facts: &'static [Fact],
}

/// A possible sale.
#[derive(Debug, PartialEq)]
pub(crate) struct Opportunity {
    /// Its identifier in the CRM.
    pub(crate) id: &'static str,
    /// The account that might buy.
    pub(crate) account: &'static Account,
}

/// A person at a customer.
#[derive(Debug, PartialEq)]
pub(crate) struct Contact {
    /// The identifier in the CRM.
    pub(crate) id: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// The person's part in contracts.
    pub(crate) role: Role,
    /// The mail address.
    pub(crate) email: &'static str,
}

/// The part of a person in contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Decides.
    DecisionMaker,
    /// Buys.
    Procurement,
    /// Reads the small print.
    Legal,
}

/// A fact that a seller should know about an account.
#[derive(Debug, PartialEq)]
pub(crate) enum Fact {
    /// The number of people whom the seller knows there.
    Connections(u32),
    /// The recent visits of its people to Contoso's web site.
    Visits {
        /// The number of visits.
        times: u32,
        /// The number of months that they are counted over.
        months: u32,
    },
    /// The people of Contoso who have worked with it.
    Colleagues(&'static [&'static str]),
}

impl Account {
    /// Returns the URL of its page in the hub.
    pub(crate) fn url(&self) -> String {
        format!("https://hub.contoso.example/account/{}", self.id)
    }
}
