//! A strict and bounded reader of JSON from callers and plugins.

pub(super) mod surrogates;

use std::{cell::Cell, fmt};

use serde::{
    de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
    ser::Error as _,
};
use serde_json::{Map, Number, Value};

use super::text;

/// Reads `json` as one JSON value and nothing after it.
///
/// Stricter than `serde_json`: it rejects a name that occurs twice in an object, and more than `most_values` values in
/// all, which bounds the memory that a small text can expand to. More than 127 levels are rejected too.
pub(super) fn read(json: &[u8], most_values: usize) -> Result<Value, serde_json::Error> {
    let left = Cell::new(most_values);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Strict { left: &left }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads `json` like [`read`], and rejects anything but an object.
pub(super) fn read_object(json: &[u8], most_values: usize) -> Result<Map<String, Value>, serde_json::Error> {
    match read(json, most_values)? {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(serde_json::Error::custom("it must be an object"))
        }
    }
}

/// The builder of a value, with the number of values that are `left`.
#[derive(Clone, Copy)]
struct Strict<'count> {
    left: &'count Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(de::Error::custom("it holds too many values"));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(self)? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(format_args!("`{}` occurs twice in an object", text::quoted(&name))));
            }
            object.insert(name, members.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let text = br#"{"a":[1,-2,2.5,true,null,"x"],"b":{}}"#;

        let value = read(text, 100).expect("valid JSON");

        assert_eq!(value.to_string().as_bytes(), text);
    }

    #[test]
    fn what_no_careful_sender_sends_is_refused() {
        let deep = "[".repeat(100_000);
        let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let texts: [&[u8]; 9] = [
            b"",
            b"\xef\xbb\xbf{}",
            &utf16,
            deep.as_bytes(),
            b"1e999",
            b"[1,]",
            br#"{"a":1,"a":1}"#,
            br#"{"x":[{"a":1,"a":1}]}"#,
            b"{} {}",
        ];

        for text in texts {
            assert!(read(text, 1_000).is_err(), "{}", String::from_utf8_lossy(&text[..text.len().min(40)]));
        }
    }

    #[test]
    fn values_are_counted_at_every_level() {
        assert!(read(b"[[1,2],{\"a\":3}]", 6).is_ok());
        assert!(read(b"[[1,2],{\"a\":3}]", 5).is_err());
    }
}
