//! An item of an answer, checked and written according to the fields of its operation.
//!
//! The five capabilities that answer in pages differ in their fields only. Checking, merging and writing an answer are
//! therefore one piece of code over the table of operations, and a second version of an operation costs only a row.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    Field, FieldKind, Instant,
    line::line,
    link,
    operation::is_content_type,
    properties,
    repair::{Change, Flaw, Repairs},
    text,
};

/// Longest text for which no length is documented, in UTF-16 code units.
const LONGEST_TEXT: usize = 4_096;

/// Longest identifier, in UTF-16 code units.
const LONGEST_IDENTIFIER: usize = 512;

/// The value that a provider returns for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The value of any kind of field but properties.
    Text(String),
    /// Names and values, in display order.
    Properties(Vec<(String, String)>),
}

/// A checked item of an answer, whose values satisfy every rule of their fields.
#[derive(Clone, Debug)]
pub struct Insight {
    fields: &'static [Field],
    /// Values in the order of `fields`. Every required value is present.
    values: Vec<Option<Value>>,
}

impl Insight {
    /// Checks `draft`, the values of `fields` in their order, as the next item of an answer.
    ///
    /// A value is repaired if that does not change its meaning. An optional value beyond repair is dropped; a required
    /// one beyond repair leaves the whole item out.
    pub fn check(fields: &'static [Field], draft: Vec<Option<Value>>, repairs: &mut Repairs) -> Option<Self> {
        repairs.begin_item("value");
        let mut values = draft;
        values.resize(fields.len(), None);
        for (field, value) in fields.iter().zip(&mut values) {
            let checked = value.take().map_or(Err(Flaw::Missing), |value| field.check(value, repairs));
            match checked {
                Ok(checked) => *value = Some(checked),
                Err(because) if field.required => {
                    repairs.leave_out(field.name, because);
                    return None;
                }
                Err(Flaw::Missing) => {}
                Err(because) => repairs.repair(field.name, Change::Dropped { because }),
            }
        }
        Some(Self { fields, values })
    }

    /// The fields that have a value, in the order of the table.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.fields.iter().zip(&self.values).filter_map(|(field, value)| Some((field, value.as_ref()?)))
    }

    /// The value of the field of this name, if it has one.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        self.values[index].as_ref()
    }
}

impl Serialize for Insight {
    /// Writes an object of the fields that have a value, in the order of the table.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (field, value) in self.entries() {
            object.serialize_entry(field.name, value)?;
        }
        object.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Properties(properties) => {
                serializer.collect_map(properties.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl Field {
    /// Checks `value` and repairs it by the rule of the field's kind.
    fn check(&self, value: Value, repairs: &mut Repairs) -> Result<Value, Flaw> {
        match value {
            Value::Text(text) => self.check_text(text, repairs).map(Value::Text),
            Value::Properties(draft) if self.kind == FieldKind::Properties => {
                let properties = properties::check(self.name, draft, repairs);
                (!properties.is_empty()).then_some(Value::Properties(properties)).ok_or(Flaw::Missing)
            }
            Value::Properties(_) => Err(Flaw::Unknown),
        }
    }

    fn check_text(&self, text: String, repairs: &mut Repairs) -> Result<String, Flaw> {
        if text.trim().is_empty() {
            return Err(Flaw::Missing);
        }
        match self.kind {
            FieldKind::Text => {
                let line = line(self.name, text, self.max_length.unwrap_or(LONGEST_TEXT), repairs);
                // A text of control characters alone is now empty.
                if line.is_empty() { Err(Flaw::Missing) } else { Ok(line) }
            }
            FieldKind::Identifier => identifier(&text),
            FieldKind::DateTime => self.instant(&text, repairs),
            FieldKind::Url => link::web(&text).ok_or(Flaw::NoWebAddress),
            FieldKind::ContentType if is_content_type(&text) => Ok(text),
            FieldKind::ContentType | FieldKind::Properties => Err(Flaw::Unknown),
        }
    }

    fn instant(&self, text: &str, repairs: &mut Repairs) -> Result<String, Flaw> {
        let (instant, is_complete) = Instant::parse_noting_gaps(text.trim()).ok_or(Flaw::NoInstant)?;
        if !is_complete {
            repairs.repair(self.name, Change::Completed);
        }
        Ok(instant.to_string())
    }
}

/// Checks an identifier. It is never truncated, because a shorter identifier would name another thing.
fn identifier(text: &str) -> Result<String, Flaw> {
    let trimmed = text::trim(text);
    if trimmed.is_empty() {
        return Err(Flaw::Missing);
    }
    if text::has_hidden(trimmed) {
        return Err(Flaw::ControlCharacters);
    }
    if text::is_longer(trimmed, LONGEST_IDENTIFIER) {
        return Err(Flaw::TooLong { most: LONGEST_IDENTIFIER });
    }
    Ok(trimmed.to_owned())
}

#[cfg(test)]
mod tests;
