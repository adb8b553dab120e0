//! Connectors with one fault each, which is found by its rule.

mod conduct;
mod contents;
mod definitions;

use insight_tests::connector::{Answered, Asked, good};
use serde_json::Value;

use super::Found;

/// Returns the correct answer, with its body changed if the path ends in `path` and the answer is successful.
fn with_body(path: &'static str, change: impl Fn(&Asked, &mut Value)) -> impl Fn(&Asked) -> Answered {
    move |asked| {
        let mut answered = good(asked);
        if asked.path.ends_with(path) && answered.status == 200 {
            let mut body = serde_json::from_str(&answered.body).expect("a good answer is JSON");
            change(asked, &mut body);
            answered.body = body.to_string();
        }
        answered
    }
}

/// Asserts that a rule is broken, in an operation of this name, and that no other is.
fn assert_finds(found: &Found, rule: &str, operation: &str) {
    assert!(!found.is_empty(), "{rule} is not found");
    for (broken, what) in found {
        assert!(broken == rule && what.starts_with(operation), "{rule} at {operation} alone, not {found:#?}");
    }
}
