//! Plugins of a running host as text and tables.

use std::fmt::Write;
use std::time::Duration;

use bytesize::ByteSize;

use super::list::state;
use super::table::table;
use crate::admin::{
    CostsView, GrantView, PluginDetails, QuantilesView, ReachView, SharesView, UnsavedView, VersionView,
};
use contract::Printable;

/// Digits of a digest that are enough to tell versions apart.
const DIGITS: usize = 12;

/// Formats the warning that orders are not saved yet.
pub(super) fn unsaved(unsaved: &UnsavedView) -> String {
    let (since, error) = (unsaved.since, Printable(&unsaved.error));
    format!(
        "not saved yet, since {since:.0}: the list of disabled and pinned plugins is in force, and would be lost at the \
         next start; saving is tried again: {error}\n"
    )
}

/// Formats one plugin in detail.
pub(super) fn show(plugin: &PluginDetails) -> String {
    let PluginDetails { summary, title, skills, limits, load, costs, egress, key_value, log_lines_dropped, versions } =
        plugin;
    let mut facts: Vec<[String; 2]> = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| [name.to_owned(), value]));
    };
    fact("name", Some(summary.id.clone()));
    fact("state", Some(state(summary)));
    fact(
        "pinned",
        summary.pinned.as_ref().map(|pin| format!("to {} at {:.0} by {}", short(&pin.digest), pin.at, pin.by)),
    );
    fact("disabled", summary.disabled.as_ref().map(|disabled| format!("at {:.0} by {}", disabled.at, disabled.by)));
    fact("title", title.clone());
    fact("version", summary.version.clone());
    fact("digest", summary.digest.clone());
    fact("loaded", summary.loaded_at.map(|at| format!("{at:.0}")));
    fact("capabilities", Some(summary.capabilities.join(", ")));
    fact("skills", Some(skills.join(", ")));
    fact("late", Some(summary.late.join(", ")));
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
    if let Some(SharesView { slots, memory_bytes, refused, suspended_callers }) = &summary.shares {
        let memory = ByteSize::b(*memory_bytes);
        fact("shares", Some(format!("{slots} slots and {memory} held, {refused} times refused more")));
        fact(
            "suspended",
            (*suspended_callers > 0).then(|| format!("{suspended_callers} callers, after repeated faults")),
        );
    }
    let calls: Vec<String> = summary.calls.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    fact("calls", Some(calls.join(", ")));
    fact("log", log_lines_dropped.filter(|lines| *lines > 0).map(|lines| format!("{lines} lines dropped")));
    let share = key_value.as_ref().map(|share| (ByteSize::b(share.bytes), share.evicted));
    fact("key-value", share.map(|(bytes, evicted)| format!("{bytes}, {evicted} entries evicted")));

    let width = facts.iter().map(|[name, _]| name.len()).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for [name, value] in &facts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<width$}{}", Printable(value));
    }
    if let Some(costs) = costs {
        text.push('\n');
        text.push_str(&costs_of(costs));
    }
    if !versions.is_empty() {
        text.push('\n');
        text.push_str(&kept(versions));
    }
    if let Some(egress) = egress {
        text.push('\n');
        text.push_str(&side_by_side(egress));
    }
    if let Some(error) = &summary.last_error {
        let _ = writeln!(text, "\nnot loaded at {:.0}: {}", error.at, Printable(&error.message));
    }
    text
}

/// Formats the costs of calls.
fn costs_of(CostsView { time_ms, fuel, memory_bytes }: &CostsView) -> String {
    let row = |what: &str, QuantilesView { p50, p90, p99 }: &QuantilesView, shown: fn(f64) -> String| {
        [what.to_owned(), shown(*p50), shown(*p90), shown(*p99)]
    };
    let mut rows = vec![row("time", time_ms, |ms| format!("{ms:.1} ms"))];
    rows.extend(fuel.as_ref().map(|fuel| row("fuel", fuel, |fuel| format!("{fuel:.0}"))));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size that fits into memory")]
    let size = |bytes: f64| ByteSize::b(bytes as u64).to_string();
    rows.extend(memory_bytes.as_ref().map(|memory| row("memory", memory, size)));
    table(["COST", "HALF ≤", "90 % ≤", "99 % ≤"], &rows)
}

/// Formats the versions that a rollback may go back to.
fn kept(versions: &[VersionView]) -> String {
    let rows: Vec<_> = versions
        .iter()
        .map(|kept| {
            [
                short(&kept.digest),
                kept.version.clone().unwrap_or_default(),
                format!("{:.0}", kept.served_at),
                ByteSize::b(kept.size_bytes).to_string(),
                if kept.is_served { "served".to_owned() } else { String::new() },
            ]
        })
        .collect();
    table(["KEPT", "VERSION", "SERVED SINCE", "SIZE", ""], &rows)
}

/// Returns the beginning of a digest, enough to tell versions apart.
pub(super) fn short(digest: &str) -> String {
    digest.chars().take(DIGITS).collect()
}

/// Formats the requested egress beside the granted.
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
    side_by_side("user-name", yes(wished.user_name), yes(granted.user_name));
    table(["REACH", "WISHED", "GRANTED", "REFUSED"], &rows)
}

fn granted_http(granted: &GrantView) -> Vec<String> {
    let origins = granted.http.iter().map(|grant| {
        let methods = if grant.methods.is_empty() { "any method".to_owned() } else { grant.methods.join(" ") };
        let networks: String = grant.networks.iter().map(|network| format!(", {network}")).collect();
        format!("{} ({methods}{networks})", grant.origin)
    });
    origins.collect()
}

fn granted_secrets(granted: &GrantView) -> Vec<String> {
    let secrets = granted.secrets.iter().map(|secret| {
        let location = secret.header.as_deref().map(|header| format!("header {header}"));
        let location = location.or_else(|| secret.body.then(|| "body".to_owned()));
        let sent = location.map(|location| format!("{location} to {}", secret.hosts.join(" ")));
        let read = secret.readable.then(|| "readable".to_owned());
        let terms: Vec<String> = sent.into_iter().chain(read).collect();
        format!("{} ({})", secret.name, terms.join(", "))
    });
    secrets.collect()
}
