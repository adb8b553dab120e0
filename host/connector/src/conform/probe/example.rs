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

    /// Adds the inputs of another example, if this one names none of them: they belong together.
    #[must_use]
    pub fn completed_by(mut self, other: Self) -> Self {
        if other.0.iter().all(|(name, _)| self.get(name).is_none()) {
            self.0.extend(other.0);
        }
        self
    }

    /// Returns the value of an input, in any letter case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_another_example_completes_one_that_names_none() {
        let record = || Example::read("recordType=account&recordId=42");

        let of_skill = Example::read("accountName=Fourth+Coffee").completed_by(record());
        assert_eq!((of_skill.get("recordId"), of_skill.get("accountName")), (Some("42"), Some("Fourth Coffee")));
        let of_record = Example::read("recordid=7").completed_by(record());
        assert_eq!((of_record.get("recordId"), of_record.get("recordType")), (Some("7"), None));
    }
}
