//! The product names that a connector's title and description must not contain.
//!
//! Certification rejects the names of Power Platform's products and of others whose services are not the maker's. The
//! names of the agent itself are not among them: certified connectors have them in their titles.

/// Products of Microsoft, as the words of their names.
const PRODUCTS: [&str; 33] = [
    "AI Builder",
    "Azure",
    "Common Data Service",
    "Copilot Studio",
    "Dataverse",
    "Dynamics 365",
    "Dynamics CRM",
    "Entra ID",
    "Exchange Online",
    "Logic App",
    "Logic Apps",
    "Microsoft 365",
    "Microsoft Excel",
    "Microsoft Flow",
    "Microsoft Teams",
    "Microsoft Word",
    "Office 365",
    "OneDrive",
    "OneNote",
    "Outlook",
    "Power App",
    "Power Apps",
    "Power Automate",
    "Power BI",
    "Power Fx",
    "Power Page",
    "Power Pages",
    "Power Platform",
    "Power Point",
    "Power Query",
    "Power Virtual Agent",
    "Power Virtual Agents",
    "SharePoint",
];

/// The company, which only its own connectors name in a title.
const COMPANY: &str = "Microsoft";

/// Returns the product or company that a title names.
pub(super) fn in_title(title: &str) -> Option<&'static str> {
    in_description(title).or_else(|| names(title, COMPANY).then_some(COMPANY))
}

/// Returns the product that a description names.
pub(super) fn in_description(description: &str) -> Option<&'static str> {
    PRODUCTS.into_iter().find(|product| names(description, product))
}

/// Returns whether `text` names `product`, in any letter case, and whether its words are written together or not.
fn names(text: &str, product: &str) -> bool {
    let words: Vec<String> = super::words(text).map(str::to_lowercase).collect();
    let parts: Vec<String> = super::words(product).map(str::to_lowercase).collect();
    let joined = parts.concat();
    words.windows(parts.len()).any(|window| window == parts) || words.contains(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_any_case_and_also_as_one_word() {
        for text in ["For power apps", "For PowerApps", "POWER-APPS for all"] {
            assert_eq!(in_description(text), Some("Power Apps"), "{text}");
        }
        assert_eq!(in_title("Contoso for PowerPoint"), Some("Power Point"));
    }

    #[test]
    fn words_that_only_hold_a_name_are_none() {
        for text in ["Outlooks for the quarter", "The power of apps", "Excel in sales", "Copilot for Sales"] {
            assert_eq!(in_title(text), None, "{text}");
        }
    }
}
