//! Example inputs from somebody who knows the connector's data.

use url::form_urlencoded;

/// Inputs by name, from a query such as `recordType=opportunity&recordId=42`.
#[derive(Clone, Debug, Default)]
pub struct Example(Vec<(String, String)>);

impl Example {
    /// Parses a query.
    pub fn read(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Returns the value of an input, in any letter case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
