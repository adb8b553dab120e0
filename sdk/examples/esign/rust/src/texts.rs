//! Texts for sellers, in English and German.

use insight_sdk::{CallContext, Locale, Plural, Timestamp};

use crate::envelope::{Envelope, Status};

pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// The texts in the language of a seller.
pub struct Texts {
    pub locale: Locale,
}

impl Texts {
    pub fn of(context: &CallContext) -> Self {
        Self { locale: context.locale(&LANGUAGES) }
    }

    /// Returns the text of the two that the seller reads.
    pub fn of_both(&self, english: &'static str, german: &'static str) -> &'static str {
        if self.is_german() { german } else { english }
    }

    fn is_german(&self) -> bool {
        self.locale.language() == "de"
    }

    pub fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Sent => self.of_both("Waiting for signatures", "Wartet auf Unterschriften"),
            Status::Signed => self.of_both("Signed", "Unterschrieben"),
            Status::Declined => self.of_both("Declined", "Abgelehnt"),
            Status::Voided => self.of_both("Withdrawn", "Zurückgezogen"),
        }
    }

    /// Tells how far an envelope has come.
    pub fn progress(&self, envelope: &Envelope) -> String {
        let (total, missing) = (envelope.signers.len(), envelope.missing());
        let (signed, names) = (total - missing.len(), missing.join(", "));
        let counted = match envelope.status {
            Status::Sent => signed,
            Status::Signed => total,
            Status::Declined | Status::Voided => missing.len(),
        };
        match (envelope.status, self.locale.plural(counted), self.is_german()) {
            (Status::Sent, Plural::One, false) => format!("1 of {total} signers has signed."),
            (Status::Sent, Plural::One, true) => format!("1 von {total} Personen hat unterschrieben."),
            (Status::Sent, _, false) => format!("{signed} of {total} signers have signed."),
            (Status::Sent, _, true) => format!("{signed} von {total} Personen haben unterschrieben."),
            (Status::Signed, Plural::One, false) => "The only signer has signed.".into(),
            (Status::Signed, Plural::One, true) => "Die einzige Person hat unterschrieben.".into(),
            (Status::Signed, _, false) => format!("All {total} signers have signed."),
            (Status::Signed, _, true) => format!("Alle {total} Personen haben unterschrieben."),
            (Status::Declined, Plural::One, false) => format!("{names} has declined to sign."),
            (Status::Declined, Plural::One, true) => format!("{names} hat die Unterschrift abgelehnt."),
            (Status::Declined, _, false) => format!("Declined; {names} have not signed."),
            (Status::Declined, _, true) => format!("Abgelehnt; {names} haben nicht unterschrieben."),
            (Status::Voided, _, false) => "Withdrawn before everyone had signed.".into(),
            (Status::Voided, _, true) => "Zurückgezogen, bevor alle unterschrieben hatten.".into(),
        }
    }

    pub fn expires(&self, envelope: &Envelope, at: Timestamp) -> String {
        let (subject, date, count) = (&envelope.subject, self.locale.date(at), envelope.missing().len());
        match (self.locale.plural(count), self.is_german()) {
            (Plural::One, false) => format!("{subject} expires on {date}; 1 signature is missing."),
            (Plural::One, true) => format!("{subject} läuft am {date} ab; 1 Unterschrift fehlt."),
            (_, false) => format!("{subject} expires on {date}; {count} signatures are missing."),
            (_, true) => format!("{subject} läuft am {date} ab; {count} Unterschriften fehlen."),
        }
    }

    pub fn signed(&self, count: usize, money: &str) -> String {
        match (self.locale.plural(count), self.is_german()) {
            (Plural::One, false) => format!("1 agreement worth {money} was signed in the last 90 days."),
            (Plural::One, true) => {
                format!("1 Vereinbarung über {money} wurde in den letzten 90 Tagen unterschrieben.")
            }
            (_, false) => format!("{count} agreements worth {money} were signed in the last 90 days."),
            (_, true) => format!("{count} Vereinbarungen über {money} wurden in den letzten 90 Tagen unterschrieben."),
        }
    }

    pub fn still_to_sign(&self, envelope: &Envelope) -> String {
        format!("{}: {}.", self.of_both("Still to sign", "Es fehlen noch"), envelope.missing().join(", "))
    }

    pub fn pending(&self, account: &str, open: &[Envelope]) -> String {
        let subjects: Vec<&str> = open.iter().map(|envelope| &*envelope.subject).collect();
        let (count, subjects) = (open.len(), subjects.join(", "));
        match (count, self.locale.plural(count), self.is_german()) {
            (0, _, false) => format!("No agreement of {account} waits for signatures."),
            (0, _, true) => format!("Keine Vereinbarung von {account} wartet auf Unterschriften."),
            (_, Plural::One, false) => format!("1 agreement of {account} waits for signatures: {subjects}."),
            (_, Plural::One, true) => format!("1 Vereinbarung von {account} wartet auf Unterschriften: {subjects}."),
            (_, _, false) => format!("{count} agreements of {account} wait for signatures: {subjects}."),
            (_, _, true) => format!("{count} Vereinbarungen von {account} warten auf Unterschriften: {subjects}."),
        }
    }

    pub fn unknown(&self, account: &str) -> String {
        if self.is_german() {
            format!("Tailspin Sign kennt kein Konto mit dem Namen {account}.")
        } else {
            format!("Tailspin Sign knows no account named {account}.")
        }
    }

    pub fn expires_name(&self) -> &'static str {
        self.of_both("Expires", "Läuft ab")
    }

    pub fn value_name(&self) -> &'static str {
        self.of_both("Value", "Wert")
    }

    pub fn waiting_for_name(&self) -> &'static str {
        self.of_both("Waiting for", "Wartet auf")
    }

    pub fn expiry(&self, envelope: &Envelope) -> Option<String> {
        envelope.expires_at.map(|at| self.locale.date(at))
    }

    pub fn value(&self, envelope: &Envelope) -> Option<String> {
        envelope.value.as_ref().map(|value| self.locale.money(&value.amount.text, &value.currency))
    }
}
