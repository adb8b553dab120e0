//! The inputs of a request, in the order of the table.

use serde_json::{Map, Value};

use super::{query, value::Given};
use crate::{CrmKind, CrmRecord, InputRepair, InputRepairs, Instant, InvalidRequest, JsonPath, Kind, Parameter};

/// The values of some parameters. Every required value is present.
#[derive(Debug)]
pub(super) struct Inputs {
    parameters: &'static [Parameter],
    /// Values in the order of `parameters`.
    values: Vec<Option<Given>>,
}

impl Inputs {
    pub(super) fn from_query(
        parameters: &'static [Parameter],
        query: &str,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        let found = query::select(query, &parameters.iter().map(|parameter| parameter.name))?;
        Self::read(parameters, found, &JsonPath::Root, repairs, Given::from_query)
    }

    /// Reads the members of `object`, which is at `path` in a body.
    pub(super) fn from_object(
        parameters: &'static [Parameter],
        object: Map<String, Value>,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
    ) -> Result<Self, InvalidRequest> {
        let found = match_names(object, &parameters.iter().map(|parameter| parameter.name), path)?;
        Self::read(parameters, found, path, repairs, Given::from_json)
    }

    fn read<T>(
        parameters: &'static [Parameter],
        found: Vec<Option<T>>,
        path: &JsonPath<'_>,
        repairs: &mut InputRepairs,
        read: impl Fn(Kind, T, &JsonPath<'_>, &mut InputRepairs) -> Result<Option<Given>, InvalidRequest>,
    ) -> Result<Self, InvalidRequest> {
        let mut values = Vec::with_capacity(parameters.len());
        for (parameter, found) in parameters.iter().zip(found) {
            let here = JsonPath::Member(path, parameter.name);
            let value = match found.map_or(Ok(None), |found| read(parameter.kind, found, &here, repairs)) {
                Err(_) if may_be_ignored(parameter) => {
                    repairs.add(&here, InputRepair::Ignored);
                    None
                }
                read => read?,
            };
            if value.is_none() && parameter.required {
                return Err(InvalidRequest::missing(here.to_string()));
            }
            values.push(value);
        }
        Ok(Self { parameters, values })
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let Given::Text(text) = self.take(name)? else { return None };
        Some(text)
    }

    /// The texts of a list, or an empty list if it is absent.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(Given::Texts(texts)) = self.take(name) else { return Vec::new() };
        texts
    }

    pub(super) fn crm_kind(&mut self, name: &str) -> Option<CrmKind> {
        let Given::CrmKind(kind) = self.take(name)? else { return None };
        Some(kind)
    }

    pub(super) fn instant(&mut self, name: &str) -> Option<Instant> {
        let Given::Instant(instant) = self.take(name)? else { return None };
        Some(instant)
    }

    pub(super) fn count(&mut self, name: &str) -> Option<u32> {
        let Given::Count(count) = self.take(name)? else { return None };
        Some(count)
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Self> {
        let Given::Object(object) = self.take(name)? else { return None };
        Some(object)
    }

    /// The objects of a list, or an empty list if it is absent.
    pub(super) fn objects(&mut self, name: &str) -> Vec<Self> {
        let Some(Given::Objects(objects)) = self.take(name) else { return Vec::new() };
        objects
    }

    /// The record that two parameters name together. One of them alone names no record: agents send both or neither.
    pub(super) fn record(&mut self, record_type: &str, record_id: &str) -> Option<CrmRecord> {
        Some(CrmRecord { record_type: self.text(record_type)?, record_id: self.text(record_id)? })
    }

    /// Takes a value out. Names match regardless of case, because one operation's are documented with capitals.
    fn take(&mut self, name: &str) -> Option<Given> {
        let index = self.parameters.iter().position(|parameter| parameter.name.eq_ignore_ascii_case(name))?;
        self.values[index].take()
    }
}

/// Returns whether a value of `parameter` that cannot be read counts as absent. A page or an organization other than
/// the one that is asked for would be a wrong answer.
fn may_be_ignored(parameter: &Parameter) -> bool {
    !parameter.required && !matches!(parameter.kind, Kind::Count | Kind::CrmOrgUrl)
}

/// Finds `names` among the members of `object`, which is at `path`, and returns their values in the order of `names`.
pub(crate) fn match_names<'name>(
    object: Map<String, Value>,
    names: &(impl Iterator<Item = &'name str> + Clone),
    path: &JsonPath<'_>,
) -> Result<Vec<Option<Value>>, InvalidRequest> {
    let mut values: Vec<Option<Value>> = names.clone().map(|_| None).collect();
    for (name, value) in object {
        let mut candidates = names.clone().enumerate();
        let Some((index, name)) = candidates.find(|(_, known)| known.eq_ignore_ascii_case(&name)) else { continue };
        if values[index].replace(value).is_some() {
            return Err(InvalidRequest::repeated(JsonPath::Member(path, name).to_string()));
        }
    }
    Ok(values)
}
