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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_texts_becomes_a_property() {
        let property = Property::from(("Status", String::from("Signed")));

        assert_eq!(property, Property { name: "Status".into(), value: "Signed".into() });
    }
}
