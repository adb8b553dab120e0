//! Checks of names and values for the seller, in display order.

use super::{
    JsonPath,
    line::line_within,
    repair::{Change, Flaw, Repairs},
};

/// Most properties shown.
const MOST: usize = 50;
/// Longest name, in UTF-16 code units.
const LONGEST_NAME: usize = 256;
/// Longest value, in UTF-16 code units.
const LONGEST_VALUE: usize = 2_048;

/// Makes every name and value one line of bounded length. Drops empty ones, repeated names, and those over the limit.
pub(super) fn check(
    field: &'static str,
    drafts: Vec<(String, String)>,
    repairs: &mut Repairs,
) -> Vec<(String, String)> {
    let mut properties: Vec<(String, String)> = Vec::with_capacity(drafts.len().min(MOST));
    for (index, (name, value)) in drafts.into_iter().enumerate() {
        let here = JsonPath::Entry(&JsonPath::Root, index);
        if properties.len() == MOST {
            // One repair stands for all the rest, however many there are.
            repairs.repair_within(field, &here, Change::Dropped { because: Flaw::TooMany { most: MOST } });
            break;
        }
        let name = line_within(field, &here, name, LONGEST_NAME, repairs);
        let value = line_within(field, &here, value, LONGEST_VALUE, repairs);
        if name.is_empty() || value.is_empty() {
            repairs.repair_within(field, &here, Change::Dropped { because: Flaw::Missing });
            continue;
        }
        // There are few, so a set of them would cost more.
        if properties.iter().any(|(known, _)| *known == name) {
            repairs.repair_within(field, &here, Change::Dropped { because: Flaw::Repeated });
            continue;
        }
        properties.push((name, value));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(drafts: &[(&str, &str)]) -> (Vec<(String, String)>, Repairs) {
        let mut repairs = Repairs::default();
        let drafts = drafts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        (check("additionalProperties", drafts, &mut repairs), repairs)
    }

    #[test]
    fn order_is_kept_and_the_first_of_equal_names_wins() {
        let (properties, repairs) =
            checked(&[("Status", "Signed"), ("Date", "9/7/23"), ("Status", "Sent"), ("X", " ")]);

        assert_eq!(properties, [("Status".to_owned(), "Signed".to_owned()), ("Date".to_owned(), "9/7/23".to_owned()),]);
        // The blank value is cleaned to nothing, then dropped.
        assert_eq!(repairs.repaired, 3);
    }

    #[test]
    fn ten_thousand_properties_become_fifty() {
        let names: Vec<String> = (0..10_000).map(|index| index.to_string()).collect();
        let drafts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();

        let (properties, repairs) = checked(&drafts);

        assert_eq!(properties.len(), MOST);
        assert_eq!(repairs.repaired, 1);
    }
}
