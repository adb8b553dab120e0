//! The formatters, by the cases that Babel has formatted.

use insight_sdk::{Locale, Plural, Timestamp};
use serde_json::Value;

use crate::sdk_json;

/// Calls a check with each locale and each of its cases of a kind, and expects so many cases.
fn each_case(kind: &str, expected: usize, check: impl Fn(Locale, &[Value])) {
    let file = sdk_json("locale-cases.json");
    let mut count = 0;
    for (tag, cases) in file["locales"].as_object().expect("it lists locales") {
        let locale = Locale::of(String::leak(tag.clone()));
        for case in cases[kind].as_array().expect("it lists cases") {
            check(locale, case.as_array().expect("a case is a list"));
            count += 1;
        }
    }
    assert_eq!(count, expected * 27, "{kind}");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn digits(value: &Value) -> usize {
    value.as_u64().and_then(|digits| digits.try_into().ok()).expect("a number of digits")
}

#[test]
fn dates() {
    each_case("dates", 14, |locale, case| {
        let at: Timestamp = format!("{}T23:59:59Z", text(&case[0])).parse().expect("a date");
        assert_eq!(locale.date(at), text(&case[1]), "{}", locale.language());
        assert_eq!(locale.long_date(at), text(&case[2]), "{}", locale.language());
    });
}

#[test]
fn numbers() {
    each_case("numbers", 16, |locale, case| {
        assert_eq!(locale.number(text(&case[0]), digits(&case[1])), text(&case[2]), "{}", locale.language());
    });
}

#[test]
fn percentages() {
    each_case("percents", 8, |locale, case| {
        assert_eq!(locale.percent(text(&case[0]), digits(&case[1])), text(&case[2]), "{}", locale.language());
    });
}

#[test]
fn money() {
    each_case("money", 62, |locale, case| {
        assert_eq!(locale.money(text(&case[0]), text(&case[1])), text(&case[2]), "{}", locale.language());
    });
}

#[test]
fn plurals() {
    each_case("plurals", 72, |locale, case| {
        let category = match text(&case[1]) {
            "zero" => Plural::Zero,
            "one" => Plural::One,
            "two" => Plural::Two,
            "few" => Plural::Few,
            "many" => Plural::Many,
            _ => Plural::Other,
        };
        assert_eq!(locale.plural(digits(&case[0])), category, "{}: {}", locale.language(), case[0]);
    });
}
