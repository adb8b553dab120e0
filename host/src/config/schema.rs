//! The JSON schema of the settings file: its types come from ours, descriptions and defaults from
//! `default-config.toml`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::file::SettingsFile;
use super::reference::documented;

/// Keywords that hold several schemas by name.
const BY_NAME: [&str; 2] = ["properties", "patternProperties"];

/// Keywords that hold a list of schemas.
const LISTED: [&str; 2] = ["anyOf", "oneOf"];

/// Keywords that hold one schema.
const SINGLE: [&str; 2] = ["items", "additionalProperties"];

/// Returns the schema for editors, with a description and the default of each key.
pub(crate) fn schema() -> Value {
    let mut schema = bare();
    for key in documented() {
        let Some(location) = key.way.iter().try_fold(&mut schema, |location, step| below(location, step)) else {
            continue;
        };
        if let Some(location) = location.as_object_mut() {
            location.extend((!key.words.is_empty()).then(|| ("description".to_owned(), key.words.into())));
            location.extend(key.default.map(|default| ("default".to_owned(), default)));
        }
    }
    schema["title"] = "Settings of insight-host".into();
    schema
}

/// Returns the schema without descriptions: the keys and their types.
pub(super) fn bare() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<SettingsFile>().to_value();
    strip(&mut schema);
    schema
}

/// Removes traces of our code: doc comments, names of types, and the null of an `Option`, which TOML does not have.
fn strip(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else { return };
    keywords.retain(|keyword, _| !matches!(keyword.as_str(), "title" | "description" | "format" | "default"));
    if let Some(Value::Array(types)) = keywords.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            keywords.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = keywords.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for keyword in LISTED {
        if let Some(Value::Array(forms)) = keywords.get_mut(keyword) {
            forms.retain(|form| form.get("type") != Some(&Value::from("null")));
            forms.iter_mut().for_each(strip);
        }
    }
    unwrap_single(keywords);
    for keyword in BY_NAME {
        if let Some(Value::Object(schemas)) = keywords.get_mut(keyword) {
            schemas.values_mut().for_each(strip);
        }
    }
    for keyword in SINGLE {
        if let Some(schema) = keywords.get_mut(keyword) {
            strip(schema);
        }
    }
}

/// Replaces an `anyOf` of one schema by that schema.
fn unwrap_single(keywords: &mut Map<String, Value>) {
    let Some(Value::Array(forms)) = keywords.get_mut("anyOf") else { return };
    if forms.len() == 1
        && let Some(Value::Object(form)) = forms.pop()
    {
        keywords.remove("anyOf");
        keywords.extend(form);
    }
}

/// Returns the schema of the key `name` in a table of `schema`, or in the tables of a list.
fn below<'a>(schema: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    let schema = if schema.get("items").is_some() { &mut schema["items"] } else { schema };
    if schema.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
        return schema["properties"].get_mut(name);
    }
    schema.get_mut("additionalProperties").filter(|any| any.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: &str = include_str!("../../insight-host.schema.json");

    #[test]
    fn the_committed_schema_is_what_is_made() {
        let made = format!("{:#}\n", schema());

        assert!(made == COMMITTED, "run: insight-host config schema > host/insight-host.schema.json");
    }

    #[test]
    fn what_is_written_as_text_is_text() {
        let schema = schema();

        assert_eq!(schema["properties"]["limits"]["properties"]["time"]["type"], "string");
        assert_eq!(schema["properties"]["limits"]["properties"]["time"]["default"], "4s");
        assert!(!COMMITTED.contains("nanos") && !COMMITTED.contains("null"));
    }

    #[test]
    fn every_key_says_what_it_means() {
        // What is somebody's own is described where it has a name.
        fn is_open(schema: &Value) -> bool {
            schema["additionalProperties"].is_object()
        }
        fn silent(key: &str, schema: &Value, found: &mut Vec<String>) {
            let Some(properties) = schema["properties"].as_object() else { return };
            for (name, schema) in properties {
                let key = format!("{key}.{name}");
                if schema["description"].as_str().is_none_or(str::is_empty) && !is_open(schema) {
                    found.push(key.clone());
                }
                silent(&key, schema, found);
                for more in [&schema["items"], &schema["additionalProperties"]] {
                    silent(&key, more, found);
                }
            }
        }
        let mut found = Vec::new();

        silent("", &schema(), &mut found);

        assert_eq!(found, [""; 0]);
    }
}
