//! Properties: pairs of name and value.

use crate::Property;

impl<N: Into<String>, V: Into<String>> From<(N, V)> for Property {
    fn from((name, value): (N, V)) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// Collects pairs of name and value, in the order to show.
///
/// ```
/// let properties = insight_sdk::properties([("Status", "Signed"), ("Signed by", "Tony Benis")]);
///
/// assert_eq!(properties[0].value, "Signed");
/// ```
#[must_use]
pub fn properties<P: Into<Property>>(pairs: impl IntoIterator<Item = P>) -> Vec<Property> {
    pairs.into_iter().map(Into::into).collect()
}

/// A text, or none: a property without text is left out.
pub trait OptionalText {
    /// Returns the text, if there is one.
    fn text(self) -> Option<String>;
}

impl OptionalText for &str {
    fn text(self) -> Option<String> {
        Some(self.into())
    }
}

impl OptionalText for &String {
    fn text(self) -> Option<String> {
        Some(self.clone())
    }
}

impl OptionalText for String {
    fn text(self) -> Option<String> {
        Some(self)
    }
}

impl<T: OptionalText> OptionalText for Option<T> {
    fn text(self) -> Option<String> {
        self.and_then(T::text)
    }
}

/// Appends a property, if there is a value.
pub(crate) fn push(properties: &mut Vec<Property>, name: impl Into<String>, value: impl OptionalText) {
    properties.extend(value.text().map(|value| Property { name: name.into(), value }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_texts_becomes_a_property() {
        let property = Property::from(("Status", String::from("Signed")));

        assert_eq!(property, Property { name: "Status".into(), value: "Signed".into() });
    }
}
