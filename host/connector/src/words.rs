//! Texts for people, made from names: titles of fields and summaries of operations, as Power Platform shows them.

use super::certification::LONGEST_SUMMARY;

/// The parts of names that are written in capitals.
const ACRONYMS: [&str; 5] = ["crm", "html", "id", "ids", "url"];

/// Converts a name to a title: `crmOrgUrl` to `CRM Org URL`.
pub(super) fn title(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !c.is_uppercase() && c != '_' => word.push(c),
            Some(_) | None if c == '_' => words.push(String::new()),
            Some(_) | None => words.push(c.to_string()),
        }
    }
    let words = words.into_iter().filter(|word| !word.is_empty()).map(|word| capitalized(&word.to_lowercase()));
    words.collect::<Vec<_>>().join(" ")
}

/// Converts a path to the name of a type: `enhanceskills/email-insights-v2` to `EmailInsightsV2`.
pub(super) fn type_name(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    pascal([last])
}

/// Joins kebab names into one in Pascal case: `contoso-hub` and `who-decides` to `ContosoHubWhoDecides`.
pub(super) fn pascal<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().flat_map(|name| name.split('-')).map(first_upper).collect()
}

/// Shortens `text` to a summary by the rules of certification: at most 80 characters, no slash, no closing punctuation.
pub(super) fn summary(text: &str) -> String {
    let mut summary = String::new();
    for word in text.split(|c: char| c == '/' || c.is_whitespace()).filter(|word| !word.is_empty()) {
        if summary.chars().count() + word.chars().count() >= LONGEST_SUMMARY {
            break;
        }
        if !summary.is_empty() {
            summary.push(' ');
        }
        summary.push_str(word);
    }
    summary.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Ends `text` with a period, in place of other closing punctuation.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with('.') { text.to_owned() } else { format!("{}.", text.trim_end_matches([',', ';', ':', '!', '?'])) }
}

fn capitalized(word: &str) -> String {
    if ACRONYMS.contains(&word) { word.to_uppercase() } else { first_upper(word) }
}

fn first_upper(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_titles() {
        for (name, expected) in [
            ("recordType", "Record Type"),
            ("crmOrgUrl", "CRM Org URL"),
            ("fullHtmlBody", "Full HTML Body"),
            ("Top", "Top"),
            ("account_name", "Account Name"),
            ("cc", "Cc"),
        ] {
            assert_eq!(title(name), expected);
        }
    }

    #[test]
    fn paths_become_names_of_types() {
        assert_eq!(type_name("record-summary"), "RecordSummary");
        assert_eq!(pascal(["contoso-hub", "who-decides"]), "ContosoHubWhoDecides");
        assert_eq!(type_name("enhanceskills/email-insights-v2"), "EmailInsightsV2");
    }

    #[test]
    fn a_summary_keeps_the_rules_of_certification() {
        assert_eq!(summary("Who decides?"), "Who decides");
        assert_eq!(summary("Contracts/quotes of an account."), "Contracts quotes of an account");
        assert!(summary(&"word ".repeat(40)).len() <= LONGEST_SUMMARY);
    }

    #[test]
    fn a_sentence_ends_in_one_period() {
        assert_eq!(sentence("Name of the account"), "Name of the account.");
        assert_eq!(sentence("Name of the account."), "Name of the account.");
        assert_eq!(sentence("Which account?"), "Which account.");
    }
}
