//! Dates, numbers, money and plurals in the languages of sellers, by CLDR.

#[rustfmt::skip]
mod data;
mod decimal;
mod format;
mod plural;

use std::iter::successors;

use format::LocaleData;

use crate::{CallContext, Timestamp};

pub use decimal::DecimalNumber;
pub use plural::Plural;

/// The language of an answer, with its forms of dates, numbers and plurals.
///
/// The forms are those of CLDR for 27 locales. A language that is none of them has the forms of English.
///
/// ```
/// # let context = insight_sdk::testing::context_in("de-AT");
/// use insight_sdk::Plural;
///
/// let locale = context.locale(&["en", "de"]);
/// let missing = 2;
///
/// let sentence = match (locale.language(), locale.plural(missing)) {
///     ("de", Plural::One) => "1 Unterschrift fehlt.".into(),
///     ("de", _) => format!("{missing} Unterschriften fehlen."),
///     (_, Plural::One) => "1 signature is missing.".into(),
///     (_, _) => format!("{missing} signatures are missing."),
/// };
///
/// assert_eq!(sentence, "2 Unterschriften fehlen.");
/// assert_eq!(locale.date(context.now()), "01.06.2026");
/// assert_eq!(locale.money("48000", "EUR"), "48.000,00\u{a0}€");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Locale {
    language: &'static str,
    data: &'static LocaleData,
}

impl CallContext {
    /// Returns the time at which the request reached the host: the present of this call.
    ///
    /// # Panics
    ///
    /// Panics if a test has put another text than an instant into the context.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.received_at.parse().expect("the host writes RFC 3339")
    }

    /// Chooses, of the languages of a plugin, the one that this seller reads best, as [`language`](Self::language) does.
    ///
    /// # Panics
    ///
    /// Panics if `spoken` is empty.
    #[must_use]
    pub fn locale(&self, spoken: &[&'static str]) -> Locale {
        Locale::of(self.language(spoken))
    }
}

impl Locale {
    /// Returns the locale of a BCP 47 tag.
    #[must_use]
    pub fn of(language: &'static str) -> Self {
        let tag = if language.eq_ignore_ascii_case("no") { "nb" } else { language };
        let tags = successors(Some(tag), |tag| Some(tag.rsplit_once('-')?.0));
        let data_of = |tag: &str| data::LOCALES.iter().find(|data| data.tag.eq_ignore_ascii_case(tag));
        Self { language, data: tags.chain(["en"]).find_map(data_of).expect("English is among them") }
    }

    /// Returns the tag: one of the plugin's languages.
    #[must_use]
    pub const fn language(&self) -> &'static str {
        self.language
    }

    /// Formats a date in UTC as in tables: `May 12, 2026`, `12.05.2026`.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        format::date(self.data, self.data.date, at.date())
    }

    /// Formats a date in UTC as in sentences: `May 12, 2026`, `12. Mai 2026`.
    #[must_use]
    pub fn long_date(&self, at: Timestamp) -> String {
        format::date(self.data, self.data.long_date, at.date())
    }

    /// Formats a number, rounded half to even to so many digits of a fraction.
    ///
    /// A text that is no decimal number is returned as it is, here as in [`percent`](Self::percent) and
    /// [`money`](Self::money).
    ///
    /// ```
    /// # use insight_sdk::Locale;
    /// assert_eq!(Locale::of("en").number(1234.5, 2), "1,234.50");
    /// assert_eq!(Locale::of("de").number("0.125", 2), "0,12");
    /// ```
    #[must_use]
    pub fn number(&self, number: impl DecimalNumber, digits: usize) -> String {
        format::number(self.data, &number.decimal(), digits, self.data.number)
    }

    /// Formats a share as a percentage: 0.256 with one digit of a fraction is `25.6%`.
    #[must_use]
    pub fn percent(&self, share: impl DecimalNumber, digits: usize) -> String {
        format::number(self.data, &share.decimal().map(|share| share.times_hundred()), digits, self.data.percent)
    }

    /// Formats an amount of money with the minor units of its currency, given by its ISO 4217 code.
    ///
    /// Amounts that are decimal texts, as backends send them, are exact.
    ///
    /// ```
    /// # use insight_sdk::Locale;
    /// assert_eq!(Locale::of("en").money("48000.00", "EUR"), "€48,000.00");
    /// assert_eq!(Locale::of("en").money(9.5, "CHF"), "CHF\u{a0}9.50");
    /// assert_eq!(Locale::of("ja").money(1200, "JPY"), "￥1,200");
    /// ```
    #[must_use]
    pub fn money(&self, amount: impl DecimalNumber, currency: &str) -> String {
        format::money(self.data, &amount.decimal(), currency)
    }

    /// Returns the plural category of a number of things, which decides on the form of words around it.
    #[must_use]
    pub fn plural(&self, number: usize) -> Plural {
        plural::category(self.data.plural, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_without_forms_has_those_of_its_language_or_else_of_english() {
        let tags = ["de-LI", "DE-at", "zh-Hant-TW", "no", "sk", ""];

        let found = tags.map(|tag| Locale::of(tag).data.tag);

        assert_eq!(found, ["de", "de-AT", "zh", "nb", "en", "en"]);
        assert_eq!(Locale::of("sk").language(), "sk");
    }

    #[test]
    fn what_is_no_number_is_shown_as_it_is() {
        let locale = Locale::of("de");

        assert_eq!(locale.money("on request", "EUR"), "on request");
        assert_eq!(locale.number(f64::NAN, 2), "NaN");
        assert_eq!(locale.percent("1e3", 0), "1e3");
    }

    #[test]
    fn zero_has_no_sign() {
        let locale = Locale::of("en");

        assert_eq!(locale.number(-0.4, 0), "0");
        assert_eq!(locale.money("-0.00", "EUR"), "€0.00");
        assert_eq!(locale.percent("-0.001", 0), "0%");
    }

    #[test]
    fn a_number_is_the_shortest_decimal_that_denotes_it() {
        let locale = Locale::of("en");

        assert_eq!(locale.money(0.1 + 0.2, "USD"), "$0.30");
        assert_eq!(locale.number(1.005, 2), "1.00");
        assert_eq!(locale.number(1e21, 0), "1,000,000,000,000,000,000,000");
        assert_eq!(locale.number(u64::MAX, 0), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_currency_that_is_not_known_has_its_code_and_two_digits() {
        assert_eq!(Locale::of("de").money(5, "XYZ"), "5,00\u{a0}XYZ");
        assert_eq!(Locale::of("en").money(5, "eur"), "€5.00");
    }
}
