//! How a description differs from the agent's.

/// From here on two texts are held to be meant alike.
const ALIKE: f64 = 0.8;

/// Characters that are quoted on either side of a difference.
const AROUND: usize = 24;

/// Characters that are quoted of another text.
const QUOTED: usize = 60;

/// Names of the product that were taken for each other in the documentation.
const SYNONYMS: [(&str, &str); 3] =
    [("Copilot for Sales", "C4S"), ("C4S", "Copilot for Sales"), ("Copilot for Sales", "copilot for sales")];

/// How a description is like the agent's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Byte for byte.
    Exact,
    /// But for the full stop at its end.
    Period,
    /// In part; what differs, in words.
    Near(String),
}

/// Compares two descriptions that are meant alike.
pub(super) fn compare(found: &str, wanted: &str) -> Likeness {
    if found == wanted {
        return Likeness::Exact;
    }
    if wanted.strip_suffix('.') == Some(found) {
        return Likeness::Period;
    }
    Likeness::Near(difference(found, wanted))
}

/// How alike two descriptions are, from 0 to 1.
pub(super) fn similarity(found: &str, wanted: &str) -> f64 {
    // The distance takes the product of both lengths, and a stranger chooses one.
    if found.len() > 4 * wanted.len() {
        return 0.0;
    }
    strsim::normalized_levenshtein(&found.to_lowercase(), &wanted.to_lowercase())
}

/// Whether two descriptions are meant alike, by their words alone.
pub(super) fn is_alike(found: &str, wanted: &str) -> bool {
    similarity(found, wanted) >= ALIKE
}

/// What to change of `found` for it to be `wanted`, in words.
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

/// Where two texts begin to differ.
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
