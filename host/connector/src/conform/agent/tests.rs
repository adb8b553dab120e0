//! Faults made in good packages, one each: every one is found, and a good package has none.

mod archives;
mod faults;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{Rule, Severity};
use super::{AgentFiles, judge};
use crate::agent::tests::package;
use crate::agent::{AgentPackage, AgentRuntime};

/// The files of a package, to make faults in.
#[derive(Clone)]
pub(super) struct Pack(BTreeMap<String, Vec<u8>>);

impl Pack {
    fn of(package: &AgentPackage) -> Self {
        Self(package.files().into_iter().collect())
    }

    /// Changes the JSON of a file.
    fn edit(&mut self, file: &str, change: impl FnOnce(&mut Value)) {
        let content = self.0.get_mut(file).expect(file);
        let mut json = serde_json::from_slice(content).expect("it is JSON");
        change(&mut json);
        *content = json.to_string().into_bytes();
    }

    /// Sets a member of a file, at a JSON pointer whose parent is there.
    fn set(&mut self, file: &str, pointer: &str, value: Value) {
        self.edit(file, |json| {
            let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
            let parent = json.pointer_mut(parent).expect(pointer);
            match parent.as_array_mut().zip(member.parse::<usize>().ok()) {
                Some((entries, at)) if at < entries.len() => entries[at] = value,
                Some((entries, _)) => entries.push(value),
                None => parent[member] = value,
            }
        });
    }

    /// Removes a member of a file.
    fn remove(&mut self, file: &str, pointer: &str) {
        self.edit(file, |json| {
            let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
            match json.pointer_mut(parent).expect(pointer) {
                Value::Object(members) => drop(members.shift_remove(member)),
                Value::Array(entries) => drop(entries.remove(member.parse().expect("a number"))),
                _ => panic!("{pointer}"),
            }
        });
    }

    /// Returns the rules that the package breaks.
    fn rules(&self) -> BTreeSet<Rule> {
        let report = judge(&AgentFiles::of_files(self.0.clone()));
        report.findings.all().iter().map(|finding| finding.rule).collect()
    }
}

/// A package with an API plugin, and one with an MCP plugin.
pub(super) fn packs() -> [Pack; 2] {
    [AgentRuntime::Api, AgentRuntime::Mcp].map(|runtime| Pack::of(&package(runtime)))
}

#[test]
fn the_packages_that_we_write_have_no_faults() {
    for runtime in [AgentRuntime::Api, AgentRuntime::Mcp] {
        let report = judge(&AgentFiles::of_files(package(runtime).files()));

        assert_eq!(report.findings.all(), [], "{runtime:?}");
    }
}

#[test]
fn an_archive_is_judged_as_its_files_are() {
    for pack in packs() {
        let files: Vec<_> = pack.0.into_iter().collect();
        let report = judge(&AgentFiles::of_archive(&crate::zip::archive(&files)));

        assert_eq!(report.findings.all(), []);
    }
}

#[test]
fn a_report_names_file_flaw_and_change() {
    let [mut pack, _] = packs();
    pack.set("manifest.json", "/icons/color", "colour.png".into());

    let report = judge(&AgentFiles::of_files(pack.0));
    let json: Value = serde_json::from_str(&report.json()).expect("it is JSON");
    let (table, junit) = (report.table(), report.junit().expect("it is XML"));

    assert_eq!(report.errors(), 1, "{table}");
    assert_eq!(json["findings"][0]["rule"], "file-missing");
    assert_eq!(json["findings"][0]["file"], "manifest.json");
    assert_eq!(json["findings"][0]["change"], Rule::FileMissing.remedy());
    assert!(table.contains("error     file-missing  manifest.json\n"), "{table}");
    assert!(junit.contains("<testsuite name=\"manifest.json\"") && junit.contains("type=\"file-missing\""), "{junit}");
}

#[test]
fn what_a_toolkit_fills_in_is_only_warned_of() {
    let [mut pack, _] = packs();
    pack.set("manifest.json", "/id", "${{TEAMS_APP_ID}}".into());
    pack.set("openapi.json", "/servers/0/url", "${{OPENAPI_SERVER_URL}}/api/".into());
    pack.set("ai-plugin-api.json", "/runtimes/0/auth/reference_id", "${{REGISTRATION_ID}}".into());

    assert_eq!(pack.rules(), [Rule::Placeholder].into());
}

#[test]
fn a_card_that_shows_something_in_any_case_is_not_blank() {
    let [mut pack, _] = packs();
    for text in ["Name: ${if(name, name, 'N/A')}", "Nothing to fill in"] {
        pack.set("cards/record_summary.json", "/body", serde_json::json!([{ "type": "TextBlock", "text": text }]));

        assert_eq!(pack.rules(), [].into(), "{text}");
    }
}

#[test]
fn every_rule_for_packages_is_broken_by_a_fault() {
    let made = faults::expected().chain(archives::expected()).collect::<BTreeSet<Rule>>();
    let place = |wanted: Rule| Rule::ALL.iter().position(|rule| *rule == wanted).expect("it is there");
    let rules = &Rule::ALL[place(Rule::PackageArchive)..=place(Rule::TextUnused)];

    let unmade: Vec<Rule> = rules.iter().copied().filter(|rule| !made.contains(rule)).collect();

    assert_eq!(unmade, []);
    assert!(rules.iter().any(|rule| rule.severity() == Severity::Warning));
}
