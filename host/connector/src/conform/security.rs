//! The check of how sellers sign in: by OAuth 2.0 with an authorization code, for every operation of the agent.

use serde_json::Value;

use super::definition::ConnectorDefinition;
use super::matching::Match;
use super::official::SwaggerFlaws;
use super::{Findings, Rule};

/// The part of a definition that holds the schemes.
const SCHEMES: &str = "securityDefinitions";

/// Checks the sign-in of the agent's operations, of a definition in Swagger.
///
/// Returns the JSON pointer to schemes that stand where nothing reads them.
pub(super) fn check(
    definition: &ConnectorDefinition,
    matches: &[Match<'_>],
    flaws: &SwaggerFlaws,
    findings: &mut Findings,
) -> Option<String> {
    let document = definition.document();
    if let Some(pointer) = misplaced(document) {
        let what = format!("`{SCHEMES}` is within `{}`", pointer.trim_start_matches('/'));
        findings.add(Rule::SecurityUndefined, "", what);
        return Some(format!("{pointer}/{SCHEMES}"));
    }
    if flaws.cover("/securityDefinitions") || flaws.cover("/security") {
        return None;
    }
    for matched in matches.iter().filter(|matched| matched.is_for_agent()) {
        // A fault of the requirement for all operations is told once.
        let own = definition.declared(matched.action).get("security");
        let location = own.map(|_| matched.name()).unwrap_or_default();
        if let Err((rule, what)) = requirement(document, own.unwrap_or(&document["security"])) {
            findings.add(rule, &location, what);
        }
    }
    None
}

/// Returns the pointer to an object that wrongly holds the schemes.
fn misplaced(document: &Value) -> Option<String> {
    let parts = ["paths", "info", "definitions", "parameters", "responses", "x-ms-capabilities"];
    let wrong = parts.into_iter().find(|part| document[part].get(SCHEMES).is_some_and(Value::is_object));
    wrong.filter(|_| document.get(SCHEMES).is_none()).map(|part| format!("/{part}"))
}

/// Checks the alternatives of a requirement, one of which must be good.
fn requirement(document: &Value, security: &Value) -> Result<(), (Rule, String)> {
    let alternatives = security.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut fault = (Rule::SecurityScheme, "no `security` requires a sign-in".to_owned());
    for alternative in alternatives {
        match schemes(document, alternative) {
            Ok(()) => return Ok(()),
            Err(wrong) => fault = wrong,
        }
    }
    Err(fault)
}

/// Checks the schemes that are required together.
fn schemes(document: &Value, alternative: &Value) -> Result<(), (Rule, String)> {
    let Some(schemes) = alternative.as_object().filter(|schemes| !schemes.is_empty()) else {
        return Err((Rule::SecurityScheme, "`security` lets requests in without a sign-in".to_owned()));
    };
    for (name, scopes) in schemes {
        let scheme = &document[SCHEMES][name];
        if !scheme.is_object() {
            return Err((Rule::SecurityUndefined, format!("`security` names `{name}`, which is not defined")));
        }
        check_scheme(name, scheme).map_err(|what| (Rule::SecurityScheme, what))?;
        let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
        for scope in scopes {
            if scheme["scopes"].get(scope).is_none() {
                let what = format!("`security` names the scope `{scope}`, which `{name}` does not define");
                return Err((Rule::SecurityUndefined, what));
            }
        }
    }
    Ok(())
}

fn check_scheme(name: &str, scheme: &Value) -> Result<(), String> {
    let text = |member: &str| scheme[member].as_str().unwrap_or_default();
    if text("type") != "oauth2" {
        return Err(format!("`{name}` is of the type `{}`; the agent signs in by `oauth2`", text("type")));
    }
    if text("flow") != "accessCode" {
        return Err(format!("`{name}` has the flow `{}`; the agent uses `accessCode`", text("flow")));
    }
    for member in ["authorizationUrl", "tokenUrl"] {
        // A missing one is reported by the schema of Swagger.
        if text(member).starts_with("http:") {
            return Err(format!("`{member}` of `{name}` is not an https URL"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conform::matching::match_actions;
    use contract::operation::KEY_SALES_INFO;

    /// A change of a definition, and the rule and the beginning of the finding about it.
    type Fault = (fn(&mut Value), Rule, &'static str);

    fn sound() -> Value {
        json!({
            "swagger": "2.0",
            "paths": {"/a": {"get": {"operationId": "a", "description": KEY_SALES_INFO.description}}},
            "security": [{"entra": ["read"]}],
            "securityDefinitions": {"entra": {
                "type": "oauth2", "flow": "accessCode", "scopes": {"read": "Read"},
                "authorizationUrl": "https://login.example/a", "tokenUrl": "https://login.example/t",
            }, "key": {"type": "apiKey", "in": "header", "name": "x-key"}},
        })
    }

    fn told(change: impl FnOnce(&mut Value)) -> Vec<(Rule, String)> {
        let mut document = sound();
        change(&mut document);
        let definition = ConnectorDefinition::read(document.to_string().as_bytes()).expect("it is a definition");
        let matches = match_actions(&definition);
        let mut findings = Findings::default();
        check(&definition, &matches, &SwaggerFlaws::default(), &mut findings);
        findings.all().iter().map(|finding| (finding.rule, format!("{}: {}", finding.location, finding.what))).collect()
    }

    #[test]
    fn the_agents_sign_in_is_required_and_defined() {
        assert_eq!(told(|_| {}), []);
        let generic = |it: &mut Value| it["securityDefinitions"]["entra"]["tokenUrl"] = "https://auth.example/t".into();
        assert_eq!(told(generic), []);
        let either = |it: &mut Value| it["security"] = json!([{"key": []}, {"entra": []}]);
        assert_eq!(told(either), []);
    }

    #[test]
    fn each_fault_of_the_sign_in_is_told_once() {
        let faults: [Fault; 9] = [
            (|it| it["security"] = Value::Null, Rule::SecurityScheme, ": no `security`"),
            (|it| it["security"] = json!([{}]), Rule::SecurityScheme, ": `security` lets"),
            (|it| it["security"] = json!([{"key": []}]), Rule::SecurityScheme, ": `key` is of the type `apiKey`"),
            (|it| it["security"] = json!([{"other": []}]), Rule::SecurityUndefined, ": `security` names `other`"),
            (
                |it| it["security"] = json!([{"entra": ["all"]}]),
                Rule::SecurityUndefined,
                ": `security` names the scope",
            ),
            (
                |it| it["securityDefinitions"]["entra"]["flow"] = "implicit".into(),
                Rule::SecurityScheme,
                ": `entra` has",
            ),
            (
                |it| it["securityDefinitions"]["entra"]["tokenUrl"] = "http://a.example".into(),
                Rule::SecurityScheme,
                ": `tokenUrl`",
            ),
            (|it| it["paths"]["/a"]["get"]["security"] = json!([]), Rule::SecurityScheme, "a: no `security`"),
            (
                |it| {
                    it["paths"]["securityDefinitions"] =
                        it.as_object_mut().expect("an object").remove("securityDefinitions").expect("it has some")
                },
                Rule::SecurityUndefined,
                ": `securityDefinitions` is within `paths`",
            ),
        ];
        for (change, rule, what) in faults {
            let told = told(change);

            assert!(told.len() == 1 && told[0].0 == rule && told[0].1.starts_with(what), "{what}: {told:?}");
        }
    }
}
