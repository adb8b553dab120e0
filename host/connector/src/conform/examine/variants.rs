//! The check of the variants in which the agent may send the same request.

use serde_json::Value;

use super::{Examination, Plain};
use crate::conform::probe::large_thread;
use crate::conform::target::Target;
use crate::conform::{Probe, Rule};
use contract::{Kind, Operation};

/// Dates in every observed form: its name, a date long ago, and a date far ahead, which together exclude nothing.
const DATES: [(&str, &str, &str); 4] = [
    ("in UTC", "2017-07-21T17:32:28Z", "2099-07-21T17:32:28Z"),
    ("with 7 fractional digits", "2017-05-07T03:28:38.0667701Z", "2099-05-07T03:28:38.0667701Z"),
    ("without seconds", "2017-05-02T01:44Z", "2099-05-02T01:44Z"),
    ("with an offset", "2017-07-21T17:32:28+00:00", "2099-07-21T17:32:28+00:00"),
];

/// A list of languages as Outlook sends it, with one that few connectors support.
const RARE_LANGUAGES: &str = "cs-CZ,cs;q=0.9,en;q=0.5,*;q=0.1";

impl<T: Target> Examination<'_, T> {
    /// Sends names in capitals, dates, languages and large threads. The host parses these for a component.
    pub(super) async fn variants(&mut self, operation: &'static Operation, plain: &Probe) {
        let language = plain.in_language(RARE_LANGUAGES).about("a request in Czech");
        self.expect_taken(&language, Rule::LanguageRefused).await;
        if !self.bounds.reads_requests {
            return;
        }
        let capitals = Probe { in_capitals: true, ..plain.clone() }.about("a request with names in capitals");
        self.expect_taken(&capitals, Rule::NamesCaseSensitive).await;
        let bounds = self.bounds;
        for parameter in operation.inputs.iter().filter(|parameter| bounds.takes(parameter.name)) {
            match parameter.kind {
                Kind::DateTime => self.dates(parameter.name, plain).await,
                Kind::Object(_) => self.thread(parameter.name, plain).await,
                Kind::Text
                | Kind::Content
                | Kind::RecordType
                | Kind::CrmType
                | Kind::CrmOrgUrl
                | Kind::Addresses
                | Kind::Texts
                | Kind::Count
                | Kind::Objects(_) => {}
            }
        }
    }

    async fn dates(&mut self, name: &'static str, plain: &Probe) {
        for (form, past, future) in DATES {
            let date = if name.starts_with("end") { future } else { past };
            let probe = plain.with(name, date).about(format!("`{name}` {form}, `{date}`"));
            self.expect_taken(&probe, Rule::DateFormRefused).await;
        }
    }

    async fn thread(&mut self, name: &'static str, plain: &Probe) {
        let Some(thread) = plain.values.get(name) else { return };
        for (form, date, _) in DATES {
            let mut thread = thread.clone();
            thread["sentDateTime"] = date.into();
            let probe = plain.with(name, thread).about(format!("a message sent at a date {form}, `{date}`"));
            self.expect_taken(&probe, Rule::DateFormRefused).await;
        }
        let probe = plain.with(name, large_thread(thread)).about("a mail thread of 4 MiB");
        self.expect_taken(&probe, Rule::LargeThreadRefused).await;
    }

    /// Compares the answers of a page in the given languages.
    pub(super) async fn languages(&mut self, plain: &Probe, whole: &Value) {
        let has_items = |body: &Value| body["value"].as_array().is_some_and(|items| !items.is_empty());
        self.compare_languages(plain, whole, has_items).await;
    }

    /// Sends the request in each language, and compares answers that have content.
    pub(super) async fn compare_languages(&mut self, plain: &Probe, whole: &Value, is_full: impl Fn(&Value) -> bool) {
        if self.bounds.languages.len() < 2 || !is_full(whole) {
            return;
        }
        let mut answers: Vec<Value> = Vec::new();
        for language in self.bounds.languages {
            let probe = plain.in_language(language).about(format!("a request in `{language}`"));
            match self.ask_plainly(&probe).await {
                Plain::Answered(body) => answers.push(body),
                Plain::Unknown | Plain::Failed => return,
            }
        }
        if answers.windows(2).all(|pair| pair[0] == pair[1]) {
            let what = format!("answers are the same in {}", self.bounds.languages.join(", "));
            self.find(Rule::LanguageWithoutEffect, what);
        }
    }
}
