//! Finds the first difference between a function's type and the expected one.

use std::fmt;

use wit_parser::{Function, FunctionKind, Handle, Resolve, Type, TypeDefKind};

use super::rejected::quoted;

/// A difference at one position of a function's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The position, such as "`items[].url` of its result".
    place: String,
    expected: String,
    found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.place, self.expected, quoted(&self.found))
    }
}

/// The text for a missing type.
const NOTHING: &str = "nothing";

/// Finds the first difference between the expected type of a function and its actual one.
///
/// Names of types and parameters do not matter, nor do the places of definitions: the engine compares structure
/// too.
pub(super) fn difference(expected: (&Resolve, &Function), found: (&Resolve, &Function)) -> Option<Difference> {
    let ((expected_in, expected), (found_in, found)) = (expected, found);
    let differs =
        |place: &str, expected: String, found: String| Some(Difference { place: place.to_owned(), expected, found });
    if is_async(expected) != is_async(found) {
        return differs("its kind", kind(expected).to_owned(), kind(found).to_owned());
    }
    if expected.params.len() != found.params.len() {
        return differs("its parameters", parameters(expected), parameters(found));
    }
    let comparison = |root: String| Comparison { expected: expected_in, found: found_in, root, path: String::new() };
    for (expected, found) in expected.params.iter().zip(&found.params) {
        let difference = comparison(format!("its parameter `{}`", expected.name)).types(expected.ty, found.ty);
        if difference.is_some() {
            return difference;
        }
    }
    comparison("its result".to_owned()).optional(expected.result, found.result)
}

fn is_async(function: &Function) -> bool {
    match function.kind {
        FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_) => true,
        FunctionKind::Freestanding
        | FunctionKind::Method(_)
        | FunctionKind::Static(_)
        | FunctionKind::Constructor(_) => false,
    }
}

fn kind(function: &Function) -> &'static str {
    if is_async(function) { "`async func`" } else { "`func`" }
}

fn parameters(function: &Function) -> String {
    let names: Vec<_> = function.params.iter().map(|parameter| parameter.name.as_str()).collect();
    format!("`({})`", names.join(", "))
}

/// A parallel walk through two types. The expected type guides it, so it ends whatever the other one is.
struct Comparison<'a> {
    expected: &'a Resolve,
    found: &'a Resolve,
    root: String,
    /// The position below the root, such as `items[].url`.
    path: String,
}

/// A field or a case: its name, and its type if it has one.
type NamedType<'a> = (&'a str, Option<Type>);

impl<'a> Comparison<'a> {
    fn types(&mut self, expected: Type, found: Type) -> Option<Difference> {
        let (expected, found) = (unaliased(self.expected, expected), unaliased(self.found, found));
        let (Type::Id(expected_id), Type::Id(found_id)) = (expected, found) else {
            return if expected == found { None } else { self.here(Some(expected), Some(found)) };
        };
        match (&self.expected.types[expected_id].kind, &self.found.types[found_id].kind) {
            (TypeDefKind::Option(expected), TypeDefKind::Option(found)) => self.types(*expected, *found),
            (TypeDefKind::List(expected), TypeDefKind::List(found)) => {
                self.below("[]", |walk| walk.types(*expected, *found))
            }
            (TypeDefKind::Result(expected), TypeDefKind::Result(found)) => self
                .optional(expected.ok, found.ok)
                .or_else(|| self.below("error", |walk| walk.optional(expected.err, found.err))),
            (expected_kind, found_kind) => match (members(expected_kind), members(found_kind)) {
                (Some(of), Some(with)) if expected_kind.as_str() == found_kind.as_str() => self.members(&of, &with),
                // The engine decides about kinds that our interface does not use.
                _ if expected_kind.as_str() == found_kind.as_str() => None,
                _ => self.here(Some(expected), Some(found)),
            },
        }
    }

    fn optional(&mut self, expected: Option<Type>, found: Option<Type>) -> Option<Difference> {
        match (expected, found) {
            (Some(expected), Some(found)) => self.types(expected, found),
            (None, None) => None,
            (expected, found) => self.here(expected, found),
        }
    }

    fn members(&mut self, expected: &[NamedType<'a>], found: &[NamedType<'a>]) -> Option<Difference> {
        let lacks = |members: &[NamedType<'a>], name: &str| !members.iter().any(|&(member, _)| member == name);
        if let Some(&(missing, kind)) = expected.iter().find(|(name, _)| lacks(found, name)) {
            let it = kind.map_or_else(|| "it".to_owned(), |kind| describe(self.expected, kind));
            return self.below(missing, |walk| walk.differs(it, NOTHING.to_owned()));
        }
        if let Some(&(extra, kind)) = found.iter().find(|(name, _)| lacks(expected, name)) {
            let it = kind.map_or_else(|| "it".to_owned(), |kind| describe(self.found, kind));
            return self.below(extra, |walk| walk.differs(NOTHING.to_owned(), it));
        }
        if expected.iter().map(|(name, _)| name).ne(found.iter().map(|(name, _)| name)) {
            return self.differs(in_order(expected), in_order(found));
        }
        expected
            .iter()
            .zip(found)
            .find_map(|(&(name, expected), &(_, found))| self.below(name, |walk| walk.optional(expected, found)))
    }

    /// Runs `walk` one step further down.
    fn below(&mut self, step: &str, walk: impl FnOnce(&mut Self) -> Option<Difference>) -> Option<Difference> {
        let length = self.path.len();
        if length > 0 && step != "[]" {
            self.path.push('.');
        }
        self.path.push_str(step);
        let difference = walk(self);
        self.path.truncate(length);
        difference
    }

    fn here(&self, expected: Option<Type>, found: Option<Type>) -> Option<Difference> {
        let of = |resolve, kind: Option<Type>| kind.map_or_else(|| NOTHING.to_owned(), |kind| describe(resolve, kind));
        self.differs(of(self.expected, expected), of(self.found, found))
    }

    fn differs(&self, expected: String, found: String) -> Option<Difference> {
        let place = match self.path.as_str() {
            "" => self.root.clone(),
            path => format!("`{}` of {}", quoted(path), self.root),
        };
        Some(Difference { place, expected, found })
    }
}

/// Returns the type at the end of a chain of aliases.
fn unaliased(resolve: &Resolve, mut of: Type) -> Type {
    while let Type::Id(id) = of
        && let TypeDefKind::Type(next) = resolve.types[id].kind
    {
        of = next;
    }
    of
}

/// Returns the fields of a record, or the cases of a variant or an enum; `None` for other types.
fn members(kind: &TypeDefKind) -> Option<Vec<NamedType<'_>>> {
    match kind {
        TypeDefKind::Record(record) => {
            Some(record.fields.iter().map(|field| (field.name.as_str(), Some(field.ty))).collect())
        }
        TypeDefKind::Variant(variant) => Some(variant.cases.iter().map(|case| (case.name.as_str(), case.ty)).collect()),
        TypeDefKind::Enum(cases) => Some(cases.cases.iter().map(|case| (case.name.as_str(), None)).collect()),
        _ => None,
    }
}

fn in_order(members: &[NamedType<'_>]) -> String {
    let names: Vec<_> = members.iter().map(|&(name, _)| name).collect();
    format!("the order `{}`", names.join(", "))
}

/// Describes a type, such as "`list<string>`" or "the record `activity`".
fn describe(resolve: &Resolve, of: Type) -> String {
    let of = unaliased(resolve, of);
    if let Type::Id(id) = of
        && let Some(name) = &resolve.types[id].name
        && members(&resolve.types[id].kind).is_some()
    {
        return format!("the {} `{name}`", resolve.types[id].kind.as_str());
    }
    format!("`{}`", notation(resolve, of, 4))
}

/// Formats a type in WIT notation, down to so many levels.
fn notation(resolve: &Resolve, of: Type, levels: usize) -> String {
    let Some(levels) = levels.checked_sub(1) else { return "…".to_owned() };
    let inner = |of: &Type| notation(resolve, *of, levels);
    let or_none = |of: &Option<Type>| of.as_ref().map_or_else(|| "_".to_owned(), inner);
    let id = match unaliased(resolve, of) {
        Type::Id(id) => id,
        primitive => return primitive_name(primitive).to_owned(),
    };
    let definition = &resolve.types[id];
    match &definition.kind {
        TypeDefKind::Option(of) => format!("option<{}>", inner(of)),
        TypeDefKind::List(of) => format!("list<{}>", inner(of)),
        TypeDefKind::Result(of) => format!("result<{}, {}>", or_none(&of.ok), or_none(&of.err)),
        TypeDefKind::Tuple(of) => format!("tuple<{}>", of.types.iter().map(inner).collect::<Vec<_>>().join(", ")),
        TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => inner(&Type::Id(*of)),
        kind => definition.name.clone().unwrap_or_else(|| kind.as_str().to_owned()),
    }
}

fn primitive_name(of: Type) -> &'static str {
    match of {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(_) => "a defined type",
    }
}
