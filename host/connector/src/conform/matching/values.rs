//! The check that an input takes the values that the agent sends.

use jsonschema::{Draft, PatternOptions};
use serde_json::{Map, Value, json};

use crate::conform::{Findings, Rule};
use contract::{Kind, Parameter};

/// The most characters that are quoted of a value.
const QUOTED: usize = 40;

/// Ids of records as the two CRMs write them, the second without and with its check characters.
const RECORD_IDS: [&str; 3] = ["8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01", "0065g00000Abc12", "0065g00000Abc12AAD"];

/// Returns values that the agent sends for an input. They are examples, and none of them may be excluded.
fn sent(parameter: &Parameter) -> Vec<Value> {
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).collect();
    match (parameter.kind, parameter.name) {
        (Kind::RecordType, _) => texts(&["account", "opportunity"]),
        (Kind::CrmType, _) => texts(&["Dynamics365", "Salesforce"]),
        (Kind::CrmOrgUrl, _) => texts(&["contoso.crm.dynamics.com", "contoso--uat.sandbox.my.salesforce.com"]),
        (Kind::Addresses, _) => texts(&[
            "kenny@contoso.example",
            "kenny.smith@fourthcoffee.example,alberto.burgos+sales@fourthcoffee.example",
        ]),
        (Kind::DateTime, _) => texts(&["2026-07-21T17:32:28Z", "2026-05-07T03:28:38.0667701Z"]),
        (Kind::Count, name) if name.eq_ignore_ascii_case("top") => vec![json!(1), json!(2), json!(10)],
        (Kind::Count, _) => vec![json!(0), json!(1), json!(10)],
        (Kind::Content, _) => vec!["Hello Kenny, about the renewal.\r\n".repeat(300).into()],
        (Kind::Text, "resourceType") => texts(&["email-thread"]),
        (Kind::Text, "entitySource") => texts(&["connected"]),
        (Kind::Text, "from") => texts(&["kenny@contoso.example"]),
        // Exchange's own ids have some 150 characters.
        (Kind::Text, "messageId" | "conversationId") => vec![format!("AAMkAGI2{}=", "TG93AAA-x_Y".repeat(13)).into()],
        (Kind::Text, _) => texts(&RECORD_IDS),
        (Kind::Texts, _) => vec![json!([]), json!(["kenny@contoso.example", "alberto@fourthcoffee.example"])],
        (Kind::Object(_), _) => Vec::new(),
        (Kind::Objects(_), _) => vec![json!([{}]), json!([{}, {}])],
    }
}

/// Checks the restrictions of an input.
pub(super) fn check(
    parameter: &Parameter,
    limits: &Map<String, Value>,
    name: &str,
    location: &str,
    findings: &mut Findings,
) {
    if limits.is_empty() {
        return;
    }
    let options = jsonschema::options().with_draft(Draft::Draft4).with_pattern_options(PatternOptions::regex());
    // A restriction that is none is reported by the schema of Swagger.
    let Ok(validator) = options.build(&Value::Object(limits.clone())) else { return };
    let values = sent(parameter);
    let mut excluded: Vec<(String, Vec<String>)> = Vec::new();
    for value in &values {
        for error in validator.iter_errors(value) {
            let keyword = error.kind().keyword().to_owned();
            let quoted = quoted(value);
            match excluded.iter_mut().find(|(known, _)| *known == keyword) {
                Some((_, values)) => values.push(quoted),
                None => excluded.push((keyword, vec![quoted])),
            }
        }
    }
    for (keyword, values) in excluded {
        let what = format!("input `{name}`: `{keyword}` excludes {}, which the agent sends", values.join(" and "));
        findings.add(Rule::InputValues, location, what);
    }
}

fn quoted(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…` of {} characters", text[..end].trim_end(), text.chars().count()),
        None => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operation::{EMAIL_DRAFT, EMAIL_SUMMARY, KEY_SALES_INFO};
    use contract::{OPERATIONS, Operation};

    fn told(operation: &Operation, input: &str, limits: &Value) -> Vec<String> {
        let parameter = operation.inputs.iter().find(|parameter| parameter.name == input).expect("it is in the table");
        let mut findings = Findings::default();
        check(parameter, limits.as_object().expect("an object"), input, "x", &mut findings);
        findings.all().iter().map(|finding| finding.what.clone()).collect()
    }

    #[test]
    fn a_restriction_that_excludes_what_the_agent_sends_is_told_with_the_value() {
        for (input, limits, part) in [
            ("recordType", json!({"enum": ["account", "lead"]}), "`enum` excludes `opportunity`,"),
            ("recordType", json!({"enum": ["Account", "Opportunity"]}), "`account` and `opportunity`"),
            ("crmType", json!({"enum": ["dynamics365", "Salesforce"]}), "`Dynamics365`"),
            ("recordId", json!({"maxLength": 32}), "`maxLength` excludes `8a1f3c52"),
            ("recordId", json!({"minLength": 36}), "`0065g00000Abc12`"),
            ("recordId", json!({"pattern": "^[0-9a-f-]{36}$"}), "`pattern`"),
            ("top", json!({"maximum": 1}), "`maximum` excludes `2` and `10`"),
            ("skip", json!({"minimum": 1}), "`minimum` excludes `0`"),
            ("skip", json!({"minimum": 0, "exclusiveMinimum": true}), "`0`"),
        ] {
            let told = told(&KEY_SALES_INFO, input, &limits);

            assert!(told.len() == 1 && told[0].contains(part), "{input} {limits}: {told:?}");
        }
        assert_eq!(told(&EMAIL_SUMMARY, "emailContacts", &json!({"maxLength": 64})).len(), 1);
        assert_eq!(told(&EMAIL_DRAFT, "resourceType", &json!({"enum": ["email"]})).len(), 1);
    }

    #[test]
    fn a_restriction_that_excludes_nothing_is_none_of_ours() {
        for (input, limits) in [
            ("recordType", json!({"enum": ["account", "contact", "opportunity", "lead"], "minLength": 1})),
            ("crmType", json!({"enum": ["Salesforce", "Dynamics365"]})),
            ("recordId", json!({"minLength": 1, "maxLength": 64, "pattern": "^[\\w-]+$"})),
            ("top", json!({"minimum": 1, "maximum": 100})),
            ("skip", json!({"pattern": 1})),
        ] {
            assert_eq!(told(&KEY_SALES_INFO, input, &limits), [""; 0], "{input} {limits}");
        }
    }

    #[test]
    fn every_input_has_values() {
        for operation in OPERATIONS {
            for parameter in operation.inputs.iter().filter(|parameter| !matches!(parameter.kind, Kind::Object(_))) {
                assert!(!sent(parameter).is_empty(), "{} {}", operation.id, parameter.name);
            }
        }
    }
}
