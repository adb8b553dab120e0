//! The fields of errors in log lines: each holds the chain of causes, since the JSON log writes the outermost message
//! of an error only.

use std::collections::BTreeSet;

use crate::imports::sources;

/// The macros that log.
const MACROS: [&str; 5] = ["trace!(", "debug!(", "info!(", "warn!(", "error!("];

/// The call that a field of an error consists of.
const CHAIN: &str = "chain(";

/// Returns the arguments of the macro whose parenthesis ends before `rest`.
fn arguments(rest: &str) -> &str {
    let (mut depth, mut is_text, mut is_escaped) = (1, false, false);
    let end = rest.find(|c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            '(' if !is_text => depth += 1,
            ')' if !is_text => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &rest[..end.expect("a macro ends")]
}

/// Returns the names that a source gives to errors.
fn names_of_errors(code: &str) -> BTreeSet<&str> {
    let bindings = ["Err(", "map_err(|", "inspect_err(|", "or_else(|", "unwrap_or_else(|"];
    let bound = bindings.iter().flat_map(|binding| code.split(binding).skip(1)).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        rest[end..].starts_with([')', '|', ':']).then_some(&rest[..end])
    });
    bound.filter(|name| !name.is_empty() && !name.starts_with('_')).chain(["error", "err"]).collect()
}

/// Returns the field that names an error without its causes, if there is one.
fn bare_error<'a>(line: &'a str, errors: &BTreeSet<&str>) -> Option<&'a str> {
    if line.contains("dyn Error") || line.contains("dyn std::error::Error") {
        return Some(line);
    }
    line.split(", ").map(str::trim).find(|field| {
        let (name, value) = field.split_once(" = ").unwrap_or((field, field));
        let value = value.trim_start_matches(['%', '?', '&']);
        let is_error = errors.contains(value) || (name == "error" && !value.starts_with(CHAIN));
        let is_quoted = errors.iter().any(|error| field.contains(&format!("{{{error}")));
        is_error || is_quoted || value.ends_with(".to_string()")
    })
}

fn bare_errors(code: &str) -> Vec<String> {
    let errors = names_of_errors(code);
    let lines = MACROS.iter().flat_map(|name| code.split(name).skip(1)).map(arguments);
    lines.filter_map(|line| bare_error(line, &errors).map(str::to_owned)).collect()
}

#[test]
fn every_log_line_of_an_error_holds_its_causes() {
    let found: Vec<_> = sources()
        .iter()
        .flat_map(|source| bare_errors(&source.code).into_iter().map(|line| (source.path.clone(), line)))
        .collect();

    assert!(found.is_empty(), "write `error = %chain(&error)`: {found:#?}");
}

#[test]
fn errors_without_causes_are_found_in_every_form() {
    for line in [
        r#"Err(error) => warn!(%error, "failed")"#,
        r#"Err(error) => warn!(plugin, ?error, "failed")"#,
        r#"Err(problem) => warn!(%problem, "failed")"#,
        r#"map_err(|why| { warn!(reason = %why, "failed") })"#,
        r#"warn!(error = &error as &dyn std::error::Error, "failed")"#,
        r#"let error: &dyn Error = &error; warn!(error, "failed")"#,
        r#"let text = error.to_string(); warn!(error = text, "failed")"#,
        r#"Err(error) => warn!(reason = error.to_string(), "failed")"#,
        r#"Err(error) => warn!("failed: {error}")"#,
    ] {
        assert_eq!(bare_errors(line).len(), 1, "{line}");
    }

    for line in [
        r#"Err(error) => warn!(plugin, error = %chain(&error), "failed (it is told)")"#,
        r#"Err(_elapsed) => warn!(%peer, "took too long")"#,
    ] {
        assert_eq!(bare_errors(line), [""; 0], "{line}");
    }
}
