//! The declared fields of an operation's answers, and the check of them.

use serde_json::Value;

use crate::conform::definition::{Action, Shape};
use crate::conform::pairing::{Candidate, Wanted, find};
use crate::conform::wording::Likeness;
use crate::conform::{Findings, Rule};
use contract::operation::CONTENT_TYPES;
use contract::{Field, FieldKind, Operation};

/// The member that holds the list of items. It has no documented description, so its name counts.
const VALUE: &str = "value";

/// The member that tells whether there are more items. Its name counts too.
const HAS_MORE: &str = "hasMoreResults";

/// The names of the table's fields in a connector's answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outputs(Vec<(&'static str, String)>);

impl Outputs {
    /// Returns the table's own names.
    pub(crate) const fn by_name() -> Self {
        Self(Vec::new())
    }

    /// Returns the names that an operation declares. Fields that it does not declare keep the table's names.
    pub(super) fn of(operation: &'static Operation, action: &Action) -> Self {
        let item = item(action);
        let candidates = item.map(Candidate::members).unwrap_or_default();
        let named = |field: &'static Field| {
            let found = find_output(&candidates, field, operation);
            (field.name, found.map_or(field.name, |(found, _)| found.name).to_owned())
        };
        Self(operation.outputs.iter().map(named).collect())
    }

    /// Returns the connector's name of a field.
    pub(crate) fn name(&self, field: &'static str) -> &str {
        let named = self.0.iter().find(|(own, _)| *own == field);
        named.map_or(field, |(_, name)| name.as_str())
    }
}

/// Finds a field of an operation among the candidates.
fn find_output<'c, 'd>(
    candidates: &'c [Candidate<'d>],
    field: &Field,
    operation: &Operation,
) -> Option<(&'c Candidate<'d>, Likeness)> {
    let all: Vec<&str> = operation.outputs.iter().map(|field| field.description).collect();
    find(candidates, &Wanted { name: field.name, description: field.description, all: &all })
}

/// Returns the schema of an item of a page.
fn item(action: &Action) -> Option<&Shape> {
    action.answer.as_ref()?.shape.property(VALUE)?.items.as_deref()
}

pub(super) fn check(operation: &Operation, action: &Action, location: &str, findings: &mut Findings) {
    let Some(answer) = &action.answer else {
        findings.add(Rule::AnswerSchemaMissing, location, "it declares no schema of a good answer");
        return;
    };
    if answer.shape.is_broken {
        return;
    }
    check_around(&answer.shape, location, findings);
    let item = item(action);
    let value = answer.shape.property(VALUE);
    // A list that does not say what it holds is reported as such.
    let is_bare = |value: &Shape| value.is_broken || value.kind == "array" && value.items.is_none();
    if item.is_some_and(|item| item.is_broken) || value.is_none_or(is_bare) {
        return;
    }
    let candidates = item.map(Candidate::members).unwrap_or_default();
    let (mut missing, mut optional) = (Vec::new(), Vec::new());
    for field in operation.outputs {
        match find_output(&candidates, field, operation) {
            None => missing.extend(field.required.then_some(field)),
            Some((found, likeness)) => {
                if field.required && !found.required {
                    optional.push(format!("`{}`", found.name));
                }
                check_field(field, found, likeness, location, findings);
            }
        }
    }
    if candidates.is_empty() {
        findings.add(Rule::OutputMissing, location, "the items of `value` declare no outputs");
    } else {
        for Field { name, description, .. } in missing {
            let what = format!("output `{name}` is not declared; its description: {description}");
            findings.add(Rule::OutputMissing, location, what);
        }
    }
    if !optional.is_empty() {
        let what = format!("not declared as required: output {}", optional.join(", "));
        findings.add(Rule::OutputNotRequired, location, what);
    }
}

/// Checks the declaration of one field.
fn check_field(field: &Field, found: &Candidate<'_>, likeness: Likeness, location: &str, findings: &mut Findings) {
    if found.shape.is_broken {
        return;
    }
    check_description(field, found.name, likeness, location, findings);
    let kind = documented_type(field.kind);
    if found.shape.stated_type() != kind {
        findings.add(Rule::OutputType, location, differs(found.name, found.shape.stated_type(), kind));
    }
    check_limits(field, found, location, findings);
    check_content(field, found, location, findings);
}

/// Checks the page around the items.
fn check_around(shape: &Shape, location: &str, findings: &mut Findings) {
    if shape.stated_type() != "object" && !shape.properties.is_empty() {
        findings.add(Rule::OutputType, location, differs("200", shape.stated_type(), "object"));
    }
    match shape.property(VALUE) {
        None => {
            findings.add(Rule::OutputMissing, location, format!("output `{VALUE}`, the list of items, is not declared"))
        }
        Some(value) if value.is_broken => {}
        Some(value) if value.stated_type() != "array" => {
            findings.add(Rule::OutputType, location, differs(VALUE, value.stated_type(), "array"));
        }
        Some(_) if !shape.required.contains(VALUE) => {
            findings.add(Rule::OutputNotRequired, location, format!("not declared as required: output `{VALUE}`"));
        }
        Some(_) => {}
    }
    if let Some(more) = shape.property(HAS_MORE).filter(|more| !more.is_broken && more.stated_type() != "boolean") {
        findings.add(Rule::OutputType, location, differs(HAS_MORE, more.stated_type(), "boolean"));
    }
}

fn check_description(field: &Field, name: &str, likeness: Likeness, location: &str, findings: &mut Findings) {
    match likeness {
        Likeness::Exact => {}
        Likeness::Period => {
            findings.add(
                Rule::DescriptionPeriod,
                location,
                format!("the description of output `{name}` lacks its full stop"),
            );
        }
        Likeness::Near(difference) => {
            let rule = if field.required { Rule::OutputDescription } else { Rule::OptionalOutputDescription };
            findings.add(
                rule,
                location,
                format!("output `{name}`: {difference}; the agent's text: {}", field.description),
            );
        }
    }
}

/// Describes an output of another type than documented.
pub(super) fn differs(name: &str, stated: &str, documented: &str) -> String {
    let stated = if stated.is_empty() { "none".to_owned() } else { format!("`{stated}`") };
    format!("output `{name}` has the type {stated}; `{documented}` is documented")
}

/// Checks that answers which keep to the declaration keep to the documented lengths and values too.
fn check_limits(field: &Field, found: &Candidate<'_>, location: &str, findings: &mut Findings) {
    let (name, limits) = (found.name, &found.shape.limits);
    let longest = limits.get("maxLength").and_then(Value::as_u64);
    if let (Some(documented), Some(longest)) = (field.max_length, longest)
        && longest > documented as u64
    {
        let what = format!("output `{name}` may have {longest} characters; {documented} are documented");
        findings.add(Rule::OutputLimits, location, what);
    }
    let words = found.shape.values.iter().filter_map(Value::as_str);
    let unknown: Vec<String> =
        words.filter(|word| !CONTENT_TYPES.contains(word)).map(|word| format!("`{word}`")).collect();
    if field.kind == FieldKind::ContentType && !unknown.is_empty() {
        let what = format!("output `{name}` may be {}, which is not documented", unknown.join(" or "));
        findings.add(Rule::OutputLimits, location, what);
    }
}

/// The documented format of dates.
const DATE_TIME: &str = "date-time";

/// Checks the format of a date, and the values of additional properties.
fn check_content(field: &Field, found: &Candidate<'_>, location: &str, findings: &mut Findings) {
    let name = found.name;
    if field.kind == FieldKind::DateTime && found.shape.format != DATE_TIME {
        let stated = if found.shape.format.is_empty() { "none" } else { &found.shape.format };
        let what = format!("output `{name}` has the format {stated}; `{DATE_TIME}` is documented");
        findings.add(Rule::OutputFormat, location, what);
    }
    let values = found.shape.additional.as_deref().filter(|_| field.kind == FieldKind::Properties);
    if let Some(values) = values.filter(|values| values.stated_type() != "string") {
        findings.add(Rule::OutputType, location, differs(&format!("{name}.*"), values.stated_type(), "string"));
    }
}

fn documented_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text | FieldKind::Identifier | FieldKind::DateTime | FieldKind::Url | FieldKind::ContentType => {
            "string"
        }
        FieldKind::Properties => "object",
    }
}
