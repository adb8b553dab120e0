//! The errors of a schema in words.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::conform::definition::escaped;

/// The most values of an enumeration that are quoted.
const MOST_VALUES: usize = 8;

/// The clause about a list that holds the same entry twice.
pub(super) const TWICE: &str = "has an entry twice";

/// Describes an error by the schema of `standard`: for each part, its JSON pointer and the clause after its name.
pub(in crate::conform) fn flaws(
    error: &ValidationError<'_>,
    standard: &str,
) -> impl Iterator<Item = (String, String)> + use<> {
    let pointer = error.instance_path().as_str().to_owned();
    let below = |name: &str| format!("{pointer}/{}", escaped(name));
    let found = match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| (below(name), unknown(&pointer, name, standard))).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![(below(name), "is missing".to_owned())]
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            vec![(below(&name), unknown(&pointer, &name, standard))]
        }
        _ => vec![(pointer.clone(), clause(error, standard))],
    };
    found.into_iter()
}

/// Describes a member that has no place where it is.
fn unknown(pointer: &str, name: &str, standard: &str) -> String {
    match pointer {
        "/paths" => "is no path: a path begins with `/`".to_owned(),
        _ if pointer.ends_with("/responses") => "is no status and not `default`".to_owned(),
        _ if name.starts_with("x-") => "is malformed".to_owned(),
        _ => format!("is unknown to {standard} there"),
    }
}

/// Describes an error of a value.
fn clause(error: &ValidationError<'_>, standard: &str) -> String {
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
            _ => format!("does not have the form that {standard} asks for"),
        },
        Kind::Format { format } => format!("is no valid {}", format_name(format)),
        Kind::Constant { expected_value } => match &**expected_value {
            Value::String(text) => format!("must be `{text}`"),
            other => format!("must be `{other}`"),
        },
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MaxItems { limit } => format!("must have at most {limit} entries"),
        Kind::UniqueItems => TWICE.to_owned(),
        Kind::MinItems { .. } | Kind::MinProperties { .. } | Kind::MinLength { .. } | Kind::Not { .. } => {
            "must not be empty".to_owned()
        }
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => format!("must not be below {limit}"),
        Kind::OneOfMultipleValid { .. } => "can be read in two ways".to_owned(),
        _ => format!("does not have the form that {standard} asks for"),
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

pub(in crate::conform) fn type_of(value: &Value) -> &'static str {
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
pub(in crate::conform) fn readable(pointer: &str) -> String {
    pointer.replace("~1", "/").replace("~0", "~")
}
