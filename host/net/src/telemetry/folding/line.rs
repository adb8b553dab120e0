//! The text by which warnings are compared and told.

use std::fmt::{Debug, Write};

use tracing::Event;
use tracing::field::{Field, Visit};
use tracing::span::Attributes;

/// Fields that differ between equal lines: the address and port of one connection.
const IDS: [&str; 1] = ["peer"];

/// Returns an event's place in the source, message and texts.
pub(super) fn text_of(event: &Event<'_>) -> String {
    let mut texts = Texts { message: String::new(), fields: String::new() };
    event.record(&mut texts);
    let metadata = event.metadata();
    let mut text = format!("{}:{}: {}", metadata.target(), metadata.line().unwrap_or_default(), texts.message);
    text.push_str(&texts.fields);
    text
}

/// Returns the activity id among the fields of a request's span.
pub(super) fn activity_of(attributes: &Attributes<'_>) -> Option<String> {
    let mut activity = ActivityField(None);
    attributes.record(&mut activity);
    activity.0
}

struct Texts {
    message: String,
    fields: String,
}

impl Texts {
    fn put(&mut self, field: &Field, value: impl Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name if IDS.contains(&name) => Ok(()),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

/// Leaves out numbers.
impl Visit for Texts {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, value);
    }

    fn record_f64(&mut self, _: &Field, _: f64) {}

    fn record_i64(&mut self, _: &Field, _: i64) {}

    fn record_u64(&mut self, _: &Field, _: u64) {}

    fn record_i128(&mut self, _: &Field, _: i128) {}

    fn record_u128(&mut self, _: &Field, _: u128) {}
}

struct ActivityField(Option<String>);

impl Visit for ActivityField {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "activity_id" {
            self.0 = Some(format!("{value:?}"));
        }
    }
}
