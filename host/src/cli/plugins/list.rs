//! All plugins of a running host as a table, with the reasons why some are not served.

use std::fmt::Write;

use super::show::short;
use super::table::table;
use crate::admin::{LoadingView, PluginList, PluginSummary, State};
use crate::plugin::{LoadStep, ProblemKind};
use contract::Printable;

/// Formats all plugins, one per line, and below them the reasons of loads that failed and the problems of the folder.
pub(super) fn list(PluginList { plugins, problems, .. }: &PluginList) -> String {
    let rows: Vec<_> = plugins
        .iter()
        .map(|plugin| {
            [
                plugin.id.clone(),
                state(plugin),
                plugin.version.clone().unwrap_or_default(),
                short(plugin.digest.as_deref().unwrap_or_default()),
                plugin.calls.values().sum::<u64>().to_string(),
                plugin.capabilities.join(" "),
            ]
        })
        .collect();
    let mut text = table(["NAME", "STATE", "VERSION", "DIGEST", "CALLS", "CAPABILITIES"], &rows);
    let failed = plugins.iter().filter_map(|plugin| Some((&plugin.id, plugin.last_error.as_ref()?)));
    let failed = failed.map(|(id, error)| ("not loaded", id, &error.message));
    let problems = problems.iter().map(|problem| (kind(problem.kind), &problem.file, &problem.reason));
    for (line, (kind, subject, reason)) in failed.chain(problems).enumerate() {
        text.push_str(if line == 0 { "\n" } else { "" });
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{kind}: {}: {}", Printable(subject), Printable(reason));
    }
    text
}

fn kind(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unreadable => "unreadable",
        ProblemKind::Exposed => "exposed",
        ProblemKind::Ignored => "ignored",
    }
}

/// Formats the state of a plugin: its lateness, its pin and the state of its newer file, too.
pub(super) fn state(plugin: &PluginSummary) -> String {
    let state = match plugin.state {
        State::Loaded => "loaded",
        State::Suspended => "suspended",
        State::Loading => return plugin.loading.as_ref().map_or_else(|| "loading".to_owned(), loading),
        State::Refused => "refused",
        State::Disabled => "disabled",
    };
    let is_served = matches!(plugin.state, State::Loaded | State::Suspended);
    let retry = match plugin.last_error.as_ref().and_then(|error| error.retry) {
        Some(at) if plugin.loading.is_none() => format!(", loaded again at {at:.0}"),
        Some(_) | None => String::new(),
    };
    let newer = match &plugin.pinned {
        Some(pin) if pin.newer_file_waits => ", pinned, newer file waiting",
        Some(_) => ", pinned",
        None if is_served && plugin.last_error.is_some() => ", newer refused",
        None => "",
    };
    let suspended = match plugin.shares.as_ref().map_or(0, |shares| shares.suspended_callers) {
        0 => String::new(),
        1 => ", 1 caller suspended".to_owned(),
        callers => format!(", {callers} callers suspended"),
    };
    let late = if plugin.late.is_empty() { "" } else { ", late" };
    let loading = plugin.loading.as_ref().map(|load| format!(", newer {}", loading(load))).unwrap_or_default();
    format!("{state}{suspended}{late}{newer}{retry}{loading}")
}

/// Formats a load in progress, such as `loading (compiling, 12 s)`.
fn loading(LoadingView { step, seconds }: &LoadingView) -> String {
    let step = match step {
        LoadStep::Reading => "reading",
        LoadStep::Waiting => "waiting to be compiled",
        LoadStep::Compiling => "compiling",
        LoadStep::Linking => "linking",
        LoadStep::Trial => "trial",
    };
    format!("loading ({step}, {seconds} s)")
}
