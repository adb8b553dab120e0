//! Readers of the values of settings, whose errors name the expected form.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use bytesize::ByteSize;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use url::Url;

/// The longest duration: a year. A deadline beyond the range of the clock could not be computed.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Defines types that describe, in the schema of settings, values written as text of some form.
macro_rules! shown_in_schema {
    ($($(#[$doc:meta])* $name:ident: $schema:tt)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

shown_in_schema! {
    /// The schema of a [`duration`] in settings.
    Time: { "type": "string", "pattern": "^[0-9]" }
    /// The schema of a [`size`] in settings.
    Size: { "type": "string", "pattern": "^[0-9]" }
    /// The schema of secret text in settings, which is shown in no message and no list of settings.
    Secret: { "type": "string", "writeOnly": true }
    /// The schema of each of the [`config_values`] in settings.
    ConfigValue: { "type": ["string", "integer", "number", "boolean"] }
}

/// Reads a duration such as `"250ms"`, above zero and at most a year, into itself or an `Option`.
pub fn duration<'de, D: Deserializer<'de>, T: From<Duration>>(from: D) -> Result<T, D::Error> {
    from.deserialize_str(Text { expected: "a time such as \"250ms\" or \"2s\"", read: read_duration }).map(T::from)
}

/// Reads a size such as `"64MiB"`, above zero, into itself or an `Option`.
pub fn size<'de, D: Deserializer<'de>, T: From<ByteSize>>(from: D) -> Result<T, D::Error> {
    from.deserialize_str(Text { expected: "a size such as \"64MiB\"", read: read_size }).map(T::from)
}

/// Reads a whole number above zero.
pub fn fuel<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NonZeroU64>, D::Error> {
    from.deserialize_any(Fuel).map(Some)
}

/// Reads origins and normalizes each.
pub fn origins<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let origins = Vec::<OriginText>::deserialize(from)?;
    Ok(origins.into_iter().map(|origin| origin.0).collect())
}

/// Reads names of secrets.
pub fn secret_names<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<SecretName>::deserialize(from)?;
    Ok(names.into_iter().map(|name| name.0).collect())
}

/// Reads texts, numbers and booleans, and returns all of them as text.
pub fn config_values<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values = BTreeMap::<String, AnyText>::deserialize(from)?;
    Ok(values.into_iter().map(|(name, value)| (name, value.0)).collect())
}

/// A visitor that reads a value written as text.
struct Text<T> {
    expected: &'static str,
    /// The parser, which returns `None` for an unexpected text.
    read: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

fn read_duration(text: &str) -> Option<Duration> {
    let duration: jiff::SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero() && *duration <= LONGEST)
}

fn read_size(text: &str) -> Option<ByteSize> {
    text.parse().ok().filter(|size: &ByteSize| size.as_u64() > 0)
}

struct Fuel;

impl Visitor<'_> for Fuel {
    type Value = NonZeroU64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number above 0 such as 5_000_000_000")
    }

    fn visit_i64<E: Error>(self, fuel: i64) -> Result<NonZeroU64, E> {
        u64::try_from(fuel)
            .ok()
            .and_then(NonZeroU64::new)
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(fuel), &self))
    }

    fn visit_u64<E: Error>(self, fuel: u64) -> Result<NonZeroU64, E> {
        NonZeroU64::new(fuel).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(fuel), &self))
    }
}

struct OriginText(String);

impl<'de> Deserialize<'de> for OriginText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expected = "an origin without a path, such as \"https://api.contoso.com\"";
        from.deserialize_str(Text { expected, read: read_origin }).map(Self)
    }
}

fn read_origin(text: &str) -> Option<String> {
    let url: Url = text.parse().ok()?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_http = matches!(url.scheme(), "https" | "http");
    (is_bare && is_http).then(|| url.origin().ascii_serialization())
}

struct SecretName(String);

impl<'de> Deserialize<'de> for SecretName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let expected = "the name of a secret: 1 to 64 letters, digits, `-`, `_` or `.`";
        from.deserialize_str(Text { expected, read: read_secret_name }).map(Self)
    }
}

fn read_secret_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=64).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

struct AnyText(String);

impl<'de> Deserialize<'de> for AnyText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyScalar).map(Self)
    }
}

struct AnyScalar;

impl Visitor<'_> for AnyScalar {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true or false: write anything larger as JSON in a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    /// Keeps the fraction of `1.0`, so that a number with a fraction stays one.
    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        Ok(format!("{number:?}"))
    }
}
