//! Formatting of an audit event as a line of JSON.

use std::fmt::{Debug, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::Event;
use tracing::field::{Field, Visit};

use contract::Printable;

/// Longest text of a field, in characters. The rest is truncated.
const LONGEST: usize = 1_024;

/// A line, without the event's message for people.
#[derive(Serialize)]
struct AuditLine {
    time: Timestamp,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// Formats an event as a line, with its line break.
pub(super) fn of(event: &Event<'_>) -> Vec<u8> {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let line = AuditLine { time: Timestamp::now(), fields: fields.0 };
    let mut line = serde_json::to_vec(&line).expect("texts, numbers and truth values serialise");
    line.push(b'\n');
    line
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        // The message repeats the event's name for people.
        if field.name() != "message" {
            self.0.insert(field.name().to_owned(), value.into());
        }
    }

    fn put_text(&mut self, field: &Field, text: &str) {
        let end = text.char_indices().nth(LONGEST).map(|(end, _)| end);
        let cut = end.map_or(text, |end| &text[..end]);
        let mut shown = Printable(cut).to_string();
        if end.is_some() {
            shown.push('…');
        }
        self.put(field, shown);
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write!(text, "{value:?}");
        self.put_text(field, &text);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, u64::try_from(value).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::info;
    use tracing_subscriber::layer::{Context, SubscriberExt};
    use tracing_subscriber::{Layer, Registry};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl<S: tracing::Subscriber> Layer<S> for Lines {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().expect("nobody panics").extend(of(event));
        }
    }

    /// The lines written for the events of `acts`.
    fn written(acts: impl FnOnce()) -> String {
        let lines = Lines::default();
        tracing::subscriber::with_default(Registry::default().with(lines.clone()), acts);
        let bytes = lines.0.lock().expect("nobody panics").clone();
        String::from_utf8(bytes).expect("it is JSON")
    }

    #[test]
    fn an_event_is_one_object_in_one_line() {
        let line = written(|| info!(event = "plugin-loaded", plugin = %"hub", took_ms = 3_u128, "plugin loaded"));

        let object: Value = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(
            (&object["event"], &object["plugin"], &object["took_ms"]),
            (&"plugin-loaded".into(), &"hub".into(), &3.into())
        );
        assert!(
            object["time"].as_str().is_some_and(|time| time.ends_with('Z')) && object["message"].is_null(),
            "{line}"
        );
        assert_eq!(line.matches('\n').count(), 1);
    }

    #[test]
    fn a_strangers_word_begins_no_line_and_has_an_end() {
        let word = format!("a\n{{\"event\":\"forged\"}}\u{202e}{}", "x".repeat(5_000));

        let line = written(|| info!(event = "admin-refused", call = word));

        assert_eq!(line.lines().count(), 1);
        assert!(line.len() < 2_000 && !line.contains('\u{202e}'), "{line}");
        let object: Value = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(object["event"], "admin-refused");
    }
}
