//! The check of a definition against Swagger 2.0's own schema, whose errors are put into words.
//!
//! The specification says more than its schema can, and Microsoft's validator checks it (`beyond`).
//!
//! Power Platform imports no file that this schema rejects. The schema offers alternatives, such as five kinds of
//! parameters. A value that fits none is reported for the alternative that its author most likely meant.

mod beyond;
pub(in crate::conform) mod words;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::definition::ConnectorDefinition;
use super::{Finding, Findings, Rule};

/// The name of the standard.
const SWAGGER: &str = "Swagger 2.0";

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("official/swagger-2.0.json")).expect("the schema is JSON");
    let options = jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true);
    // This engine matches in linear time: the texts are untrusted.
    options.with_pattern_options(PatternOptions::regex()).build(&schema).expect("the schema is valid")
});

/// The flaws that Swagger's schema finds in a definition.
#[derive(Debug, Default)]
pub(super) struct SwaggerFlaws {
    list: Vec<SwaggerFlaw>,
    /// The pointers of those that other rules need not report again, in order.
    covered: BTreeSet<String>,
}

/// A part that Swagger's schema rejects.
#[derive(Debug)]
struct SwaggerFlaw {
    /// The JSON pointer to the part.
    pointer: String,
    what: String,
    /// The property that is required and not declared. Rules that look for it report it in their own words.
    missing: Option<String>,
}

impl SwaggerFlaw {
    fn new(pointer: String, what: String) -> Self {
        Self { pointer, what, missing: None }
    }
}

impl SwaggerFlaws {
    /// Finds the flaws of a definition. OpenAPI 3 has another schema, and Power Platform does not read it.
    pub(super) fn of(definition: &ConnectorDefinition) -> Self {
        if !definition.is_swagger() {
            return Self::default();
        }
        let mut flaws = Vec::new();
        for error in SCHEMA.iter_errors(definition.document()) {
            for meant in meant(&error) {
                flaws.extend(words::flaws(meant, SWAGGER).map(|(pointer, what)| SwaggerFlaw::new(pointer, what)));
            }
        }
        let beyond = beyond::flaws(definition.document());
        // An entry that is reported by its name is not reported by its list as well.
        let is_named = |list: &str| {
            beyond.iter().any(|flaw| flaw.pointer.strip_prefix(list).is_some_and(|below| below.starts_with('/')))
        };
        flaws.retain(|flaw| flaw.what != words::TWICE || !is_named(&flaw.pointer));
        flaws.extend(beyond);
        let covered = flaws.iter().filter(|flaw| flaw.missing.is_none()).map(|flaw| flaw.pointer.clone()).collect();
        Self { list: flaws, covered }
    }

    /// Returns whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Leaves out the part at `pointer`, which another rule has reported.
    pub(super) fn leave_out(&mut self, pointer: Option<&str>) {
        self.list.retain(|flaw| Some(flaw.pointer.as_str()) != pointer);
        self.covered.retain(|covered| Some(covered.as_str()) != pointer);
    }

    /// Returns whether the part at `pointer` is rejected as a whole.
    pub(super) fn reject(&self, pointer: &str) -> bool {
        self.covered.contains(pointer)
    }

    /// Returns whether the part at `pointer`, or a part of it, is rejected. Other rules need not report it again.
    pub(super) fn cover(&self, pointer: &str) -> bool {
        let below = format!("{pointer}/");
        let next = self.covered.range(below.clone()..).next();
        self.covered.contains(pointer) || next.is_some_and(|next| next.starts_with(&below))
    }

    /// Adds a finding for each flaw, at the operation that it is in.
    pub(super) fn tell(&self, definition: &ConnectorDefinition, findings: &mut Findings) {
        let told = findings.names_of(Finding::is_of_missing);
        let is_told = |flaw: &&SwaggerFlaw| flaw.missing.as_ref().is_some_and(|name| told.contains(name));
        for SwaggerFlaw { pointer, what, .. } in self.list.iter().filter(|flaw| !is_told(flaw)) {
            let owner = definition.actions().iter().find_map(|action| {
                let below = pointer.strip_prefix(&action.pointer)?;
                (below.is_empty() || below.starts_with('/')).then_some((action.name(), below))
            });
            let (location, below) = owner.unwrap_or((String::new(), pointer));
            let part = below.trim_start_matches('/');
            let part = if part.is_empty() { "it".to_owned() } else { format!("`{}`", words::readable(part)) };
            findings.add(Rule::SwaggerInvalid, &location, format!("{part} {what}"));
        }
    }
}

/// Returns the errors of the alternative that an author meant; those of a simple error are itself.
pub(super) fn meant<'e>(error: &'e ValidationError<'_>) -> Vec<&'e ValidationError<'e>> {
    let path = error.instance_path().as_str();
    let (context, is_union) = match error.kind() {
        Kind::OneOfNotValid { context } => (context, true),
        Kind::AnyOf { context } => (context, false),
        _ => return vec![error],
    };
    let alternatives = context.iter().map(|errors| errors.iter().flat_map(meant).collect::<Vec<_>>());
    let likeliest = alternatives.min_by_key(|errors| {
        let count = |is: &dyn Fn(&ValidationError<'_>) -> bool| errors.iter().filter(|error| is(error)).count();
        let other_kind = if is_union { count(&names_other_kind) } else { count(&|error| is_other_type(error, path)) };
        (other_kind, if is_union { count(&names_other_type) } else { 0 }, errors.len())
    });
    let mut errors = likeliest.filter(|errors| !errors.is_empty()).unwrap_or_else(|| vec![error]);
    // A value that lacks what tells the alternatives apart fits several of them, for that reason alone.
    if errors.len() > 1 {
        errors.retain(|error| !matches!(error.kind(), Kind::OneOfMultipleValid { .. }));
    }
    errors
}

/// Returns whether a value names another alternative: another location, another flow, or no reference.
fn names_other_kind(error: &ValidationError<'_>) -> bool {
    let path = error.instance_path().as_str();
    match error.kind() {
        Kind::Enum { .. } => path.ends_with("/in") || path.ends_with("/flow"),
        Kind::Required { property } => property == "$ref",
        _ => false,
    }
}

fn names_other_type(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Enum { .. }) && error.instance_path().as_str().ends_with("/type")
}

/// Returns whether the alternative is of another JSON type than the value at `path`.
fn is_other_type(error: &ValidationError<'_>, path: &str) -> bool {
    matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == path
}

#[cfg(test)]
mod tests;
