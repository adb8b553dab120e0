//! The texts of Contoso Hub, in every language side by side.

use insight_sdk::{Property, properties};

use crate::contract::{Contract, Status};
use crate::customer::{Account, Fact, Role};
use crate::language::Language::{self, English, French, German};

impl Language {
    /// Returns the title of a contract's last change.
    pub(crate) const fn event(self, status: Status) -> &'static str {
        match (self, status) {
            (English, Status::Sent) => "Contract sent",
            (English, Status::Delivered) => "Contract delivered",
            (English, Status::Signed) => "Contract signed",
            (German, Status::Sent) => "Vertrag gesendet",
            (German, Status::Delivered) => "Vertrag zugestellt",
            (German, Status::Signed) => "Vertrag unterzeichnet",
            (French, Status::Sent) => "Contrat envoyé",
            (French, Status::Delivered) => "Contrat remis",
            (French, Status::Signed) => "Contrat signé",
        }
    }

    /// Describes a contract's last change, with its date, in a sentence.
    pub(crate) fn story(self, contract: &Contract) -> String {
        let (title, day) = (contract.title, self.day(contract.date));
        let signers = self.list(contract.signed_by);
        match (self, contract.status) {
            (English, Status::Sent) => format!("{title} was sent on {day}."),
            (English, Status::Delivered) => format!("{title} was delivered on {day}."),
            (English, Status::Signed) => format!("{signers} signed {title} on {day}."),
            (German, Status::Sent) => format!("„{title}“ wurde am {day} gesendet."),
            (German, Status::Delivered) => format!("„{title}“ wurde am {day} zugestellt."),
            (German, Status::Signed) => {
                format!("„{title}“ wurde am {day} von {signers} unterzeichnet.")
            }
            (French, Status::Sent) => format!("« {title} » a été envoyé le {day}."),
            (French, Status::Delivered) => format!("« {title} » a été remis le {day}."),
            (French, Status::Signed) => format!("« {title} » a été signé le {day} par {signers}."),
        }
    }

    /// Describes a fact about an account, in a sentence.
    pub(crate) fn fact(self, fact: &Fact, account: &Account) -> String {
        let name = account.name;
        match (self, fact) {
            (English, Fact::Connections(count)) => {
                format!("You have {count} connections in {name}.")
            }
            (German, Fact::Connections(count)) => {
                format!("Sie kennen {count} Personen bei {name}.")
            }
            (French, Fact::Connections(count)) => {
                format!("Vous avez {count} relations chez {name}.")
            }
            (English, Fact::Visits { times, months }) => format!(
                "Stakeholders from {name} visited the Contoso website {times} times in the last \
                 {months} months."
            ),
            (German, Fact::Visits { times, months }) => format!(
                "{name} hat die Website von Contoso in den letzten {months} Monaten {times}-mal \
                 besucht."
            ),
            (French, Fact::Visits { times, months }) => format!(
                "{name} a visité le site de Contoso {times} fois au cours des {months} derniers \
                 mois."
            ),
            (English, Fact::Colleagues(names)) => {
                format!("Your colleagues {} have worked with them before.", self.list(names))
            }
            (German, Fact::Colleagues(names)) => {
                format!("{} aus Ihrem Haus haben schon mit ihnen gearbeitet.", self.list(names))
            }
            (French, Fact::Colleagues(names)) => {
                format!("Vos collègues {} ont déjà travaillé avec eux.", self.list(names))
            }
        }
    }

    /// Lists the details of a contract, the two most important first.
    pub(crate) fn details(self, contract: &Contract) -> Vec<Property> {
        let mut details = properties([
            (self.status_word(), self.status(contract.status).into()),
            (self.date_word(), self.day(contract.date)),
        ]);
        if !contract.signed_by.is_empty() {
            details.push((self.signed_by(), self.list(contract.signed_by)).into());
        }
        details
    }

    /// Names the status of a contract.
    pub(crate) const fn status(self, status: Status) -> &'static str {
        match (self, status) {
            (English, Status::Sent) => "Sent",
            (English, Status::Delivered) => "Delivered",
            (English, Status::Signed) => "Signed",
            (German, Status::Sent) => "Gesendet",
            (German, Status::Delivered) => "Zugestellt",
            (German, Status::Signed) => "Unterzeichnet",
            (French, Status::Sent) => "Envoyé",
            (French, Status::Delivered) => "Remis",
            (French, Status::Signed) => "Signé",
        }
    }

    /// Names the part of a person in contracts.
    pub(crate) const fn role(self, role: Role) -> &'static str {
        match (self, role) {
            (English, Role::DecisionMaker) => "Decision maker",
            (English, Role::Procurement) => "Procurement",
            (English, Role::Legal) => "Legal",
            (German, Role::DecisionMaker) => "Entscheidung",
            (German, Role::Procurement) => "Einkauf",
            (German, Role::Legal) => "Recht",
            (French, Role::DecisionMaker) => "Décision",
            (French, Role::Procurement) => "Achats",
            (French, Role::Legal) => "Juridique",
        }
    }
}

/// Generates methods of [`Language`] that return single words and phrases.
macro_rules! words {
    ($($name:ident: $english:literal, $german:literal, $french:literal;)+) => {
        impl Language {$(
            #[doc = concat!("Returns \"", $english, "\" in this language.")]
            pub(crate) const fn $name(self) -> &'static str {
                match self {
                    English => $english,
                    German => $german,
                    French => $french,
                }
            }
        )+}
    };
}

words! {
    contract_word: "Contract", "Vertrag", "Contrat";
    contracts_word: "Contracts", "Verträge", "Contrats";
    date_word: "Date", "Datum", "Date";
    latest_contracts: "Latest contracts", "Neueste Verträge", "Derniers contrats";
    signed_by: "Signed by", "Unterzeichnet von", "Signé par";
    stakeholders: "Key stakeholders", "Wichtige Beteiligte", "Parties prenantes clés";
    status_word: "Status", "Status", "Statut";
    who_decides: "Who has a say in contracts.", "Wer über Verträge mitentscheidet.",
        "Qui participe aux décisions sur les contrats.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ACCOUNTS, CONTRACTS};

    /// The most UTF-16 code units of a highlight's description.
    const HIGHLIGHT: usize = 130;

    #[test]
    fn every_sentence_fits_a_highlight() {
        for language in [English, German, French] {
            let stories = CONTRACTS.iter().map(|contract| language.story(contract));
            let facts =
                ACCOUNTS.iter().flat_map(|account| account.facts.iter().map(move |fact| language.fact(fact, account)));

            for sentence in stories.chain(facts) {
                assert!(sentence.encode_utf16().count() <= HIGHLIGHT, "too long: {sentence}");
            }
        }
    }

    #[test]
    fn a_contract_is_told_in_every_language() {
        let contract = &CONTRACTS[2];

        assert_eq!(English.story(contract), "Fourth Coffee Service Terms was sent on June 21, 2024.");
        assert_eq!(German.story(contract), "„Fourth Coffee Service Terms“ wurde am 21. Juni 2024 gesendet.");
        assert_eq!(French.story(contract), "« Fourth Coffee Service Terms » a été envoyé le 21 juin 2024.");
    }
}
