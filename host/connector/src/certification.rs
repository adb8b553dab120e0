//! The rules by which Power Platform's import and Microsoft's certification judge a connector: its texts, addresses and
//! size.
//!
//! The exporter refuses what breaks one, and `conform` finds it in definitions of others. Each function returns clauses
//! that begin with a verb, such as "must end in a letter or a digit"; its callers put the key or the member in front.
//! From Microsoft's documents of certification (`certification-submission`, `connector-string-guidance`) and from issues
//! of `microsoft/PowerPlatformConnectors`.

mod address;
mod product;
mod skeleton;

use std::ops::RangeInclusive;

use contract::{Printable, visible};

pub(crate) use address::{email, host, website};

/// The most characters of a title.
pub(crate) const LONGEST_TITLE: usize = 30;

/// The fewest and most characters of a description.
pub(crate) const DESCRIPTION: RangeInclusive<usize> = 30..=500;

/// The most characters of an operation's summary.
pub(crate) const LONGEST_SUMMARY: usize = 80;

/// The most bytes of a definition that the import takes.
pub(crate) const LARGEST_DEFINITION: usize = 1 << 20;

/// The most characters of a definition in a solution, which certification asks for.
pub(crate) const LONGEST_DEFINITION: usize = 500_000;

/// The colours that certification rejects, as defaults that too many connectors use.
const REFUSED_COLORS: [&str; 2] = ["#007ee5", "#ffffff"];

/// The end of titles of independent publishers, the only one that is not alphanumeric.
const INDEPENDENT: &str = "(Independent Publisher)";

/// Judges the title of a connector.
pub(crate) fn title(title: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let length = title.chars().count();
    if length == 0 || length > LONGEST_TITLE {
        broken.push(format!("must have from 1 to {LONGEST_TITLE} characters, not {length}"));
    }
    if title.trim() != title {
        broken.push("must not begin or end with a space".to_owned());
    } else if !title.is_empty() && !title.ends_with(char::is_alphanumeric) && !title.ends_with(INDEPENDENT) {
        broken.push("must end in a letter or a digit".to_owned());
    }
    if title.contains(char::is_control) {
        broken.push("must be one line, without control characters".to_owned());
    } else {
        broken.extend(hidden(title));
    }
    let skeleton = skeleton::of(title);
    if let Some(word) = words(&skeleton).find(|word| word.to_lowercase().contains("connector") || is_api(word)) {
        broken.push(format!("must not say `{word}`"));
    }
    broken.extend(product::in_title(&skeleton).map(names_product));
    broken
}

/// Judges the description of a connector.
pub(crate) fn description(description: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let length = description.chars().count();
    if !DESCRIPTION.contains(&length) {
        let (least, most) = (DESCRIPTION.start(), DESCRIPTION.end());
        broken.push(format!("must have from {least} to {most} characters, not {length}"));
    }
    broken.extend(hidden(description));
    let skeleton = skeleton::of(description);
    if let Some(word) = words(&skeleton).find(|word| is_api(word)) {
        broken.push(format!("must not say `{word}`"));
    }
    broken.extend(product::in_description(&skeleton).map(names_product));
    broken
}

/// Judges the colour behind the icon.
pub(crate) fn brand_color(color: &str) -> Option<String> {
    let digits = color.strip_prefix('#').unwrap_or_default();
    let is_color = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let [one, other] = REFUSED_COLORS;
    let is_refused = REFUSED_COLORS.contains(&color.to_ascii_lowercase().as_str());
    (!is_color || is_refused).then(|| format!("must be like \"#0f6cbd\", and neither {one} nor {other}"))
}

/// Judges the size of a definition, as it is written to a file.
pub(crate) fn size(definition: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let (bytes, characters) = (definition.len(), definition.chars().count());
    if bytes > LARGEST_DEFINITION {
        broken.push(format!("must have at most {LARGEST_DEFINITION} bytes (1 MiB), not {bytes}"));
    }
    if characters > LONGEST_DEFINITION {
        broken.push(format!("must have at most {LONGEST_DEFINITION} characters to be in a solution, not {characters}"));
    }
    broken
}

/// Judges whether a person sees all of `text`.
fn hidden(text: &str) -> Option<String> {
    (visible(text) != text).then(|| "must not hold characters that nobody sees".to_owned())
}

fn names_product(name: &str) -> String {
    format!("must not name the product `{}`", Printable(name))
}

fn is_api(word: &str) -> bool {
    word.eq_ignore_ascii_case("api") || word.eq_ignore_ascii_case("apis")
}

/// Returns the words of `text`, which are what stands between characters that are no letters or digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Contracts and support cases, where sellers need them.";

    #[test]
    fn titles_of_certified_connectors_are_titles() {
        for good in
            ["Contoso Hub", "Highspot", "Seismic for Copilot for Sales", "PROS AI", "Apollo (Independent Publisher)"]
        {
            assert_eq!(title(good), [""; 0], "{good}");
        }
    }

    #[test]
    fn a_title_that_certification_rejects_says_why() {
        for (bad, part) in [
            ("", "1 to 30 characters"),
            ("Contracts of Contoso for sellers", "1 to 30 characters"),
            ("Contoso API", "`API`"),
            ("Contoso Connector", "`Connector`"),
            ("Contoso CONNECTORS", "`CONNECTORS`"),
            ("ContosoConnector", "`ContosoConnector`"),
            ("Contoso C\u{43E}nnector", "`Connector`"),
            ("Contoso Con\u{AD}nector", "`Connector`"),
            ("Con\u{202E}toso Hub", "nobody sees"),
            ("Contoso for Power Apps", "`Power Apps`"),
            ("Contoso P\u{43E}wer App", "`Power App`"),
            ("Contoso \u{FF30}ower BI", "`Power BI`"),
            ("Contoso PowerApps Hub", "`Power Apps`"),
            ("Contoso Copilot Studio Hub", "`Copilot Studio`"),
            ("Microsoft Hub", "`Microsoft`"),
            ("Contoso for Outlook", "`Outlook`"),
            ("Contoso Hub.", "end in a letter or a digit"),
            ("Contoso Hub (beta)", "end in a letter or a digit"),
            (" Contoso Hub", "begin or end with a space"),
            ("Contoso Hub\n", "begin or end with a space"),
            ("Contoso\nHub", "one line"),
        ] {
            let broken = title(bad);
            assert!(broken.iter().any(|clause| clause.contains(part)), "{bad:?}: {broken:?}");
        }
    }

    #[test]
    fn a_description_has_the_right_length_and_names_no_product() {
        assert_eq!(description(TEXT), [""; 0]);
        assert_eq!(description("Content Management and Digital Sales Rooms for Sales Copilot"), [""; 0]);
        for (bad, part) in [
            ("Short.", "30 to 500"),
            ("The API of Contoso, for sellers of all countries.", "`API`"),
            ("Contracts and support cases for sellers. Works in Power Automate flows.", "`Power Automate`"),
            ("Contracts for sellers. Works in Power Aut\u{43E}mate flows.", "`Power Automate`"),
            ("Contracts and support cases for sellers.\u{200B}", "nobody sees"),
        ] {
            let broken = description(bad);
            assert!(broken.iter().any(|clause| clause.contains(part)), "{bad:?}: {broken:?}");
        }
    }

    #[test]
    fn a_definition_of_too_many_bytes_or_characters_is_too_large() {
        assert_eq!(size(&"x".repeat(LONGEST_DEFINITION)), [""; 0]);
        assert!(size(&"x".repeat(LONGEST_DEFINITION + 1))[0].contains("in a solution"));
        assert_eq!(size(&"x".repeat(LARGEST_DEFINITION + 1)).len(), 2);
    }
}
