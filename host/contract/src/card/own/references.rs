//! Reference links of markdown: `[label]` leads to the target that a line `[label]: target` defines.

use std::collections::HashSet;

use super::markdown::{is_harmless, without_breaks};

/// Returns whether no reference in `text` leads to a target of an unknown scheme.
///
/// A definition without a reference is no link, however much its target looks like one: `[#4711]: Status:open`.
pub(super) fn are_harmless(text: &str) -> bool {
    let (mut references, mut suspects) = (HashSet::new(), HashSet::new());
    for Brackets { line, opening, closing } in brackets(text) {
        let label = || normalised(&text[opening + 1..closing]);
        match definition(&text[line..opening], &text[closing + 1..]) {
            None => _ = references.insert(label()),
            Some(target) if !is_harmless(&target) => _ = suspects.insert(label()),
            Some(_) => {}
        }
    }
    references.is_disjoint(&suspects)
}

/// The positions of two brackets, and of the beginning of their line.
struct Brackets {
    line: usize,
    opening: usize,
    closing: usize,
}

/// The brackets that hold no others.
fn brackets(text: &str) -> impl Iterator<Item = Brackets> {
    let (mut line, mut opened) = (0, None);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        match byte {
            b'\n' => line = at + 1,
            b'[' => opened = Some((line, at)),
            b']' => return opened.take().map(|(line, opening)| Brackets { line, opening, closing: at }),
            _ => {}
        }
        None
    })
}

/// Labels match in any letter case, and with any blanks.
fn normalised(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The target that brackets define, which stand between `before` in their line and `after`.
fn definition(before: &str, after: &str) -> Option<String> {
    // A definition may be in a quotation or in a list.
    let is_at_beginning = before.bytes().all(|byte| b" \t>-*+.)0123456789".contains(&byte));
    let rest = after.strip_prefix(':').filter(|_| is_at_beginning)?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
    let line = rest.trim_start_matches([' ', '\t', '>']).lines().next()?;
    let (target, after) = match line.strip_prefix('<') {
        Some(bracketed) => bracketed.split_once('>')?,
        None => line.split_once([' ', '\t']).unwrap_or((line, "")),
    };
    // Anything but a title after the target makes the line an ordinary one.
    let after = after.trim_start();
    let is_definition = !target.is_empty() && (after.is_empty() || after.starts_with(['"', '\'', '(']));
    is_definition.then(|| without_breaks(target))
}
