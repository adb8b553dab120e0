//! Languages that a seller reads, and languages of an answer.

use std::collections::HashSet;

use oxilangtag::LanguageTag;

/// The language for a seller who names none.
const HOST_LANGUAGE: &str = "en";

/// The part of an `Accept-Language` header that is read, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// Most languages passed to a plugin.
const MOST_LANGUAGES: usize = 16;

/// Longest language tag that is accepted, in bytes. The longest that occur have about 35.
const LONGEST_TAG: usize = 64;

/// Reads `Accept-Language`: BCP 47 tags in order of preference, each once, at most 16; `en` if there is none.
///
/// Malformed entries and wildcards are ignored, and so is everything after the first 16 KiB.
pub fn languages(header: Option<&[u8]>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut wanted: Vec<(String, u16)> = entries(header.unwrap_or_default())
        .filter_map(weighted)
        .filter(|(tag, weight)| *weight > 0 && seen.insert(tag.clone()))
        .collect();
    // The sort is stable: entries of equal weight keep the caller's order.
    wanted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wanted.truncate(MOST_LANGUAGES);

    if wanted.is_empty() {
        return vec![HOST_LANGUAGE.to_owned()];
    }
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

/// Reads one BCP 47 tag and normalizes its letter case. Returns `None` for any other text.
pub fn language(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST_TAG {
        return None;
    }
    LanguageTag::parse_and_normalize(text).ok().map(LanguageTag::into_inner)
}

/// The entries of the header within the limit. An entry that crosses the limit is left out.
fn entries(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let seen = header.get(..MOST_BYTES).map_or(header, |beginning| {
        let last_comma = beginning.iter().rposition(|byte| *byte == b',');
        &beginning[..last_comma.unwrap_or_default()]
    });
    seen.split(|byte| *byte == b',')
}

/// A tag and its weight in thousandths.
fn weighted(entry: &[u8]) -> Option<(String, u16)> {
    let entry = str::from_utf8(entry).ok()?;
    let Some((tag, weight)) = entry.split_once(';') else {
        return Some((language(entry)?, 1_000));
    };
    let (name, weight) = weight.trim().split_once('=')?;
    if !name.trim_end().eq_ignore_ascii_case("q") {
        return None;
    }
    Some((language(tag)?, thousandths(weight.trim_start())?))
}

/// Reads a weight: `0` or `1`, with up to three decimals, and not above 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || !matches!(whole, "0" | "1") {
        return None;
    }
    format!("{whole}{decimals:0<3}").parse().ok().filter(|weight| *weight <= 1_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(header: &str) -> Vec<String> {
        languages(Some(header.as_bytes()))
    }

    #[test]
    fn languages_come_best_first_and_equals_in_their_order() {
        assert_eq!(read("fr;q=0.5, de-at, en-GB ; q=1.0,it;q=0.55, *;q=0.1"), ["de-AT", "en-GB", "it", "fr"]);
    }

    #[test]
    fn nonsense_is_ignored_entry_by_entry() {
        assert_eq!(read("x y, de;q=2, fr;q=0, ,;;, it;r=1, pt-BR;q=.5, nl;q=0.5000, \u{fffd}, sv"), ["sv"]);
        assert_eq!(languages(Some(b"\xff,de")), ["de"]);
    }

    #[test]
    fn a_seller_who_names_none_reads_english() {
        assert_eq!(languages(None), ["en"]);
        assert_eq!(read("*"), ["en"]);
    }

    #[test]
    fn a_language_counts_once() {
        assert_eq!(read("de-AT,DE-at;q=0.5,de"), ["de-AT", "de"]);
    }

    #[test]
    fn there_is_an_end_to_languages() {
        let many: Vec<String> = ('a'..='z').map(|letter| format!("a{letter}")).collect();
        let late = format!("de{},fr", " ".repeat(MOST_BYTES));

        assert_eq!(read(&many.join(",")).len(), MOST_LANGUAGES);
        assert_eq!(read(&format!("it,{late}")), ["it"]);
        assert_eq!(read(&late), ["en"]);
    }

    proptest! {
        #[test]
        fn any_header_gives_languages(header in any::<Vec<u8>>()) {
            let languages = languages(Some(&header));

            prop_assert!(!languages.is_empty());
            prop_assert!(languages.iter().all(|tag| language(tag).as_ref() == Some(tag)));
        }
    }
}
