//! The check of a card's template, whose values are filled in from an item of an answer.

use serde_json::Value;
use url::Url;

use super::super::{Rule, card};
use super::Review;

/// The actions that cards of answers cannot have.
const ACTIONS: [&str; 2] = ["Action.OpenUrl", "Action.ToggleVisibility"];

/// The members of templates that are not of cards.
const TEMPLATING: [&str; 3] = ["$data", "$when", "$schema"];

/// Checks a template, which stands at `pointer` of the file.
pub(super) fn check(review: &mut Review<'_>, file: &str, pointer: &str, template: &Value) {
    let at = |what: String| if pointer.is_empty() { what } else { format!("`{pointer}`: {what}") };
    for flaw in card::check(&plain(template)) {
        // What an expression will be is not known.
        if !is_expression(template, &flaw.path) {
            review.add(Rule::CardInvalid, file, at(flaw.to_string()));
        }
    }
    let version = template["version"].as_str().unwrap_or("1.5");
    let is_newer = version.split_once('.').is_some_and(|(major, minor)| (major, minor.parse().unwrap_or(0)) > ("1", 5));
    if is_newer {
        review.add(Rule::CardInvalid, file, at(format!("its version is {version}; 1.5 is the highest")));
    }
    let mut parts = TemplateParts::default();
    parts.collect(template);
    for action in parts.actions {
        review.add(Rule::CardAction, file, at(format!("`{action}`")));
    }
    if parts.has_expression && !parts.has_condition {
        review.add(Rule::CardBlank, file, at("no part of it has `$when`".to_owned()));
    }
    for link in parts.links {
        let url = Url::parse(&link).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match url.as_ref().and_then(Url::host_str) {
            None => review.add(Rule::CardLink, file, at(format!("`{link}`"))),
            Some(host) if !is_listed(&review.domains, host) => {
                review.add(Rule::DomainMissing, file, at(format!("`{host}` is not among `validDomains`")));
            }
            Some(_) => {}
        }
    }
}

/// The parts of a template that rules look at.
#[derive(Default)]
struct TemplateParts {
    actions: Vec<String>,
    links: Vec<String>,
    has_expression: bool,
    has_condition: bool,
}

impl TemplateParts {
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                self.has_condition |= members.contains_key("$when");
                let kind = members.get("type").and_then(Value::as_str);
                self.actions.extend(kind.filter(|kind| ACTIONS.contains(kind)).map(str::to_owned));
                let url = members.get("url").and_then(Value::as_str).filter(|url| !url.contains("${"));
                self.links.extend(url.map(str::to_owned));
                members.values().for_each(|member| self.collect(member));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| self.collect(entry)),
            Value::String(text) => {
                self.has_expression |= text.contains("${");
                self.has_condition |= text.contains("${if(");
                self.links.extend(markdown_links(text));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Returns the addresses of links in a text of markdown, but those that an expression makes.
fn markdown_links(text: &str) -> impl Iterator<Item = String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    links.filter(|link| link.starts_with("http") && !link.contains("${")).map(str::to_owned)
}

/// Returns the template without what is only of templates.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !TEMPLATING.contains(&name.as_str()));
            kept.map(|(name, member)| (name.clone(), plain(member))).collect()
        }
        Value::Array(entries) => entries.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Returns whether the value at a path such as `body[0].color` is an expression.
fn is_expression(template: &Value, path: &str) -> bool {
    let mut value = template;
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        value = match part.parse::<usize>() {
            Ok(index) if value.is_array() => &value[index],
            _ => &value[part],
        };
    }
    value.as_str().is_some_and(|text| text.contains("${"))
}

fn is_listed(domains: &[String], host: &str) -> bool {
    domains.iter().any(|domain| match domain.strip_prefix('*') {
        Some(end) => host.ends_with(end),
        None => domain == host,
    })
}
