//! The pairing of a connector's inputs and outputs with those of the table: by description, else by name.

use super::definition::{ActionInput, InputLocation, Shape};
use super::wording::{Likeness, compare, is_alike, similarity};
use contract::{Kind, Parameter};

/// An input or output of a connector that may be one of the table's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'d> {
    pub(super) name: &'d str,
    pub(super) location: InputLocation,
    pub(super) required: bool,
    pub(super) shape: &'d Shape,
    /// True if the platform fills it in, so that the agent need not know it.
    pub(super) is_filled_in: bool,
}

impl<'d> Candidate<'d> {
    /// Returns the inputs of an operation as candidates.
    pub(super) fn inputs(inputs: &'d [ActionInput]) -> Vec<Self> {
        let candidate = |input: &'d ActionInput| Self {
            name: &input.name,
            location: input.location,
            required: input.required,
            shape: &input.shape,
            is_filled_in: input.is_filled_in,
        };
        inputs.iter().map(candidate).collect()
    }

    /// Returns the members of an object as candidates.
    pub(super) fn members(of: &'d Shape) -> Vec<Self> {
        let candidate = |(name, shape): &'d (String, Shape)| Self {
            name,
            location: InputLocation::Body,
            required: of.required.contains(name),
            shape,
            is_filled_in: shape.internal && shape.default.is_some(),
        };
        of.properties.iter().map(candidate).collect()
    }
}

/// An input or output of the table that is looked for.
pub(super) struct Wanted<'w> {
    pub(super) name: &'w str,
    pub(super) description: &'w str,
    /// The descriptions of all inputs or outputs that are looked for.
    pub(super) all: &'w [&'w str],
}

/// Finds the candidate that has the description, else the name in any letter case, else a similar description.
///
/// A candidate that has the description of another input or output is that other one, whatever its name.
pub(super) fn find<'c, 'd>(
    candidates: &'c [Candidate<'d>],
    wanted: &Wanted<'_>,
) -> Option<(&'c Candidate<'d>, Likeness)> {
    let description = wanted.description;
    let exact = candidates.iter().find(|candidate| candidate.shape.description == description);
    let free = || candidates.iter().filter(|candidate| !wanted.all.contains(&candidate.shape.description.as_str()));
    let named = || free().find(|candidate| candidate.name.eq_ignore_ascii_case(wanted.name));
    let alike = || {
        let likely = free().filter(|candidate| is_alike(&candidate.shape.description, description));
        likely.max_by(|one, other| {
            let [one, other] = [one, other].map(|candidate| similarity(&candidate.shape.description, description));
            one.total_cmp(&other)
        })
    };
    let candidate = exact.or_else(named).or_else(alike)?;
    Some((candidate, compare(&candidate.shape.description, description)))
}

/// Finds an input of the table, one of `parameters`, among the candidates.
pub(super) fn find_input<'c, 'd>(
    candidates: &'c [Candidate<'d>],
    parameter: &Parameter,
    parameters: &[Parameter],
) -> Option<(&'c Candidate<'d>, Likeness)> {
    let all: Vec<&str> = parameters.iter().map(|parameter| parameter.description).collect();
    find(candidates, &Wanted { name: parameter.name, description: parameter.description, all: &all })
}

/// An input of the table, and its counterpart in a connector.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Its name in the table.
    pub(super) parameter: &'static str,
    /// Its name in the connector.
    pub(super) name: String,
    pub(super) location: InputLocation,
    /// The values that the connector enumerates.
    pub(super) values: Vec<String>,
    /// The pairs of its members, if it has any.
    pub(super) members: Vec<Pair>,
}

/// Pairs the inputs of the table with those of a connector. Inputs that it does not have are left out.
pub(super) fn pair(parameters: &'static [Parameter], candidates: &[Candidate<'_>]) -> Vec<Pair> {
    let pair = |parameter: &'static Parameter| {
        let (found, _) = find_input(candidates, parameter, parameters)?;
        let texts = found.shape.values.iter().filter_map(|value| value.as_str().map(str::to_owned));
        Some(Pair {
            parameter: parameter.name,
            name: found.name.to_owned(),
            location: found.location,
            values: texts.collect(),
            members: members(parameter.kind).map_or_else(Vec::new, |members| pair_members(members, found.shape)),
        })
    };
    parameters.iter().filter_map(pair).collect()
}

/// Pairs the members of an object, or of the objects of a list. An object that declares none counts as having all.
fn pair_members(parameters: &'static [Parameter], shape: &Shape) -> Vec<Pair> {
    let shape = object_of(shape);
    if shape.properties.is_empty() {
        return parameters.iter().map(Pair::by_name).collect();
    }
    pair(parameters, &Candidate::members(shape))
}

impl Pair {
    /// Returns the pair of an input that has the table's own name.
    pub(super) fn by_name(parameter: &'static Parameter) -> Self {
        let members = members(parameter.kind).unwrap_or_default().iter().map(Self::by_name).collect();
        let (name, location) = (parameter.name.to_owned(), InputLocation::Body);
        Self { parameter: parameter.name, name, location, values: Vec::new(), members }
    }
}

/// Returns the items of a list, else the object itself.
pub(super) fn object_of(shape: &Shape) -> &Shape {
    shape.items.as_deref().unwrap_or(shape)
}

/// Returns the members of an input, if it has any.
pub(super) fn members(kind: Kind) -> Option<&'static [Parameter]> {
    match kind {
        Kind::Object(members) | Kind::Objects(members) => Some(members),
        Kind::Text
        | Kind::Content
        | Kind::RecordType
        | Kind::CrmType
        | Kind::CrmOrgUrl
        | Kind::Addresses
        | Kind::Texts
        | Kind::DateTime
        | Kind::Count => None,
    }
}

/// Returns the documented type and format of an input.
pub(super) fn documented_type(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Text | Kind::Content | Kind::RecordType | Kind::CrmType | Kind::CrmOrgUrl | Kind::Addresses => {
            ("string", "")
        }
        Kind::DateTime => ("string", "date-time"),
        Kind::Count => ("integer", "int32"),
        Kind::Texts | Kind::Objects(_) => ("array", ""),
        Kind::Object(_) => ("object", ""),
    }
}
