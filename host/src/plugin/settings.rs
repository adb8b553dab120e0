//! Settings that a plugin's author supplies beside the component, in `NAME.toml`.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::Deserialize;

use contract::Printable;
use contract::values::{Size, Time, config_values, duration, fuel, origins, secret_names, size};
use engine::Limits;

/// An author's settings. All are optional, and an absent file sets none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuthorSettings {
    /// The position of the provider among others: lower numbers answer first. The operator's own order takes
    /// precedence.
    pub(crate) order: Option<i32>,
    /// Limits the author requests. They can tighten the operator's, never widen them.
    pub(crate) limits: LimitWishes,
    /// Values that the plugin reads through the interface `config`. Numbers and booleans of the file become
    /// text.
    #[serde(deserialize_with = "config_values")]
    pub(crate) config: BTreeMap<String, String>,
    /// Egress that the plugin requests. Grants nothing.
    pub(crate) wishes: Wishes,
}

/// Limits per call, as far as they are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitWishes {
    /// Wall-clock time, such as `"250ms"`.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "Time")]
    pub time: Option<Duration>,
    /// Work, in wasmtime's units of fuel: about one per instruction.
    #[serde(deserialize_with = "fuel")]
    pub fuel: Option<NonZeroU64>,
    /// Memory, summed over the instance, such as `"64MiB"`.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub memory: Option<ByteSize>,
    /// The size of its answer.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub answer: Option<ByteSize>,
    /// The size of a card, serialised.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub card: Option<ByteSize>,
    /// The size of a card from which the log warns.
    #[serde(rename = "card-warning", deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub card_warning: Option<ByteSize>,
    /// The size of its log.
    #[serde(deserialize_with = "size")]
    #[schemars(with = "Size")]
    pub log: Option<ByteSize>,
}

/// Egress that a plugin requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Wishes {
    /// Origins to send HTTP requests to, such as `https://api.contoso.com`: in lower case, without a default port.
    #[serde(deserialize_with = "origins")]
    pub(crate) http: Vec<String>,
    /// Names of secrets.
    #[serde(deserialize_with = "secret_names")]
    pub(crate) secrets: Vec<String>,
    /// The key-value cache.
    pub(crate) key_value: bool,
    /// The identity of the caller.
    pub(crate) caller: bool,
    /// The caller's sign-in name, besides its identity.
    pub(crate) user_name: bool,
}

impl LimitWishes {
    /// Returns these limits, with `fallback`'s where none is set.
    #[must_use]
    pub(crate) fn or(self, fallback: Limits) -> Limits {
        Limits {
            time: self.time.unwrap_or(fallback.time),
            fuel: self.fuel.unwrap_or(fallback.fuel),
            memory: self.memory.unwrap_or(fallback.memory),
            answer: self.answer.unwrap_or(fallback.answer),
            card: self.card.unwrap_or(fallback.card),
            card_warning: self.card_warning.unwrap_or(fallback.card_warning),
            log: self.log.unwrap_or(fallback.log),
        }
    }
}

impl AuthorSettings {
    /// The largest file that is read, in bytes.
    pub(crate) const MAX_SIZE: u64 = 64 << 10;

    /// Parses settings from the bytes of `file`. The path is only for errors.
    ///
    /// # Errors
    ///
    /// Fails with the line and key to change, and its permitted values.
    pub(crate) fn parse(bytes: &[u8], file: &Path) -> Result<Self, AuthorSettingsError> {
        let at = |line, key: String, problem: &str| AuthorSettingsError {
            file: file.to_owned(),
            line,
            key,
            problem: clean(problem),
        };
        if bytes.len() as u64 > Self::MAX_SIZE {
            return Err(at(None, String::new(), "it is larger than 64KiB: keep data inside the component"));
        }
        let text = str::from_utf8(bytes).map_err(|error| {
            let line = Some(line_of(bytes, error.valid_up_to()));
            at(line, String::new(), "it is not UTF-8: save it in that encoding")
        })?;
        let line_at = |error: &toml::de::Error| error.span().map(|span| line_of(bytes, span.start));

        let document =
            toml::Deserializer::parse(text).map_err(|error| at(line_at(&error), String::new(), error.message()))?;
        serde_path_to_error::deserialize(document).map_err(|error| {
            // The path of the whole document is a single dot.
            let key = error.path().to_string();
            let key = if key == "." { String::new() } else { key };
            let error = error.into_inner();
            at(line_at(&error), key, error.message())
        })
    }
}

/// An author's settings cannot be read. The message has one or two lines, whatever the file contains.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{}: {problem}", file.display(), shown_line(*line), shown_key(key))]
pub(crate) struct AuthorSettingsError {
    file: PathBuf,
    /// The line, counted from 1.
    line: Option<usize>,
    /// The key, such as `limits.time`; empty if the error concerns no single key.
    key: String,
    problem: String,
}

impl AuthorSettingsError {
    /// Returns the message without the file, which its reader knows.
    pub(crate) fn without_file(&self) -> String {
        let Self { line, key, problem, .. } = self;
        let place = format!("{}{}", shown_line(*line), shown_key(key));
        let place = place.trim_start_matches(", ");
        if place.is_empty() { problem.clone() } else { format!("{place}: {problem}") }
    }
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes.iter().take(offset).filter(|&&byte| byte == b'\n').count()
}

fn shown_line(line: Option<usize>) -> String {
    line.map(|line| format!(", line {line}")).unwrap_or_default()
}

fn shown_key(key: &str) -> String {
    if key.is_empty() {
        return String::new();
    }
    format!(", `{}`", clean(key))
}

/// Truncates and escapes text of the file, and joins it in one line.
fn clean(text: &str) -> String {
    const MOST: usize = 200;
    let text = text.trim().replace('\n', ", ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", Printable(&text[..end])),
        None => Printable(&text).to_string(),
    }
}

#[cfg(test)]
mod tests;
