//! Plugins of a running host, for people.

use std::fmt::Write;
use std::time::Duration;

use bytesize::ByteSize;

use super::table::table;
use crate::admin::{Granted, PluginDetails, PluginSummary, ReachView, State};
use crate::contract::Printable;

/// Digits of a digest that are enough to tell versions apart.
const DIGITS: usize = 12;

/// All plugins, a line each.
pub(super) fn list(plugins: &[PluginSummary]) -> String {
    let rows: Vec<_> = plugins
        .iter()
        .map(|plugin| {
            [
                plugin.id.clone(),
                state(plugin).to_owned(),
                plugin.version.clone().unwrap_or_default(),
                plugin.digest.as_deref().unwrap_or_default().chars().take(DIGITS).collect(),
                plugin.calls.values().sum::<u64>().to_string(),
                plugin.capabilities.join(" "),
            ]
        })
        .collect();
    table(["NAME", "STATE", "VERSION", "DIGEST", "CALLS", "CAPABILITIES"], &rows)
}

/// One plugin, with all that is known of it.
pub(super) fn show(plugin: &PluginDetails) -> String {
    let PluginDetails { summary, title, skills, limits, load, reach } = plugin;
    let mut facts: Vec<[String; 2]> = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| [name.to_owned(), value]));
    };
    fact("name", Some(summary.id.clone()));
    fact("state", Some(state(summary).to_owned()));
    fact("title", title.clone());
    fact("version", summary.version.clone());
    fact("digest", summary.digest.clone());
    fact("loaded", summary.loaded_at.map(|at| format!("{at:.0}")));
    fact("capabilities", Some(summary.capabilities.join(", ")));
    fact("skills", Some(skills.join(", ")));
    if let Some(limits) = limits {
        let size = |bytes| ByteSize::b(bytes).to_string();
        let (memory, answer, log) = (size(limits.memory_bytes), size(limits.answer_bytes), size(limits.log_bytes));
        let (time, fuel) = (limits.time_ms, limits.fuel);
        let limits = format!("time {time} ms, fuel {fuel}, memory {memory}, answer {answer}, log {log}");
        fact("limits", Some(limits));
    }
    if let Some(load) = load {
        fact("load", Some(format!("{} calls of {} at most, {} waiting", load.calls, load.calls_at_once, load.waiting)));
        fact(
            "tried again",
            load.suspended_ms.map(|left| format!("in {:.1} s", Duration::from_millis(left).as_secs_f64())),
        );
    }
    let calls: Vec<String> = summary.calls.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    fact("calls", Some(calls.join(", ")));

    let width = facts.iter().map(|[name, _]| name.len()).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for [name, value] in &facts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<width$}{}", Printable(value));
    }
    if let Some(reach) = reach {
        text.push('\n');
        text.push_str(&side_by_side(reach));
    }
    if let Some(error) = &summary.last_error {
        let _ = writeln!(text, "\nnot loaded at {:.0}: {}", error.at, Printable(&error.message));
    }
    text
}

/// What it would like to reach, and what it may.
fn side_by_side(ReachView { wished, granted, refused }: &ReachView) -> String {
    let yes = |is: bool| if is { vec!["yes".to_owned()] } else { Vec::new() };
    let mut rows = Vec::new();
    let mut side_by_side = |kind: &str, wished: Vec<String>, granted: Vec<String>| {
        let count = refused.iter().find(|refused| refused.kind == kind).map_or(0, |refused| refused.count);
        for line in 0..wished.len().max(granted.len()).max(1) {
            let cell = |column: &[String]| column.get(line).cloned().unwrap_or_else(|| "–".to_owned());
            let (kind, count) = if line == 0 { (kind.to_owned(), count.to_string()) } else { Default::default() };
            rows.push([kind, cell(&wished), cell(&granted), count]);
        }
    };
    side_by_side("http", wished.http.clone(), granted_http(granted));
    side_by_side("secret", wished.secrets.clone(), granted_secrets(granted));
    side_by_side("key-value", yes(wished.key_value), granted.key_value.clone().into_iter().collect());
    side_by_side("caller", yes(wished.caller), yes(granted.caller));
    table(["REACH", "WISHED", "GRANTED", "REFUSED"], &rows)
}

fn granted_http(granted: &Granted) -> Vec<String> {
    let origins = granted.http.iter().map(|grant| {
        let methods = if grant.methods.is_empty() { "any method".to_owned() } else { grant.methods.join(" ") };
        let networks: String = grant.networks.iter().map(|network| format!(", {network}")).collect();
        format!("{} ({methods}{networks})", grant.origin)
    });
    origins.collect()
}

fn granted_secrets(granted: &Granted) -> Vec<String> {
    let secrets = granted.secrets.iter().map(|secret| {
        let place = secret.header.as_deref().map(|header| format!("header {header}"));
        let place = place.or_else(|| secret.body.then(|| "body".to_owned()));
        let sent = place.map(|place| format!("{place} to {}", secret.hosts.join(" ")));
        let read = secret.readable.then(|| "readable".to_owned());
        let terms: Vec<String> = sent.into_iter().chain(read).collect();
        format!("{} ({})", secret.name, terms.join(", "))
    });
    secrets.collect()
}

fn state(plugin: &PluginSummary) -> &'static str {
    match (plugin.state, &plugin.last_error) {
        (State::Loaded, None) => "loaded",
        (State::Loaded, Some(_)) => "loaded, newer refused",
        (State::Suspended, None) => "suspended",
        (State::Suspended, Some(_)) => "suspended, newer refused",
        (State::Refused, _) => "refused",
    }
}
