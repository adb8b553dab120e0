//! A bounded reader of JSON from callers and plugins: strict about structure, lenient about the encoding of texts.

mod surrogates;

use std::{borrow::Cow, cell::Cell, fmt};

use serde::{
    de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
    ser::Error as _,
};
use serde_json::{Map, Number, Value};

use super::{InputRepairs, InvalidRequest, invalid_request::InputProblem, text};

/// The most bytes by which repairs may make a text longer: the memory for it was counted before.
const MOST_GROWTH: usize = 64 << 10;

/// A fault in the encoding of a JSON text that costs none of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EncodingFault {
    /// A byte order mark before the text, as .NET writes it.
    ByteOrderMark,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Half of a character that takes two UTF-16 code units.
    LoneSurrogate,
}

/// A JSON object, and the faults that were repaired before it could be read.
pub(super) struct ReadObject {
    pub(super) object: Map<String, Value>,
    pub(super) repaired: Vec<EncodingFault>,
}

/// Reads the body of a request, which must be one JSON object of at most `most_values` values, counted at every level.
/// Faults of its encoding are repaired.
///
/// # Errors
/// Fails if it is no such object.
pub fn read_body(
    body: &[u8],
    most_values: usize,
    repairs: &mut InputRepairs,
) -> Result<Map<String, Value>, InvalidRequest> {
    let read =
        read_object(body, most_values).map_err(|error| InvalidRequest::body(InputProblem::Json(error.to_string())))?;
    repairs.add_of_body(&read.repaired);
    Ok(read.object)
}

/// Reads `json` as one JSON object and nothing after it.
///
/// A byte order mark is skipped, and half a character becomes U+FFFD. Otherwise stricter than `serde_json`: it rejects
/// a name that occurs twice in an object, and more than `most_values` values in all, which bounds the memory that a
/// small text can expand to. More than 127 levels are rejected too.
pub(super) fn read_object(json: &[u8], most_values: usize) -> Result<ReadObject, serde_json::Error> {
    let (text, mut repaired) = decode(json);
    if text.len() > json.len() + MOST_GROWTH {
        return Err(serde_json::Error::custom("it must be UTF-8"));
    }
    // The library reads no lone surrogate, so that only what it rejects is searched for them.
    let value = read(&text, most_values).or_else(|error| {
        let Cow::Owned(replaced) = surrogates::replace_lone(&text) else { return Err(error) };
        repaired.push(EncodingFault::LoneSurrogate);
        read(&replaced, most_values)
    });
    match value? {
        Value::Object(object) => Ok(ReadObject { object, repaired }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(serde_json::Error::custom("it must be an object"))
        }
    }
}

/// Decodes the bytes of a JSON text, and lists the faults that were repaired.
fn decode(json: &[u8]) -> (Cow<'_, str>, Vec<EncodingFault>) {
    let mut repaired = Vec::new();
    let whole = json.strip_prefix(b"\xef\xbb\xbf").inspect(|_| repaired.push(EncodingFault::ByteOrderMark));
    let text = String::from_utf8_lossy(whole.unwrap_or(json));
    if matches!(text, Cow::Owned(_)) {
        repaired.push(EncodingFault::NotUtf8);
    }
    (text, repaired)
}

fn read(json: &str, most_values: usize) -> Result<Value, serde_json::Error> {
    let left = Cell::new(most_values);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = Strict { left: &left }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
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

        let read = read_object(text, 100).expect("valid JSON");

        assert_eq!(Value::Object(read.object).to_string().as_bytes(), text);
        assert_eq!(read.repaired, []);
    }

    #[test]
    fn a_fault_of_the_encoding_costs_no_value() {
        for (text, expected, fault) in [
            (&b"\xef\xbb\xbf{\"a\":\"x\"}"[..], "x", EncodingFault::ByteOrderMark),
            (br#"{"a":"cut \ud83d"}"#, "cut \u{fffd}", EncodingFault::LoneSurrogate),
            (b"{\"a\":\"cut \xf0\x9f\x98\"}", "cut \u{fffd}", EncodingFault::NotUtf8),
        ] {
            let read = read_object(text, 100).expect("it is repaired");

            assert_eq!(read.object["a"], expected);
            assert_eq!(read.repaired, [fault]);
        }
    }

    #[test]
    fn a_text_that_is_hardly_utf_8_is_refused() {
        let text = |bad: usize| [&b"{\"a\":\""[..], &vec![0xff; bad], b"\"}"].concat();

        assert!(read_object(&text(1_000), 100).is_ok());
        assert!(read_object(&text(100_000), 100).is_err());
    }

    #[test]
    fn what_no_careful_sender_sends_is_refused() {
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let texts: [&[u8]; 9] = [
            b"",
            b"[]",
            &utf16,
            deep.as_bytes(),
            br#"{"a":1e999}"#,
            br#"{"a":[1,]}"#,
            br#"{"a":1,"a":1}"#,
            br#"{"x":[{"a":1,"a":1}]}"#,
            b"{} {}",
        ];

        for text in texts {
            assert!(read_object(text, 1_000).is_err(), "{}", String::from_utf8_lossy(&text[..text.len().min(40)]));
        }
    }

    #[test]
    fn values_are_counted_at_every_level() {
        assert!(read("[[1,2],{\"a\":3}]", 6).is_ok());
        assert!(read("[[1,2],{\"a\":3}]", 5).is_err());
    }
}
