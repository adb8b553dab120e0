//! Reasons why a component cannot be a plugin, in texts for its author.

use std::fmt;

use super::difference::Difference;
use super::envelope::DEEPEST;
use super::expected::{MAJOR, MINOR};
use crate::proposals::UsedProposals;
use contract::Printable;

/// The reason a component cannot be a plugin. A few lines of text, however long the names in the component are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentRejected {
    /// The file is empty.
    #[error("the file is empty: was its build interrupted?")]
    Empty,
    /// The file is of another kind, which is described.
    #[error("it is {0}, not WebAssembly: give the component that the build made, such as `contoso-hub.wasm`")]
    NotWasm(&'static str),
    /// The file is the host's own compiled form of a component.
    #[error("it is already compiled (a `.cwasm`), which only the host may do: give the original component")]
    Precompiled,
    /// The file is a core module, which has no interfaces.
    #[error(
        "it is a core module, not a component: build it with `--target wasm32-wasip2`, \
         or make it one by `wasm-tools component new`"
    )]
    CoreModule,
    /// The file has an unknown layer or version of WebAssembly.
    #[error("it is WebAssembly of an unknown version: build it with current tools, as a component")]
    UnknownWasm,
    /// The component has no code.
    #[error("it holds an interface (WIT) but no code: give the component that implements it")]
    InterfaceOnly,
    /// The file is truncated.
    #[error("it is truncated: was the copy interrupted? Copy it to another name, then rename it")]
    CutShort,
    /// Components are nested too deeply.
    #[error("it nests components more than {DEEPEST} deep, which no toolchain does: compose it from fewer layers")]
    NestedTooDeep,
    /// The file is not a valid component.
    #[error("it is not a valid component: {}: build it again with current tools", quoted(.0))]
    Malformed(String),
    /// The component is valid only with proposals that the engine refuses.
    #[error(transparent)]
    Proposals(UsedProposals),
    /// The component implements no capability.
    #[error(
        "it implements no capability. It exports {}, but must export at least one of {} \
         of `insight:provider@{MAJOR}.{MINOR}.0`",
        list(exports),
        list(capabilities)
    )]
    NothingOfOurs {
        /// All its exports.
        exports: Vec<String>,
        /// The exports it could have.
        capabilities: Vec<&'static str>,
    },
    /// The component does not match our interface in one or several places.
    #[error(transparent)]
    Unfit(Misfits),
}

/// All mismatches, one per line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Misfits(pub(super) Vec<Misfit>);

impl fmt::Display for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 8;
        for (index, misfit) in self.0.iter().take(MOST).enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{misfit}")?;
        }
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// A mismatch between a component and our interface.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misfit {
    /// An interface of ours in a version that is not served.
    #[error(
        "it {verb} `{}`, but this host serves version {MAJOR}.{MINOR}: build it against `insight:provider@{MAJOR}.{MINOR}.0`",
        quoted(name)
    )]
    OtherVersion { name: String, verb: &'static str },
    /// An import of ours that does not exist, or not yet.
    #[error("it imports {}, {}", quoted(what), lacking(needs.as_deref()))]
    NotOffered {
        what: String,
        /// The version of the host that has it.
        needs: Option<String>,
    },
    /// An import that is not ours.
    #[error("it imports `{}`: {remedy}", quoted(name))]
    Foreign { name: String, remedy: &'static str },
    /// An interface with a function missing.
    #[error("it exports `{}` without the function `{function}`: implement that too", quoted(interface))]
    Missing { interface: String, function: String },
    /// A function with another type.
    #[error("`{}` has another type: {difference}", quoted(function))]
    Differs { function: String, difference: Difference },
}

fn lacking(needs: Option<&str>) -> String {
    match needs {
        Some(needs) => format!(
            "which needs a host of {needs}: this one serves {MAJOR}.{MINOR}, so update it, or build against \
             `insight:provider@{MAJOR}.{MINOR}.0`"
        ),
        None => format!("which `insight:provider@{MAJOR}.{MINOR}.0` does not have: correct its world"),
    }
}

/// Lists names in backticks, or `nothing`.
fn list(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 10;
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let mut list: Vec<_> = names.iter().take(MOST).map(|name| format!("`{}`", quoted(name.as_ref()))).collect();
    if names.len() > MOST {
        list.push(format!("{} more", names.len() - MOST));
    }
    list.join(", ")
}

/// Returns a component's text, truncated and escaped.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 150;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", Printable(&text[..end])),
        None => Printable(text).to_string(),
    }
}
