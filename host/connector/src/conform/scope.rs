//! The extent of a check.

/// The parts of a definition that are checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckScope {
    /// True if operations that do not concern the agent are checked and listed too.
    pub all: bool,
    /// The origin of the definition.
    pub origin: DefinitionOrigin,
}

/// The origin of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefinitionOrigin {
    /// A file that is imported into Power Platform.
    #[default]
    Import,
    /// The definition that a service publishes of itself, for any reader.
    Service,
}
