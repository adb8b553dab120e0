//! The Adaptive Card of a case.

use serde_json::json;

use crate::case::{Case, Priority};

/// Formats a case as an Adaptive Card of version 1.5, in JSON.
pub(crate) fn adaptive_card(case: &Case) -> String {
    let color = match case.priority {
        Priority::High => "attention",
        Priority::Normal => "default",
    };
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            { "type": "TextBlock", "text": case.title, "weight": "bolder", "wrap": true, "color": color },
            {
                "type": "FactSet",
                "facts": [
                    { "title": "Account", "value": case.account },
                    { "title": "Priority", "value": case.priority.name() },
                    { "title": "Open since", "value": &case.opened[..10] },
                ],
            },
        ],
        "actions": [
            { "type": "Action.OpenUrl", "title": "Open in Fabrikam Care", "url": case.url() },
        ],
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::CASES;

    #[test]
    fn a_card_says_its_version_and_its_case() {
        let card: serde_json::Value = serde_json::from_str(&adaptive_card(&CASES[3])).expect("a card is JSON");

        assert_eq!(card["version"], "1.5");
        assert_eq!(card["body"][0]["color"], "attention");
        assert_eq!(card["body"][1]["facts"][2]["value"], "2026-04-30");
        assert_eq!(card["actions"][0]["url"], "https://care.fabrikam.example/case/cs-7004");
    }
}
