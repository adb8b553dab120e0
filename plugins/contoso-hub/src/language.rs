//! The languages of Contoso Hub, and their forms of days and lists.

use insight_sdk::CallContext;

/// The tags of the languages, Contoso's own first.
pub(crate) const SPOKEN: [&str; 3] = ["en", "de", "fr"];

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    English,
    /// German.
    German,
    /// French.
    French,
}

impl Language {
    /// Chooses the language that a seller reads best.
    pub(crate) fn of(context: &CallContext) -> Self {
        match context.language(&SPOKEN) {
            "de" => Self::German,
            "fr" => Self::French,
            _ => Self::English,
        }
    }

    /// Returns its BCP 47 tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
        }
    }

    /// Writes the day of an instant such as `2024-05-07T03:28:38Z`.
    pub(crate) fn day(self, instant: &str) -> String {
        let (year, month, day) = (&instant[..4], &instant[5..7], &instant[8..10]);
        let month = month.parse().map_or("", |number: usize| self.months()[number - 1]);
        let day = day.trim_start_matches('0');
        match self {
            Self::English => format!("{month} {day}, {year}"),
            Self::German => format!("{day}. {month} {year}"),
            Self::French if day == "1" => format!("1er {month} {year}"),
            Self::French => format!("{day} {month} {year}"),
        }
    }

    /// Writes a list, the last joined by "and".
    pub(crate) fn list(self, names: &[&str]) -> String {
        let and = match self {
            Self::English if names.len() > 2 => ", and ",
            Self::English => " and ",
            Self::German => " und ",
            Self::French => " et ",
        };
        match names {
            [] => String::new(),
            [only] => (*only).into(),
            [first @ .., last] => first.join(", ") + and + last,
        }
    }

    const fn months(self) -> [&'static str; 12] {
        match self {
            Self::English => [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            Self::German => [
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember",
            ],
            Self::French => [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French, German};
    use super::*;
    use insight_sdk::testing;

    #[test]
    fn an_austrian_reads_german_and_an_italian_english() {
        assert_eq!(Language::of(&testing::context_in("de-AT")), German);
        assert_eq!(Language::of(&testing::context_in("it")), English);
    }

    #[test]
    fn a_tag_leads_back_to_its_language() {
        for language in [English, German, French] {
            assert_eq!(Language::of(&testing::context_in(language.tag())), language);
        }
    }

    #[test]
    fn days_are_written_as_is_the_custom() {
        assert_eq!(English.day("2024-05-07T03:28:38Z"), "May 7, 2024");
        assert_eq!(German.day("2024-03-20T03:28:38Z"), "20. März 2024");
        assert_eq!(French.day("2024-08-01T03:28:38Z"), "1er août 2024");
    }

    #[test]
    fn lists_are_joined_as_is_the_custom() {
        assert_eq!(English.list(&["Mona", "Ray", "Daniela"]), "Mona, Ray, and Daniela");
        assert_eq!(English.list(&["Mona", "Ray"]), "Mona and Ray");
        assert_eq!(German.list(&["Mona", "Ray", "Daniela"]), "Mona, Ray und Daniela");
        assert_eq!(French.list(&["Mona"]), "Mona");
    }
}
