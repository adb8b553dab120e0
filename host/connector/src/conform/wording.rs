//! The comparison of a description with the agent's.

/// The similarity from which two texts count as the same description.
const ALIKE: f64 = 0.8;

/// The characters that are quoted around a difference.
const AROUND: usize = 24;

/// The most characters that are quoted of another text.
const QUOTED: usize = 60;

/// Names of the product that the documentation confuses: the name found, and the name expected.
const SYNONYMS: [(&str, &str); 3] =
    [("Copilot for Sales", "C4S"), ("C4S", "Copilot for Sales"), ("Copilot for Sales", "copilot for sales")];

/// The likeness of a description to the agent's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The texts are equal, byte for byte.
    Exact,
    /// The texts are equal but for the full stop at the end.
    Period,
    /// The texts differ in this way.
    Near(String),
}

/// Compares two descriptions of the same thing.
pub(super) fn compare(found: &str, wanted: &str) -> Likeness {
    if found == wanted {
        return Likeness::Exact;
    }
    if wanted.strip_suffix('.') == Some(found) {
        return Likeness::Period;
    }
    Likeness::Near(difference(found, wanted))
}

/// Returns the similarity of two descriptions, from 0 to 1.
pub(super) fn similarity(found: &str, wanted: &str) -> f64 {
    // The distance takes time in proportion to the product of both lengths, and the definition's author chooses one.
    if found.len() > 4 * wanted.len() {
        return 0.0;
    }
    strsim::normalized_levenshtein(&found.to_lowercase(), &wanted.to_lowercase())
}

/// Returns whether two descriptions are similar enough to describe the same thing.
pub(super) fn is_alike(found: &str, wanted: &str) -> bool {
    similarity(found, wanted) >= ALIKE
}

/// Describes the change that turns `found` into `wanted`.
fn difference(found: &str, wanted: &str) -> String {
    if found.trim().is_empty() {
        return "it has no description".to_owned();
    }
    if !is_alike(found, wanted) {
        let short: String = found.trim().chars().take(QUOTED).collect();
        return format!("it has another description, `{short}`");
    }
    let mut differences = Vec::new();
    if found.trim() != found {
        differences.push("there are blanks around it".to_owned());
    }
    let mut text = found.trim().to_owned();
    if wanted.strip_suffix('.').is_some() && !text.ends_with('.') {
        differences.push("the full stop at its end is missing".to_owned());
        text.push('.');
    }
    if text == wanted {
        return differences.join("; ");
    }
    if squeezed(&text) == squeezed(wanted) {
        differences.push(if wanted.contains("  ") {
            format!("blanks differ: the agent's text has two after `{}`", before_two_blanks(wanted))
        } else {
            "blanks differ: the agent's text has one between words".to_owned()
        });
        return differences.join("; ");
    }
    for (said, meant) in SYNONYMS {
        if text.contains(said) && text.replace(said, meant) == wanted {
            differences.push(format!("it says `{said}` where the agent's text has `{meant}`"));
            return differences.join("; ");
        }
    }
    differences.push(first_difference(&text, wanted));
    differences.join("; ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn before_two_blanks(text: &str) -> &str {
    let before = text.split("  ").next().unwrap_or_default();
    before.rsplit(' ').next().unwrap_or_default()
}

/// Describes the first difference of two texts.
fn first_difference(found: &str, wanted: &str) -> String {
    let common = found.chars().zip(wanted.chars()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(common.saturating_sub(AROUND / 2)).take(AROUND).collect::<String>();
    let (found_part, wanted_part) = (around(found), around(wanted));
    if found.to_lowercase() == wanted.to_lowercase() {
        return format!("letter case differs: `{found_part}`, not `{wanted_part}`");
    }
    format!("it differs from character {} on: `{found_part}`, not `{wanted_part}`", common + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operation::{EMAIL_SUMMARY_V2, KEY_SALES_INFO, RECORD_DETAILS};

    fn near(found: &str, wanted: &str) -> String {
        match compare(found, wanted) {
            Likeness::Near(difference) => difference,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_same_text_is_exact_and_a_missing_full_stop_is_named() {
        let wanted = KEY_SALES_INFO.description;

        assert_eq!(compare(wanted, wanted), Likeness::Exact);
        assert_eq!(compare(wanted.trim_end_matches('.'), wanted), Likeness::Period);
    }

    #[test]
    fn the_slips_that_are_known_are_named() {
        let wanted = KEY_SALES_INFO.description;
        let insight = EMAIL_SUMMARY_V2.outputs[0].description;

        assert_eq!(
            near(&wanted.replace("C4S", "Copilot for Sales"), wanted),
            "it says `Copilot for Sales` where the agent's text has `C4S`"
        );
        assert_eq!(near(&insight.replace("  ", " "), insight), "blanks differ: the agent's text has two after `This`");
        assert_eq!(near(" ", wanted), "it has no description");
        assert_eq!(near("Key sales.", wanted), "it has another description, `Key sales.`");
        assert!(near(&wanted.to_uppercase(), wanted).starts_with("letter case differs: "));
    }

    #[test]
    fn another_text_is_quoted_where_it_differs() {
        let wanted = RECORD_DETAILS.description;

        let difference = near(&wanted.replace("records related", "rows related"), wanted);

        assert!(difference.starts_with("it differs from character 19 on: "), "{difference}");
    }

    #[test]
    fn a_text_without_end_is_like_nothing_and_costs_nothing() {
        assert!(!is_alike(&"This action gets ".repeat(1_000_000), RECORD_DETAILS.description));
    }
}
