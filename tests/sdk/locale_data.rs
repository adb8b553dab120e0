//! The locales that the SDK embeds, made from `sdk/locales.json`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::{sdk, sdk_json};

const EMBEDDED: &str = "rust/src/locale/data.rs";

/// Writes a text or a list of texts as Rust has it.
fn rust(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(values) => format!("[{}]", values.iter().map(rust).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Lists the members of an object by name, whatever order features of `serde_json` give them.
fn members(object: &Value) -> BTreeMap<&String, &Value> {
    object.as_object().into_iter().flatten().collect()
}

/// Writes names of months with bars between.
fn joined(months: &Value) -> String {
    let months: Vec<&str> = months.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{:?}", months.join("|"))
}

fn list(members: impl Iterator<Item = String>) -> String {
    format!("&[{}]", members.collect::<Vec<_>>().join(", "))
}

/// Writes the members of an object as pairs.
fn pairs(object: &Value) -> String {
    list(members(object).into_iter().map(|(name, value)| format!("({name:?}, {})", rust(value))))
}

fn condition(condition: &Value) -> String {
    let inside = condition.get("in").is_some();
    let range = &condition[if inside { "in" } else { "notIn" }];
    let modulus = condition.get("mod").unwrap_or(&Value::Null).as_u64().unwrap_or_default();
    format!("Condition {{ modulus: {modulus}, range: ({}, {}), inside: {inside} }}", range[0], range[1])
}

fn plural(rules: &Value) -> String {
    let each =
        |value: &Value, write: &dyn Fn(&Value) -> String| list(value.as_array().into_iter().flatten().map(write));
    list(members(rules).into_iter().map(|(category, any)| {
        let (first, rest) = category.split_at(1);
        format!("(Plural::{}{rest}, {})", first.to_uppercase(), each(any, &|all| each(all, &condition)))
    }))
}

/// Writes the source that holds all locales.
fn source(file: &Value) -> String {
    let mut source = format!(
        "//! {}. Written from `sdk/locales.json` by the test `locale_data` with WRITE=1.\n\n\
         use super::format::LocaleData;\nuse super::plural::{{Condition, Plural}};\n\n\
         /// Codes, symbols and digits of currencies.\n\
         pub(super) static CURRENCIES: &[(&str, &str, usize)] = &[\n",
        file["source"].as_str().unwrap_or_default(),
    );
    for (code, currency) in members(&file["currencies"]) {
        let _ = writeln!(source, "    ({code:?}, {}, {}),", rust(&currency["symbol"]), currency["digits"]);
    }
    source += "];\n\npub(super) static LOCALES: &[LocaleData] = &[\n";
    for (tag, locale) in members(&file["locales"]) {
        let form = |name: &str| rust(&locale[name]);
        let _ = write!(
            source,
            "    LocaleData {{\n        tag: {tag:?}, date: {}, long_date: {},\n        months: {},\n        \
             short_months: {},\n        decimal: {}, group: {}, grouped_from: {},\n        \
             number: {}, percent: {}, money: {},\n        symbols: {},\n        plural: {},\n    }},\n",
            form("date"),
            form("longDate"),
            joined(&locale["months"]),
            joined(&locale["shortMonths"]),
            form("decimal"),
            form("group"),
            form("groupedFrom"),
            form("number"),
            form("percent"),
            form("money"),
            pairs(&locale["symbols"]),
            plural(&locale["plural"]),
        );
    }
    source + "];\n"
}

#[test]
fn the_embedded_locales_are_those_of_the_file() {
    let source = source(&sdk_json("locales.json"));
    if std::env::var_os("WRITE").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk").join(EMBEDDED);
        std::fs::write(path, &source).expect("the source can be written");
    }

    assert!(source == sdk(EMBEDDED), "{EMBEDDED} is of another `locales.json`: run this test with WRITE=1");
}
