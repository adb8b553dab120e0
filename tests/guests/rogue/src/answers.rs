//! Answers that are too large, or that break the contract.

use insight_sdk::{Activity, Page};

use crate::{Answer, activity};

/// Answers with one item that has a description of `mebibytes`.
pub(crate) fn long_string(mebibytes: usize) -> Answer {
    one(Activity { description: "long".repeat(mebibytes << 18), ..activity("Long") })
}

/// Answers with this number of empty items.
pub(crate) fn many_items(items: usize) -> Answer {
    let empty = Activity::new("", "", "");
    Ok(Page { items: vec![empty; items], ..Page::empty() })
}

/// Answers with an item whose required fields are empty.
pub(crate) fn empty_fields() -> Answer {
    one(Activity::new("", "  ", "2026-05-12T08:30:00Z"))
}

/// Answers with a title of 10,000 characters.
pub(crate) fn long_title() -> Answer {
    one(activity("é".repeat(10_000)))
}

/// Answers with a malformed date.
pub(crate) fn bad_date() -> Answer {
    one(Activity { date_time: "the day before yesterday".into(), ..activity("Undated") })
}

/// Answers with a URL that runs a script.
pub(crate) fn javascript_url() -> Answer {
    one(activity("Linked").url("javascript:alert(document.cookie)"))
}

/// Answers with terminal escapes, a bell, a reversal of the text's direction and a line break.
pub(crate) fn control_characters() -> Answer {
    one(activity("\u{1b}[31mRed\u{1b}[0m\u{7} \u{202e}alert\nforged log line"))
}

/// Answers with an item of 10,000 properties.
pub(crate) fn many_properties() -> Answer {
    let pairs = (0..10_000).map(|number| (number.to_string(), "x"));
    one(activity("Detailed").properties(pairs))
}

/// Answers with three items beyond repair around a good one.
pub(crate) fn one_good_of_four() -> Answer {
    let bad = Activity::new("", "", "");
    Ok(Page::cut([bad.clone(), bad.clone(), activity("Good"), bad], 0, 4))
}

/// Answers with three items, whatever page is requested.
pub(crate) fn heedless() -> Answer {
    Ok(Page::cut(["One", "Two", "Three"].map(activity), 0, 3))
}

fn one(item: Activity) -> Answer {
    Ok(Page::cut([item], 0, 1))
}
