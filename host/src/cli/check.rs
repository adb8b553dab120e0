//! `insight-host check`: tests one component against its contract.

mod cost;
mod profile;
mod target;
mod trial;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use bytesize::ByteSize;

use super::CliError;
use super::one::{One, OneSettings, wait_for};
use crate::cli::output::{out, outln};
use crate::plugin::CompileSettings;
use connector::conform::{Example, Finding};
use contract::{Printable, Profile};
use engine::inspect::{ComponentRejected, Inspection, inspect};
use net::telemetry;

/// An error in the component that `check` examines.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckError {
    /// The file cannot be read.
    #[error("failed to read {}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    /// The path leads to a folder or a device.
    #[error("failed to read {}: it is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// The file is larger than a component may be.
    #[error("failed to read {}: it has {size}, more than the {largest} it may have", path.display())]
    TooLarge { path: PathBuf, size: ByteSize, largest: ByteSize },
    /// The file is not a component, or does not implement the interface.
    #[error("{}", printable_lines(&.0.to_string()))]
    Interface(ComponentRejected),
    /// The answers of the component break its contract. The findings are already printed.
    #[error("{} breaks its contract in {count} {}", path.display(), if *count == 1 { "way" } else { "ways" })]
    Breaks { path: PathBuf, count: usize },
    /// No answer had an item, so none was checked.
    #[error("{} answered none of the calls with an item, so none is checked; see the warnings", path.display())]
    NothingAnswered { path: PathBuf },
}

/// Check a component against its contract
///
/// Prints what the component provides and imports, and loads it as a host would. Then calls each
/// capability and skill as the agent does: in each of the plugin's languages, page by page. Reports
/// everything that a seller would see go wrong, calls that come near a limit, and what a connector and
/// a catalogue need besides. An answer without items leaves nothing to examine: a warning says so, with the
/// inputs it was asked for, and the last line names what was not examined. Ends with 0 if the component keeps
/// to its contract, and with 3 if it does not or answers none of the calls with an item.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host check contoso-hub.wasm
  insight-host check contoso-hub.wasm --config insight-host.toml     requested and granted egress
  insight-host check contoso-hub.wasm \\
      --example 'recordType=account&recordId=42&accountName=Fourth+Coffee'")]
pub(super) struct Arguments {
    /// Component file; settings in the .toml file beside it apply
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// Inputs that have answers, as a query; may hold parameters of skills. Without a record, that of its profile
    #[arg(long, value_name = "QUERY")]
    example: Option<String>,
    #[command(flatten)]
    settings: OneSettings,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let _log = telemetry::log_to_stderr("error,guest=info")?;
    let config = arguments.settings.read(&arguments.component)?;
    let file = &arguments.component;
    let wasm = read(file)?;
    let inspection = inspect(&wasm).map_err(CheckError::Interface)?;
    out!("{}", describe(&inspection));

    wait_for(async {
        let one = One::load(file, config).await?;
        out!("{}{}", describe_profile(&one), describe_reach(&one));
        let of_profile = one.plugin().profile().and_then(Profile::example_query).unwrap_or_default();
        let given = Example::read(arguments.example.as_deref().unwrap_or_default());
        let tried = trial::try_out(&one, &given.completed_by(Example::read(&of_profile))).await;
        let (breaks, warns) = (tried.breaks(), tried.warns());
        breaks.iter().for_each(|finding| out!("{}", describe_finding("breaks", finding)));
        warns.iter().for_each(|finding| out!("{}", describe_finding("warns", finding)));
        match breaks.len() {
            0 if !tried.has_examined() => Err(CheckError::NothingAnswered { path: file.clone() }.into()),
            0 => {
                outln!("{}", describe_success(tried.unexamined()));
                Ok(())
            }
            count => Err(CheckError::Breaks { path: file.clone(), count }.into()),
        }
    })
}

/// Reads the whole file, if a host would read it too.
fn read(file: &Path) -> Result<Vec<u8>, CheckError> {
    let path = || file.to_owned();
    let fails = |error| CheckError::Read { path: path(), error };
    let metadata = fs::metadata(file).map_err(fails)?;
    let largest = CompileSettings::default().component_size;
    if !metadata.is_file() {
        return Err(CheckError::NotAFile(path()));
    }
    if metadata.len() > largest.as_u64() {
        return Err(CheckError::TooLarge { path: path(), size: ByteSize::b(metadata.len()), largest });
    }
    fs::read(file).map_err(fails)
}

/// Escapes each line of a refusal: it has a line per error, and quotes names that the component chose.
fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| Printable(line).to_string()).collect();
    lines.join("\n")
}

fn describe(inspection: &Inspection) -> String {
    let mut text = String::new();
    let mut list = |label: &str, items: &[String]| {
        for item in items {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{label:<10}{}", Printable(item));
        }
    };
    list("provides", &inspection.provides);
    list("imports", &inspection.imports);
    list("ignored", &inspection.unknown_exports);
    text
}

fn describe_profile(one: &One) -> String {
    let mut text = String::new();
    let plugin = one.plugin();
    let _ = writeln!(text, "digest    {}", plugin.digest());
    if let Some(profile) = plugin.profile() {
        let _ = writeln!(text, "about     {} {}", Printable(&profile.title), Printable(&profile.version));
    }
    for skill in plugin.skills() {
        let _ = writeln!(text, "skill     {}", Printable(&skill.name));
    }
    text
}

/// Formats the egress that the author requests beside the grants of the operator.
fn describe_reach(one: &One) -> String {
    let plugin = one.plugin();
    let (wishes, grants) = (&plugin.settings().wishes, plugin.egress().grants());
    let http = wishes.http.iter().map(|origin| (format!("http {origin}"), grants.allows_origin(origin)));
    let secrets = wishes.secrets.iter().map(|name| (format!("secret {name}"), grants.secrets.contains_key(name)));
    let key_value = wishes.key_value.then(|| ("key-value".to_owned(), grants.key_value.is_some()));
    let caller = wishes.caller.then(|| ("caller".to_owned(), grants.caller));
    let user_name = wishes.user_name.then(|| ("user-name".to_owned(), grants.user_name));

    let mut text = String::new();
    for (wish, is_granted) in http.chain(secrets).chain(key_value).chain(caller).chain(user_name) {
        let granted = if is_granted { "granted" } else { "not granted" };
        let _ = writeln!(text, "wishes    {} ({granted})", Printable(&wish));
    }
    for grant in grants.summary() {
        let _ = writeln!(text, "granted   {}", Printable(&grant));
    }
    text
}

/// Formats the last line, which names the capabilities and skills that had nothing to examine.
fn describe_success(unexamined: &[String]) -> String {
    let but = if unexamined.is_empty() { "" } else { ", as far as it answered; not examined: " };
    format!("keeps to the interface{but}{}", unexamined.join("; "))
}

/// Formats an error or warning, and below it the remedy.
fn describe_finding(label: &str, Finding { rule, location, what }: &Finding) -> String {
    let location = if location.is_empty() { String::new() } else { format!("{location}: ") };
    format!("{label:<10}{}{}\n{:<10}{rule}: {}\n", Printable(&location), Printable(what), "", rule.remedy())
}
