//! The texts for people, in each language of the plugin, and the language files that hold them.
//!
//! With a second language the default one needs a file as well, and manifests hold keys in place of texts. Instructions
//! and descriptions of functions are for the model and have no translation.

mod words;

use serde_json::{Map, Value, json};

use super::about::{AgentAbout, LONGEST_DESCRIPTION, LONGEST_SUMMARY, LONGEST_TITLE, shortened};
use super::settings::{AgentSettings, LanguageTexts};
use super::tool::AgentTool;
use super::{ManifestVersion, app};
use crate::{Offer, Provider};
use words::Words;

/// The keys of texts.
pub(super) const AGENT_NAME: &str = "agent_name";
pub(super) const AGENT_DESCRIPTION: &str = "agent_description";
pub(super) const PLUGIN_NAME: &str = "plugin_name";
pub(super) const PLUGIN_DESCRIPTION: &str = "plugin_description";

/// The most characters of a plugin's name and description for people that Copilot shows.
const LONGEST_PLUGIN_NAME: usize = 20;
const LONGEST_PLUGIN_DESCRIPTION: usize = 100;

/// The most questions that a seller is offered.
const MOST_STARTERS: usize = 6;

/// The language of a plugin that names none.
const ENGLISH: &str = "en";

/// The languages of an agent.
#[derive(Debug)]
pub(super) struct Languages {
    default: Language,
    others: Vec<Language>,
    /// Languages of the plugin for which there are no texts.
    pub(super) untold: Vec<String>,
    starters: usize,
}

/// The texts of an agent in one language.
#[derive(Debug)]
struct Language {
    tag: String,
    title: String,
    full_title: String,
    summary: String,
    description: String,
    /// Texts of the agent and its plugin, by key.
    keyed: Map<String, Value>,
    words: &'static Words,
}

impl Languages {
    /// Collects the languages of `offer` and those that `settings` add.
    pub(super) fn of(offer: &Offer, settings: &AgentSettings, about: &AgentAbout, tools: &[AgentTool]) -> Self {
        let profiles = offer.providers.iter().filter_map(|provider: &Provider| provider.profile.as_ref());
        let mut tags: Vec<String> = profiles.flat_map(|profile| profile.languages.iter().cloned()).collect();
        tags.extend(settings.languages.keys().filter_map(|tag| contract::language(tag)));
        let default = tags.first().cloned().unwrap_or_else(|| ENGLISH.to_owned());
        let stated = |tag: &str| settings.languages.get(tag);
        let (mut others, mut untold) = (Vec::new(), Vec::new());
        let mut seen = vec![default.clone()];
        for tag in tags {
            if seen.contains(&tag) {
                continue;
            }
            match (stated(&tag), words::of(&tag)) {
                (None, None) => untold.push(tag.clone()),
                (texts, words) => {
                    let words = words.unwrap_or(words::ENGLISH);
                    let texts = translated(texts.cloned().unwrap_or_default(), about, words);
                    others.push(Language::of(&tag, texts, about, words, tools));
                }
            }
            seen.push(tag);
        }
        let words = words::of(&default).unwrap_or(words::ENGLISH);
        let default = Language::of(&default, LanguageTexts::default(), about, words, tools);
        Self { default, others, untold, starters: starters(tools, words).len() }
    }

    /// Returns the words on the card of an item without a title.
    pub(super) const fn nothing(&self) -> &'static str {
        self.default.words.nothing
    }

    /// Returns the text of `key`; with several languages, the key in the form of manifests.
    pub(super) fn say(&self, key: &str) -> String {
        if self.others.is_empty() {
            return self.default.keyed[key].as_str().unwrap_or_default().to_owned();
        }
        format!("[[{key}]]")
    }

    /// Returns the keys of title and text of each question that a seller is offered.
    pub(super) fn starters(&self) -> impl Iterator<Item = (String, String)> {
        (1..=self.starters).map(starter_keys)
    }

    /// Returns the app's list of languages, unless there is only one.
    pub(super) fn info(&self) -> Option<Value> {
        let others = self.others.iter().map(|language| json!({ "languageTag": language.tag, "file": language.file() }));
        (!self.others.is_empty()).then(|| {
            json!({
                "defaultLanguageTag": self.default.tag,
                "defaultLanguageFile": self.default.file(),
                "additionalLanguages": others.collect::<Vec<_>>(),
            })
        })
    }

    /// Returns the language files, unless there is only one language.
    pub(super) fn files(&self, version: ManifestVersion) -> Vec<(String, Value)> {
        if self.others.is_empty() {
            return Vec::new();
        }
        let all = std::iter::once(&self.default).chain(&self.others);
        all.map(|language| (language.file(), language.document(version))).collect()
    }
}

impl Language {
    fn of(tag: &str, texts: LanguageTexts, about: &AgentAbout, words: &'static Words, tools: &[AgentTool]) -> Self {
        let title = texts.title.unwrap_or_else(|| about.title.clone());
        let summary = texts.summary.unwrap_or_else(|| about.summary.clone());
        let description = texts.description.unwrap_or_else(|| about.description.clone());
        let mut keyed = Map::new();
        let mut add = |key: String, text: String| keyed.insert(key, json!(unmarked(&text)));
        add(AGENT_NAME.to_owned(), title.clone());
        add(AGENT_DESCRIPTION.to_owned(), description.clone());
        add(PLUGIN_NAME.to_owned(), shortened(&title, LONGEST_PLUGIN_NAME));
        add(PLUGIN_DESCRIPTION.to_owned(), shortened(&summary, LONGEST_PLUGIN_DESCRIPTION));
        for (number, (heading, question)) in (1..).zip(starters(tools, words)) {
            let (title, text) = starter_keys(number);
            add(title, heading);
            add(text, question);
        }
        let full_title = app::full_name(&title, about.developer.as_deref());
        Self { tag: tag.to_owned(), title, full_title, summary, description, keyed, words }
    }

    fn file(&self) -> String {
        format!("language-{}.json", self.tag)
    }

    fn document(&self, version: ManifestVersion) -> Value {
        json!({
            "$schema": app::schema("MicrosoftTeams.Localization.schema.json", version.as_str()),
            "name.short": self.title,
            "name.full": self.full_title,
            "description.short": self.summary,
            "description.full": self.description,
            "localizationKeys": self.keyed,
        })
    }
}

/// Completes the texts of a further language: the plugin describes itself in its own language only.
fn translated(texts: LanguageTexts, about: &AgentAbout, words: &Words) -> LanguageTexts {
    let title = texts.title.unwrap_or_else(|| about.title.clone());
    let sentence = words.summary.replace("{title}", &title);
    LanguageTexts {
        summary: Some(shortened(&texts.summary.unwrap_or_else(|| sentence.clone()), LONGEST_SUMMARY)),
        description: Some(shortened(&texts.description.unwrap_or(sentence), LONGEST_DESCRIPTION)),
        title: Some(shortened(&title, LONGEST_TITLE)),
    }
}

/// Returns title and text of questions that a seller may ask first.
fn starters(tools: &[AgentTool], words: &Words) -> Vec<(String, String)> {
    let starters = tools.iter().map(|tool| {
        let known = words.starters.iter().find(|(name, ..)| *name == tool.name);
        known.map_or_else(
            // A skill says itself what it is for, in its own language.
            || (tool.title.clone(), tool.title.clone()),
            |(_, title, text)| ((*title).to_owned(), (*text).to_owned()),
        )
    });
    starters.take(MOST_STARTERS).collect()
}

fn starter_keys(number: usize) -> (String, String) {
    (format!("starter_{number}_title"), format!("starter_{number}_text"))
}

/// Parts the brackets that mark keys.
fn unmarked(text: &str) -> String {
    text.replace("[[", "[ [").replace("]]", "] ]")
}
