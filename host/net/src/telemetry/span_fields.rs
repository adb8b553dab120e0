//! Fields of spans as JSON, written as they come.
//!
//! Every request has a span, and most have no line in the log. The library's own writer builds a map first, which took 3 % of
//! a brief request.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};

/// The writer of fields, for `Layer::fmt_fields` of a layer that writes JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpanFields;

impl<'writer> FormatFields<'writer> for SpanFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        write_object(&mut writer, &fields)
    }

    /// Adds fields to a span that has some. Of a field that it has already, readers take the later value.
    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut added = String::new();
        write_object(&mut added, fields)?;
        match current.fields.strip_suffix('}') {
            Some("{") | None => current.fields = added,
            Some(_) if added == "{}" => {}
            Some(before) => current.fields = format!("{before},{}", &added[1..]),
        }
        Ok(())
    }
}

fn write_object(writer: &mut impl Write, fields: &impl RecordFields) -> fmt::Result {
    let mut object = FieldsObject { writer, is_empty: true, result: Ok(()) };
    fields.record(&mut object);
    object.result?;
    object.writer.write_str(if object.is_empty { "{}" } else { "}" })
}

/// An object that takes one field after the other.
struct FieldsObject<'w, W> {
    writer: &'w mut W,
    is_empty: bool,
    result: fmt::Result,
}

impl<W: Write> FieldsObject<'_, W> {
    fn add(&mut self, field: &Field, write: impl FnOnce(&mut W) -> fmt::Result) {
        let before = if std::mem::take(&mut self.is_empty) { "{\"" } else { ",\"" };
        let name = field.name().trim_start_matches("r#");
        let mut head = [before, name, "\":"].into_iter();
        let result = head.try_for_each(|part| self.writer.write_str(part)).and_then(|()| write(self.writer));
        self.result = self.result.and(result);
    }
}

impl<W: Write> Visit for FieldsObject<'_, W> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.add(field, |writer| write!(writer, "{value:?}"));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, |writer| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, |writer| write_text(writer, |mut text| text.write_str(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, |writer| write_text(writer, |mut text| write!(text, "{value:?}")));
    }
}

fn write_text<W: Write>(writer: &mut W, write: impl FnOnce(JsonText<'_, W>) -> fmt::Result) -> fmt::Result {
    writer.write_char('"')?;
    write(JsonText(writer))?;
    writer.write_char('"')
}

/// A text that is escaped on its way.
struct JsonText<'w, W>(&'w mut W);

impl<W: Write> Write for JsonText<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|character: char| character < ' ' || matches!(character, '"' | '\\')) {
            self.0.write_str(&rest[..at])?;
            // It is a character of one byte.
            write!(self.0, "\\u{:04x}", rest.as_bytes()[at])?;
            rest = &rest[at + 1..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::{Level, span};
    use tracing_subscriber::fmt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics with it").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the span of the only line that `log` writes.
    fn logged_span(log: impl FnOnce()) -> Value {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = fmt().json().with_current_span(true).with_span_list(false).fmt_fields(SpanFields);
        tracing::subscriber::with_default(layer.with_writer(move || writer.clone()).finish(), log);
        let bytes = lines.0.lock().expect("nobody panics with it").clone();
        let line: Value = serde_json::from_slice(&bytes).expect("the line is JSON");
        line["span"].clone()
    }

    #[test]
    fn fields_of_every_kind_reach_a_line_as_they_are() {
        let text = "a \"quoted\" \\ path,\nü\u{1}";
        let logged = logged_span(|| {
            let span = span!(Level::ERROR, "request", text, shown = %text, number = 7_u64, less = -7_i64, half = 0.5, is = true);
            span.in_scope(|| tracing::error!("said"));
        });

        let expected = json!({
            "name": "request", "text": text, "shown": text, "number": 7, "less": -7, "half": 0.5, "is": true,
        });
        assert_eq!(logged, expected);
    }

    #[test]
    fn a_field_that_is_recorded_later_is_added_and_replaces_the_one_before() {
        let logged = logged_span(|| {
            let span = span!(Level::ERROR, "request", first = 1_u64, later = tracing::field::Empty);
            span.record("later", "once").record("later", "twice");
            span.in_scope(|| tracing::error!("said"));
        });

        assert_eq!(logged, json!({ "name": "request", "first": 1, "later": "twice" }));
    }

    #[test]
    fn a_span_without_fields_has_its_name_alone() {
        let logged = logged_span(|| span!(Level::ERROR, "request").in_scope(|| tracing::error!("said")));

        assert_eq!(logged, json!({ "name": "request" }));
    }
}
