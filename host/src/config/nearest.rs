//! Suggestions for an unknown key: the nearest known one.

use super::origin::SettingOrigin;
use super::schema_node::SchemaNode;
use super::sources::variable;
use super::tree::{SettingNode, join};

/// The least similarity of two names, from 0 to 1, for one to be suggested in place of the other.
const ALIKE: f64 = 0.8;

/// Returns the message about the unknown key of `node`, its `name` in a table of `place`, and the key that is meant. It
/// continues a sentence that begins with the key.
pub(super) fn unknown(node: &SettingNode, name: &str, location: SchemaNode<'_>) -> String {
    let key = &node.key;
    let table = key.strip_suffix(name).unwrap_or_default().trim_end_matches('.');
    let shown = |key: &str| match node.origin {
        SettingOrigin::Variable(_) => variable(key),
        _ => format!("`{key}`"),
    };
    if let Some(nearest) = nearest(name, &location.names()) {
        return format!("is not a setting; did you mean {}?", shown(&join(table, nearest)));
    }
    let mut elsewhere = Vec::new();
    find("", name, SchemaNode::root(), &mut elsewhere);
    if !elsewhere.is_empty() {
        let keys: Vec<String> = elsewhere.iter().map(|key| shown(key)).collect();
        return format!("is not a setting; did you mean {}?", keys.join(" or "));
    }
    let whole = if table.is_empty() { "there are".to_owned() } else { format!("`{table}` has") };
    format!("is not a setting; {whole} {}", location.names().join(", "))
}

/// Returns the most similar of `names`, if one is similar enough.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase().replace('_', "-");
    let likeness = |other: &str| {
        let begins = other.starts_with(&name) || name.starts_with(other);
        strsim::jaro_winkler(&name, other).max(strsim::normalized_damerau_levenshtein(&name, other))
            + if begins { 0.05 } else { 0.0 }
    };
    let rated = names.iter().map(|&other| (likeness(other), other));
    rated.filter(|(likeness, _)| *likeness >= ALIKE).max_by(|one, other| one.0.total_cmp(&other.0)).map(|best| best.1)
}

/// Adds the keys of exactly this name in all tables that have fixed names.
fn find(table: &str, name: &str, location: SchemaNode<'_>, found: &mut Vec<String>) {
    for other in location.names() {
        let key = join(table, other);
        if other == name {
            found.push(key.clone());
        }
        if let Some(below) = location.below(other).filter(|below| !below.is_open()) {
            find(&key, name, below, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_from_another_word() {
        let names = ["time", "fuel", "memory", "answer", "log"];

        assert_eq!(nearest("memroy", &names), Some("memory"));
        assert_eq!(nearest("Memory", &names), Some("memory"));
        assert_eq!(nearest("timeout", &names), Some("time"));
        assert_eq!(nearest("colour", &names), None);
    }
}
