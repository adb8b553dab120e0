//! Facts taken from the public documentation, against which tests check the contract.

use serde_json::Value;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/capabilities.json");

/// Reads all facts.
pub(crate) fn facts() -> Value {
    let text = std::fs::read_to_string(PATH).expect("the facts are part of the project");
    serde_json::from_str(&text).expect("the facts are JSON")
}

/// The list at `pointer`, such as `/errors/codes`.
pub(crate) fn list(pointer: &str) -> Vec<Value> {
    facts().pointer(pointer).and_then(Value::as_array).expect("the facts hold this list").clone()
}
