//! The mapping from the contract's repairs to rules. The host repairs such flaws in a plugin's answer; other connectors
//! pass them on to the agent.

use crate::conform::Rule;
use contract::{Change, Flaw, Note};

/// Returns the rule that a repair stands for.
pub fn note(note: &Note) -> Rule {
    match &note.change {
        Change::Cut { .. } | Change::CutToWords { .. } => Rule::TextTooLong,
        Change::Cleaned => Rule::TextUnclean,
        Change::Completed => Rule::DateInvalid,
        Change::NearlyTooLarge { .. } => Rule::CardLarge,
        Change::Surplus { .. } => Rule::PageTooLong,
        Change::Dropped { because } | Change::LeftOut { because } | Change::PartLeftOut { because } => {
            flaw(*because, note.field)
        }
    }
}

fn flaw(flaw: Flaw, field: &str) -> Rule {
    match flaw {
        Flaw::Missing if field == "additionalProperties" => Rule::PropertiesUnclean,
        Flaw::Missing if field == "adaptiveCard" => Rule::CardLink,
        Flaw::Missing => Rule::RequiredMissing,
        Flaw::TooLong { .. } => Rule::TextTooLong,
        Flaw::ControlCharacters => Rule::TextUnclean,
        Flaw::NoInstant => Rule::DateInvalid,
        Flaw::NoWebAddress => Rule::UrlInvalid,
        Flaw::Unknown => Rule::ValueUnknown,
        Flaw::TooMany { .. } | Flaw::Repeated => Rule::PropertiesUnclean,
        Flaw::NoColor | Flaw::NoIcon | Flaw::NoLanguage => Rule::ProfileFlaw,
        Flaw::NoJson | Flaw::NoCard | Flaw::NothingLeft => Rule::CardInvalid,
        Flaw::CardTooLarge { .. } => Rule::CardTooLarge,
        Flaw::NoData => Rule::BodyNotJson,
        Flaw::UnsafeLink => Rule::CardLink,
    }
}
