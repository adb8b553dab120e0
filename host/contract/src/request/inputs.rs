//! The inputs of a request, in the order of the table.

use serde_json::{Map, Value};

use super::{query, value::Given};
use crate::{CrmKind, CrmRecord, Instant, InvalidRequest, Parameter};

/// The values of some parameters. Every required value is present.
#[derive(Debug)]
pub(super) struct Inputs {
    parameters: &'static [Parameter],
    /// Values in the order of `parameters`.
    values: Vec<Option<Given>>,
}

impl Inputs {
    pub(super) fn from_query(parameters: &'static [Parameter], query: &str) -> Result<Self, InvalidRequest> {
        let found = query::select(query, &parameters.iter().map(|parameter| parameter.name))?;
        Self::read(parameters, found, Given::from_query)
    }

    pub(super) fn from_object(
        parameters: &'static [Parameter],
        object: Map<String, Value>,
    ) -> Result<Self, InvalidRequest> {
        let found = match_names(object, &parameters.iter().map(|parameter| parameter.name))?;
        Self::read(parameters, found, Given::from_json)
    }

    fn read<T>(
        parameters: &'static [Parameter],
        found: Vec<Option<T>>,
        read: impl Fn(&Parameter, T) -> Result<Option<Given>, InvalidRequest>,
    ) -> Result<Self, InvalidRequest> {
        let values = parameters.iter().zip(found).map(|(parameter, found)| {
            let value = found.map(|found| read(parameter, found)).transpose()?.flatten();
            if value.is_none() && parameter.required {
                return Err(InvalidRequest::missing(parameter.name));
            }
            Ok(value)
        });
        let values = values.collect::<Result<_, _>>()?;
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

/// Finds `names` among the members of `object`, and returns their values in the order of `names`.
pub(crate) fn match_names<'name>(
    object: Map<String, Value>,
    names: &(impl Iterator<Item = &'name str> + Clone),
) -> Result<Vec<Option<Value>>, InvalidRequest> {
    let mut values: Vec<Option<Value>> = names.clone().map(|_| None).collect();
    for (name, value) in object {
        let mut candidates = names.clone().enumerate();
        let Some((index, name)) = candidates.find(|(_, known)| known.eq_ignore_ascii_case(&name)) else { continue };
        if values[index].replace(value).is_some() {
            return Err(InvalidRequest::repeated(name));
        }
    }
    Ok(values)
}
