//! The errors of Swagger's schema in words.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::conform::definition::escaped;

/// The most values of an enumeration that are quoted.
const MOST_VALUES: usize = 8;

/// The clause about a list that holds the same entry twice.
pub(super) const TWICE: &str = "has an entry twice";

/// Describes an error: for each part, its JSON pointer and the clause that follows its name.
pub(super) fn flaws(error: &ValidationError<'_>) -> impl Iterator<Item = (String, String)> + use<> {
    let pointer = error.instance_path().as_str().to_owned();
    let below = |name: &str| format!("{pointer}/{}", escaped(name));
    let found = match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| (below(name), unknown(&pointer, name))).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![(below(name), "is missing".to_owned())]
        }
        _ => vec![(pointer.clone(), clause(error))],
    };
    found.into_iter()
}

/// Describes a member that has no place where it is.
fn unknown(pointer: &str, name: &str) -> String {
    match pointer {
        "/paths" => "is no path: a path begins with `/`".to_owned(),
        _ if pointer.ends_with("/responses") => "is no status and not `default`".to_owned(),
        _ if name.starts_with("x-") => "is malformed".to_owned(),
        _ => "is unknown to Swagger 2.0 there".to_owned(),
    }
}

/// Describes an error of a value.
fn clause(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => format!("is {}, and must be {}", type_of(error.instance()), wanted(kind)),
        Kind::Enum { options } => {
            let listed = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let quoted = listed.iter().take(MOST_VALUES).map(|value| match value {
                Value::String(text) => format!("`{text}`"),
                other => format!("`{other}`"),
            });
            let more = listed.len().checked_sub(MOST_VALUES).filter(|more| *more > 0);
            let more = more.map(|more| format!(" or {more} more")).unwrap_or_default();
            format!("must be {}{more}", quoted.collect::<Vec<_>>().join(" or "))
        }
        Kind::Pattern { .. } => match error.instance_path().as_str() {
            "/host" => "must be a host name without scheme, path and blanks".to_owned(),
            "/basePath" => "must begin with `/`".to_owned(),
            _ => "does not have the form that Swagger 2.0 asks for".to_owned(),
        },
        Kind::Format { format } => format!("is no valid {}", format_name(format)),
        Kind::UniqueItems => TWICE.to_owned(),
        Kind::MinItems { .. } | Kind::MinProperties { .. } | Kind::MinLength { .. } | Kind::Not { .. } => {
            "must not be empty".to_owned()
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => format!("must not be below {limit}"),
        Kind::OneOfMultipleValid { .. } => "can be read in two ways".to_owned(),
        _ => "does not have the form that Swagger 2.0 asks for".to_owned(),
    }
}

fn format_name(format: &str) -> &str {
    match format {
        "uri" => "absolute URL",
        "email" => "mail address",
        "regex" => "regular expression",
        other => other,
    }
}

pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn wanted(kind: &TypeKind) -> String {
    let name = |kind: &str| match kind {
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        "boolean" => "a boolean",
        "integer" => "a whole number",
        "null" => "null",
        _ => "a number",
    };
    match kind {
        TypeKind::Single(kind) => name(&kind.to_string()).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| name(&kind.to_string())).collect::<Vec<_>>().join(" or "),
    }
}

/// Returns a JSON pointer as people read it.
pub(super) fn readable(pointer: &str) -> String {
    pointer.replace("~1", "/").replace("~0", "~")
}
