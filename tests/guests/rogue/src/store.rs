//! The use of the key-value store. Each behaviour answers with the outcome.

use std::time::Duration;

use insight_sdk::key_value::{self, StoreError};

use crate::{Answer, number, said};

/// Stores `KEY=VALUE` for a minute.
pub(crate) fn keep(entry: &str) -> Answer {
    keep_for(Duration::from_secs(60), entry)
}

/// Stores `KEY=VALUE` for the shortest possible time.
pub(crate) fn keep_shortly(entry: &str) -> Answer {
    keep_for(Duration::from_secs(1), entry)
}

fn keep_for(time: Duration, entry: &str) -> Answer {
    let (key, value) = entry.split_once('=').expect("the test names an entry");
    said(outcome(key_value::set(key, value, time)))
}

/// Answers with the stored value.
pub(crate) fn kept(key: &str) -> Answer {
    said(match key_value::get(key) {
        Ok(Some(value)) => format!("kept {value}"),
        Ok(None) => "kept nothing".into(),
        Err(error) => word(&error).into(),
    })
}

/// Removes the stored value.
pub(crate) fn forget(key: &str) -> Answer {
    said(outcome(key_value::remove(key)))
}

/// Stores a value of this number of bytes.
pub(crate) fn keep_long(bytes: &str) -> Answer {
    said(outcome(key_value::set("long", &"v".repeat(number(bytes)), Duration::from_secs(60))))
}

/// Stores a value under a key of this number of bytes.
pub(crate) fn keep_under_long_key(bytes: &str) -> Answer {
    said(outcome(key_value::set(&"k".repeat(number(bytes)), "v", Duration::from_secs(60))))
}

/// Stores this number of entries, or stops at the first failure.
pub(crate) fn keep_many(entries: &str) -> Answer {
    often(number(entries), |number| key_value::set(&format!("entry-{number}"), "v", Duration::from_secs(60)))
}

/// Reads an entry this number of times, or stops at the first failure.
pub(crate) fn look_often(times: &str) -> Answer {
    often(number(times), |_| key_value::get("entry").map(drop))
}

fn often(times: u32, operation: impl Fn(u32) -> Result<(), StoreError>) -> Answer {
    let stopped = (0..times).find_map(|number| Some((number, operation(number).err()?)));
    said(match stopped {
        Some((number, error)) => format!("{number}, then {}", word(&error)),
        None => format!("{times}"),
    })
}

fn outcome(result: Result<(), StoreError>) -> &'static str {
    result.map_or_else(|error| word(&error), |()| "done")
}

fn word(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotGranted => "not granted",
        StoreError::TooLong => "too long",
        StoreError::Full => "full",
        StoreError::Unavailable => "unavailable",
        StoreError::Other(_) => "other",
    }
}
