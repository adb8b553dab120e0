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
    /// What a seller should know of it.
    pub(crate) facts: &'static [Fact],
}

/// Something that Contoso might sell.
#[derive(Debug, PartialEq)]
pub(crate) struct Opportunity {
    /// Its identifier in the CRM.
    pub(crate) id: &'static str,
    /// Who might buy.
    pub(crate) account: &'static Account,
}

/// A person at a customer.
#[derive(Debug, PartialEq)]
pub(crate) struct Contact {
    /// The identifier in the CRM.
    pub(crate) id: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// What the person has a say in.
    pub(crate) role: Role,
    /// The mail address.
    pub(crate) email: &'static str,
}

/// What a person has a say in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Decides.
    DecisionMaker,
    /// Buys.
    Procurement,
    /// Reads the small print.
    Legal,
}

/// What a seller should know of an account.
#[derive(Debug, PartialEq)]
pub(crate) enum Fact {
    /// How many people the seller knows there.
    Connections(u32),
    /// How often its people have looked at Contoso's web site of late.
    Visits {
        /// How often.
        times: u32,
        /// In how many months.
        months: u32,
    },
    /// Who of Contoso has worked with it.
    Colleagues(&'static [&'static str]),
}

impl Account {
    /// Returns where it opens in the hub.
    pub(crate) fn url(&self) -> String {
        format!("https://hub.contoso.example/account/{}", self.id)
    }
}
