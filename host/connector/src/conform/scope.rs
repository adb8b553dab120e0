//! The extent of a check.

/// The parts of a definition that are checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// True if operations that do not concern the agent are checked and listed too.
    pub all: bool,
    /// The origin of the definition.
    pub origin: Origin,
}

/// The origin of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// A file that is imported into Power Platform.
    #[default]
    Import,
    /// The definition that a service publishes of itself, for any reader.
    Service,
}
