//! The check of an operation's inputs.

use super::values;
use crate::conform::definition::InputLocation;
use crate::conform::pairing::{Candidate, documented_type, find_input, members, object_of};
use crate::conform::wording::Likeness;
use crate::conform::{Findings, Rule};
use contract::{Kind, Parameter};

/// The name that the agent reserves.
const RESERVED: &str = "connectorId";

/// The headers that the agent sends with every request.
const SENT: [&str; 3] = ["accept-language", "x-ms-client-request-id", "x-ms-user-agent"];

/// Compares inputs with those of the table; `within` names the object that they are members of.
pub(super) fn check(
    parameters: &'static [Parameter],
    candidates: &[Candidate<'_>],
    within: &str,
    location: &str,
    findings: &mut Findings,
) {
    if candidates.is_empty() && parameters.iter().any(|parameter| parameter.required) {
        findings.add(Rule::InputMissing, location, "it declares no inputs");
        return;
    }
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for parameter in parameters {
        let Some((found, likeness)) = find_input(candidates, parameter, parameters) else {
            if !parameter.required {
                missing.push(format!("`{within}{}`", parameter.name));
            } else {
                let what = format!(
                    "input `{within}{}` is not there; its description: {}",
                    parameter.name, parameter.description
                );
                findings.add(Rule::InputMissing, location, what);
            }
            continue;
        };
        known.push(found.name);
        let name = format!("{within}{}", found.name);
        if found.shape.is_broken {
            continue;
        }
        check_description(parameter, &name, likeness, location, findings);
        check_required(parameter, found, &name, location, findings);
        check_type(parameter, found, &name, location, findings);
        if found.location == InputLocation::Header {
            findings.add(Rule::InputLocation, location, format!("input `{name}` is in a header"));
        }
        values::check(parameter, &found.shape.limits, &name, location, findings);
        if let Some(parameters) = members(parameter.kind) {
            let object = object_of(found.shape);
            if object.properties.is_empty() {
                missing.push(format!("the members of `{name}`"));
            } else {
                check(parameters, &Candidate::members(object), &format!("{name}."), location, findings);
            }
        }
    }
    if !missing.is_empty() {
        let what = format!("not declared: input {}", missing.join(", "));
        findings.add(Rule::OptionalInputMissing, location, what);
    }
    check_others(candidates.iter().filter(|candidate| !known.contains(&candidate.name)), within, location, findings);
}

/// Finds inputs that the agent does not know and cannot fill in.
pub(super) fn check_others<'c>(
    candidates: impl Iterator<Item = &'c Candidate<'c>>,
    within: &str,
    location: &str,
    findings: &mut Findings,
) {
    for candidate in candidates {
        let name = candidate.name;
        if name.eq_ignore_ascii_case(RESERVED) {
            findings.add(Rule::ConnectorId, location, format!("input `{within}{name}`"));
        } else if candidate.required && !candidate.is_filled_in && !SENT.contains(&&*name.to_ascii_lowercase()) {
            findings.add(
                Rule::ExtraRequiredInput,
                location,
                format!("input `{within}{name}` is required, and the agent does not know it"),
            );
        }
    }
}

fn check_description(parameter: &Parameter, name: &str, likeness: Likeness, location: &str, findings: &mut Findings) {
    match likeness {
        Likeness::Exact => {}
        Likeness::Period => {
            findings.add(
                Rule::DescriptionPeriod,
                location,
                format!("the description of input `{name}` lacks its full stop"),
            );
        }
        Likeness::Near(difference) => {
            let rule = if parameter.required { Rule::InputDescription } else { Rule::OptionalInputDescription };
            findings.add(
                rule,
                location,
                format!("input `{name}`: {difference}; the agent's text: {}", parameter.description),
            );
        }
    }
}

fn check_required(parameter: &Parameter, found: &Candidate<'_>, name: &str, location: &str, findings: &mut Findings) {
    match (parameter.required, found.required) {
        (true, false) => {
            findings.add(Rule::InputNotRequired, location, format!("input `{name}` is declared as optional"))
        }
        (false, true) if !found.is_filled_in => {
            findings.add(Rule::OptionalInputRequired, location, format!("input `{name}` is declared as required"));
        }
        (true, true) | (false, _) => {}
    }
}

fn check_type(parameter: &Parameter, found: &Candidate<'_>, name: &str, location: &str, findings: &mut Findings) {
    let (kind, format) = documented_type(parameter.kind);
    let shape = found.shape;
    let stated = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
    if shape.stated_type() != kind {
        let what = format!("input `{name}` has the type {}; `{kind}` is documented", stated(shape.stated_type()));
        findings.add(Rule::InputType, location, what);
    } else if shape.format != format {
        let what = format!("input `{name}` has the format {}; {} is documented", stated(&shape.format), stated(format));
        findings.add(Rule::InputFormat, location, what);
    }
    let item =
        shape.items.as_deref().filter(|item| matches!(parameter.kind, Kind::Texts) && item.stated_type() != "string");
    if let Some(item) = item {
        let what = format!(
            "the entries of input `{name}` have the type {}; `string` is documented",
            stated(item.stated_type())
        );
        findings.add(Rule::InputType, location, what);
    }
}
