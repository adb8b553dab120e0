//! The Rust SDK against files of the repository, which its package does not have.

mod locale_cases;
mod locale_data;

/// Reads a file of the folder `sdk`.
fn sdk(path: &str) -> String {
    let path = format!("{}/../../sdk/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Reads a JSON file of the folder `sdk`.
fn sdk_json(path: &str) -> serde_json::Value {
    serde_json::from_str(&sdk(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
