//! Repair of a text for the seller: one line of bounded length.

use super::{
    JsonPath,
    repair::{Change, Repairs},
    text,
};

/// Makes `text` one line of at most `most` UTF-16 code units. It may end up empty.
pub(super) fn line(field: &'static str, text: String, most: usize, repairs: &mut Repairs) -> String {
    line_within(field, &JsonPath::Root, text, most, repairs)
}

/// Makes `text`, which is at `path` within its field, one line of at most `most` UTF-16 code units.
pub(super) fn line_within(
    field: &'static str,
    path: &JsonPath<'_>,
    text: String,
    most: usize,
    repairs: &mut Repairs,
) -> String {
    let line = text::one_line(&text);
    let is_clean = *line == text;
    if !is_clean {
        repairs.repair_within(field, path, Change::Cleaned);
    }
    if text::is_longer(&line, most) {
        repairs.repair_within(field, path, Change::Cut { most });
        return text::cut(&line, most).into_owned();
    }
    if is_clean { text } else { line.into_owned() }
}
