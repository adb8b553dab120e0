//! Response headers that hold a list: bounded, since proxies reject long heads, however many providers there are.

use axum::http::HeaderValue;

use contract::{Outcome, ProviderId};

/// The header that names the providers missing from an answer, with their outcomes.
pub(super) const PARTIAL: &str = "insight-host-partial";

/// The most providers that an answer names as missing.
const MOST_MISSING: usize = 8;

/// The most languages of an answer.
const MOST_LANGUAGES: usize = 16;

/// The longest list, in bytes.
const LONGEST: usize = 512;

/// The longest remark that a list ends with, such as `, more=4294967295`.
const LONGEST_REMARK: usize = 24;

/// Formats the missing providers, such as `crm-notes=trapped, other=late, more=12`.
pub(super) fn missing(missing: &[(ProviderId, Outcome)]) -> HeaderValue {
    let names = missing.iter().map(|(provider, outcome)| format!("{provider}={outcome}"));
    let (mut list, named) = joined(names.take(MOST_MISSING));
    if named < missing.len() {
        list = format!("{list}, more={}", missing.len() - named);
    }
    HeaderValue::from_str(&list).expect("provider ids and outcomes are ASCII")
}

/// Formats the languages of an answer, if there are any.
pub(super) fn languages(languages: &[String]) -> Option<HeaderValue> {
    let (list, named) = joined(languages.iter().take(MOST_LANGUAGES).cloned());
    (named > 0).then(|| HeaderValue::from_str(&list).expect("language tags are ASCII"))
}

/// Joins the first items, as many as leave room for a remark. Returns their number, too.
fn joined(items: impl Iterator<Item = String>) -> (String, usize) {
    let (mut list, mut count) = (String::new(), 0);
    for item in items {
        let comma = if list.is_empty() { "" } else { ", " };
        if list.len() + comma.len() + item.len() > LONGEST - LONGEST_REMARK {
            break;
        }
        list.push_str(comma);
        list.push_str(&item);
        count += 1;
    }
    (list, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(providers: &[String]) -> String {
        let all: Vec<_> =
            providers.iter().map(|id| (id.parse().expect("an id"), Outcome::InvalidCrmConnection)).collect();
        missing(&all).to_str().expect("it is ASCII").to_owned()
    }

    fn named(number: usize) -> Vec<String> {
        (0..number).map(|index| format!("p{index}")).collect()
    }

    #[test]
    fn eight_providers_are_named_and_the_others_counted() {
        assert_eq!(shown(&named(1)), "p0=invalid-crm-connection");
        assert!(!shown(&named(8)).contains("more="));
        assert!(shown(&named(300)).ends_with(", p7=invalid-crm-connection, more=292"));
    }

    #[test]
    fn the_longest_names_stay_within_the_bound() {
        let long: Vec<String> = (0..300).map(|index| format!("{index:a>64}")).collect();

        let list = shown(&long);

        assert!(list.len() <= LONGEST, "{list}");
        assert!(list.ends_with(", more=295"), "{list}");
    }

    #[test]
    fn languages_are_bounded_too() {
        let many: Vec<String> = (0..300).map(|index| format!("de-x-{index}")).collect();

        let list = languages(&many).expect("there are some");

        assert_eq!(list.to_str().expect("it is ASCII").split(", ").count(), MOST_LANGUAGES);
        assert_eq!(languages(&[]), None);
    }
}
