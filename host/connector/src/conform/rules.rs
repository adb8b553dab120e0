//! The one table of rules, with the finding, severity and remedy of each.

mod agent;
mod connector;
mod mcp;

use std::fmt;

use serde::{Serialize, Serializer};

use agent::agent_rules;
use connector::connector_rules;
use mcp::mcp_rules;

/// The weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The agent does not call the operation, or a seller sees it fail.
    Error,
    /// The operation may fail, or certification objects.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Generates a variant and its properties from each row: finding, name, id, severity, remedy.
macro_rules! rules {
    ($(#[doc = $finds:literal] $name:ident, $id:literal, $severity:ident, $remedy:literal;)+) => {
        /// A rule that a connector, plugin, package or server is checked against. Its id is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $finds] $name,)+
        }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns its name in reports and scripts.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// Returns its severity.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// Returns the sentence that describes its finding.
            pub fn finds(self) -> &'static str {
                match self { $(Self::$name => $finds.trim_ascii(),)+ }
            }

            /// Returns the clause that says what to change.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

// The rows stand in a file for each kind of what is checked, and are handed on from file to file.
connector_rules!(agent_rules mcp_rules rules);

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_kebab_and_unique() {
        let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();

        assert_eq!(ids.len(), Rule::ALL.len());
        assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }

    #[test]
    fn a_rule_says_what_it_finds_in_a_sentence_and_what_to_change_in_a_clause() {
        for rule in Rule::ALL {
            assert!(rule.finds().ends_with('.'), "{rule}");
            assert!(!rule.remedy().ends_with('.') && !rule.remedy().is_empty(), "{rule}");
        }
    }

    #[test]
    fn the_manual_lists_every_rule() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conform.md");
        let manual = std::fs::read_to_string(path).expect("the manual is part of the project");

        let rows = Rule::ALL.iter().map(|rule| {
            let (severity, finds, remedy) = (rule.severity(), rule.finds(), rule.remedy());
            format!("| `{rule}` | {severity} | {finds} | {remedy} |\n")
        });

        let table = format!("|---|---|---|---|\n{}", rows.collect::<String>());
        assert!(manual.ends_with(&table), "its table should be:\n{table}");
    }
}
