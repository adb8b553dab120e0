//! The state of a check: the files, which of them are referred to, and what was found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{Findings, Rule};
use super::report::AgentReport;
use super::{AgentFiles, files};

/// The check of a package.
pub(super) struct Review<'a> {
    files: &'a AgentFiles,
    used: BTreeSet<String>,
    findings: Findings,
    /// The keys of language files that manifests refer to, each with a file that does.
    pub(super) keys: BTreeMap<String, String>,
    /// The domains that the app lists.
    pub(super) domains: Vec<String>,
    /// The functions of all plugins, by name, with the file of each.
    pub(super) functions: Vec<(String, String)>,
}

impl<'a> Review<'a> {
    pub(super) fn of(files: &'a AgentFiles) -> Self {
        let mut findings = Findings::default();
        for (rule, file, what) in &files.flaws {
            findings.add(*rule, file, what.as_str());
        }
        let (used, keys, domains, functions) = Default::default();
        Self { files, used, findings, keys, domains, functions }
    }

    pub(super) const fn files(&self) -> &'a AgentFiles {
        self.files
    }

    /// Adds a finding at a file; an empty name is the package.
    pub(super) fn add(&mut self, rule: Rule, file: &str, what: impl Into<String>) {
        self.findings.add(rule, file, what);
    }

    /// Returns a file that another one refers to: its path in the package, and its content.
    ///
    /// `from` is the file that refers to it, `name` its name there, and `pointer` the place of the name.
    pub(super) fn refer(&mut self, from: &str, pointer: &str, name: &str) -> Option<(String, &'a [u8])> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(path) = resolved(folder, name) else {
            self.add(Rule::PackagePath, from, format!("`{pointer}` names `{name}`, which is no path in the package"));
            return None;
        };
        if let Some(content) = self.files.files.get(&path) {
            self.used.insert(path.clone());
            return Some((path, content));
        }
        // A file that is there and was refused is reported already.
        let is_told = self.files.flaws.iter().any(|(_, file, _)| *file == path);
        if !is_told {
            let similar = self.files.files.keys().find(|other| other.eq_ignore_ascii_case(&path));
            let hint = similar.map(|other| format!("; is `{other}` meant?")).unwrap_or_default();
            self.add(Rule::FileMissing, from, format!("`{pointer}` names `{name}`, which is not there{hint}"));
        }
        None
    }

    /// Returns the JSON of a file that another one refers to.
    pub(super) fn refer_json(&mut self, from: &str, pointer: &str, name: &str) -> Option<(String, Value)> {
        let (path, content) = self.refer(from, pointer, name)?;
        let json = self.json(&path, content)?;
        Some((path, json))
    }

    /// Reads a file's JSON. A byte order mark before it is skipped, as tools write one.
    pub(super) fn json(&mut self, path: &str, content: &[u8]) -> Option<Value> {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        match serde_json::from_slice(content) {
            Ok(json) => Some(json),
            Err(error) => {
                self.add(Rule::FileNotJson, path, format!("it is no JSON: {error}"));
                None
            }
        }
    }

    /// Returns the files that were referred to.
    pub(super) fn used(&self) -> impl Iterator<Item = (&str, &'a [u8])> {
        let files = self.files.files.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        files.filter(|(name, _)| self.used.contains(*name))
    }

    /// Returns the names of the files that were not referred to.
    pub(super) fn unused(&self) -> Vec<String> {
        self.files.files.keys().filter(|name| !self.used.contains(*name)).cloned().collect()
    }

    /// Returns whether a file could not be read, so that what it refers to is not known.
    pub(super) fn is_unreadable(&self) -> bool {
        let rules = [Rule::FileNotJson, Rule::ManifestMissing, Rule::FileMissing];
        self.findings.all().iter().any(|finding| rules.contains(&finding.rule))
    }

    /// Ends the check.
    pub(super) fn report(self) -> AgentReport {
        let files = self.files.files.iter().map(|(name, content)| (name.clone(), content.len()));
        AgentReport::new(files.collect(), self.findings)
    }
}

/// Returns the path of `name`, as a file in `folder` names it.
fn resolved(folder: &str, name: &str) -> Option<String> {
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                path.pop()?;
            }
            part => path.push(part),
        }
    }
    let path = path.join("/");
    files::is_plain(&path).then_some(path)
}
