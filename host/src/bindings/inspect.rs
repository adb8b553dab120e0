//! Says, in words, what a component is and whether it keeps to our interface.

mod envelope;

pub(crate) use self::envelope::ends_early;

/// What a component offers and asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Capability interfaces it exports, such as `record-summary`, in the order of their names.
    pub provides: Vec<String>,
    /// Whether it exports `about`.
    pub about: bool,
    /// Whether it exports `lifecycle`.
    pub lifecycle: bool,
    /// Everything it imports, such as `wasi:io/streams@0.2.6`.
    pub imports: Vec<String>,
    /// Exports that mean nothing to this host, which ignores them.
    pub unknown_exports: Vec<String>,
    /// Whether its types could be read as WIT. If not, all the above is empty and the engine must judge.
    pub understood: bool,
}

/// Why a component cannot be a plugin, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file is empty.
    #[error("x")]
    Empty,
}

/// Inspects the bytes of a component.
///
/// # Errors
///
/// What its author has to change.
pub fn inspect(wasm: &[u8]) -> Result<Inspection, Refusal> { todo!() }
